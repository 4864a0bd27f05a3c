"""Who was granted a note when, and how members stood: what is kept, in the shape in which it explains sight."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.people.models import Person
from foundation import clock
from infosharing.grants.models import EndedGrant, NoteGroupGrant, NoteUserGrant
from infosharing.notes.models import Note
from partnership.agreements.models import SharingRule
from partnership.membership.models import Membership, MembershipChange, MembershipStatus

# who holds a membership that can give sight, or may yet
LIVE = (MembershipStatus.ACTIVE, MembershipStatus.SUSPENDED, MembershipStatus.INVITED)
# what names a sharing rule
RULE = ("rule__clause", "rule__version__agreement")


@dataclass(frozen=True, slots=True)
class Given:
    """A grant, live or ended, to a group; of a named person, the group through which they saw the note.

    Attributes:
        by: who granted it, if that is still known.
        rule: the sharing rule that allowed it, where one was asked for; kept while it is live.
        ended_by: likewise; nobody where the database took it back by itself, or its last day passed.
        not_before, expires_at: the moments between which it gives sight, where days were chosen.
    """

    note_id: int
    group_id: int
    person: Person | None
    by: Person | None
    granted_at: datetime
    ended_at: datetime | None = None
    ended_by: Person | None = None
    rule: SharingRule | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None

    @property
    def begins(self) -> datetime:
        """The moment from which on it gives sight."""
        return max(self.granted_at, self.not_before) if self.not_before else self.granted_at

    @property
    def expired(self) -> bool:
        """Whether it ended by itself."""
        return self.ended_at is not None and self.ended_at == self.expires_at

    def holds(self, at: datetime | None) -> bool:
        """Say whether it gave sight at a moment; without one, whether it does."""
        if at is None:
            return self.ended_at is None and self.begins <= clock.now()
        return self.begins <= at and (self.ended_at is None or at < self.ended_at)


def grants_of(notes: Iterable[Note], *, groups: Iterable[int] | None = None) -> list[Given]:
    """Return the live grants of notes that the reader may know of, the earliest first: two queries.

    Args:
        groups: only to these groups, and to people through them.
    """
    keys = [note.pk for note in notes]
    # the base managers: also what waits or is over, and people who have moved since
    to_groups = NoteGroupGrant._base_manager.filter(content_object__in=keys).select_related("granted_by__agency", *RULE)
    to_people = NoteUserGrant._base_manager.filter(content_object__in=keys)
    if groups is not None:
        wanted = list(groups)
        to_groups, to_people = to_groups.filter(group__in=wanted), to_people.filter(through__in=wanted)
    given = [_live(row, row.group_id, None) for row in to_groups] + [
        _live(row, row.through_id, row.user)
        for row in to_people.select_related("user__agency", "granted_by__agency", *RULE)
    ]
    return _in_order(given)


def _live(row: NoteGroupGrant | NoteUserGrant, group: int, person: Person | None) -> Given:
    # what is over has ended, whether or not anybody has tidied up
    over = row.expires_at if row.expires_at and row.expires_at <= clock.now() else None
    return Given(
        note_id=row.content_object_id,
        group_id=group,
        person=person,
        by=row.granted_by,
        granted_at=row.granted_at,
        ended_at=over,
        rule=row.rule,
        not_before=row.not_before,
        expires_at=row.expires_at,
    )


def ended_grants_of(note: Note) -> list[Given]:
    """Return the grants of a note that ended, for who may know them."""
    rows = EndedGrant.objects.filter(note=note).select_related("user__agency", "granted_by__agency", "ended_by__agency")
    return _in_order(
        Given(
            note_id=note.pk,
            group_id=row.group_id,
            person=row.user,
            by=row.granted_by,
            granted_at=row.granted_at,
            ended_at=row.ended_at,
            ended_by=row.ended_by,
            not_before=row.not_before,
            expires_at=row.expires_at,
        )
        for row in rows
        if row.group_id is not None
    )


def _in_order(given: Iterable[Given]) -> list[Given]:
    return sorted(given, key=lambda each: (each.granted_at, each.person.name if each.person else ""))


@dataclass(frozen=True, slots=True)
class Standing:
    """How an agency stood at a moment: the membership that counts, its state, and since when.

    The state is empty where it was not even invited then.
    """

    membership: Membership
    state: str
    since: datetime | None


def standing_of(
    memberships: Sequence[Membership], changes: Iterable[MembershipChange], at: datetime | None
) -> Standing:
    """Return how an agency stood.

    Args:
        memberships: all of one agency in one partnership, the oldest first: who left and came back has several.
        changes: of these memberships, the oldest first.
        at: the moment; without one, now.
    """
    steps: dict[int, MembershipChange] = {}
    for change in changes:
        if at is None or change.at <= at:
            steps[change.membership_id] = change
    standings = [_standing(membership, steps.get(membership.pk), at) for membership in memberships]
    live = [standing for standing in standings if standing.state in LIVE]
    been = [standing for standing in standings if standing.state]
    return (live or been or standings[:1])[-1]


def _standing(membership: Membership, last: MembershipChange | None, at: datetime | None) -> Standing:
    since = last.at if last else None
    if at is None:
        return Standing(membership, membership.status, since)
    return Standing(membership, last.after if last else "", since)
