"""Who was granted a note when, and how members stood: what is kept, in the shape in which it explains sight."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.people.models import Person
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
        ended_by: likewise; nobody where the database took it back by itself.
    """

    note_id: int
    group_id: int
    person: Person | None
    by: Person | None
    granted_at: datetime
    ended_at: datetime | None = None
    ended_by: Person | None = None
    rule: SharingRule | None = None

    def holds(self, at: datetime | None) -> bool:
        """Say whether it was live at a moment; without one, whether it is."""
        if at is None:
            return self.ended_at is None
        return self.granted_at <= at and (self.ended_at is None or at < self.ended_at)


def grants_of(notes: Iterable[Note], *, groups: Iterable[int] | None = None) -> list[Given]:
    """Return the live grants of notes that the reader may know of, the earliest first: two queries.

    Args:
        groups: only to these groups, and to people through them.
    """
    keys = [note.pk for note in notes]
    # the base manager: also people who have moved since, whose rows show nothing now and did then
    to_groups = NoteGroupGrant.objects.filter(content_object__in=keys).select_related("granted_by__agency", *RULE)
    to_people = NoteUserGrant._base_manager.filter(content_object__in=keys)
    if groups is not None:
        wanted = list(groups)
        to_groups, to_people = to_groups.filter(group__in=wanted), to_people.filter(through__in=wanted)
    given = [
        Given(row.content_object_id, row.group_id, None, row.granted_by, row.granted_at, rule=row.rule)
        for row in to_groups
    ] + [
        Given(row.content_object_id, row.through_id, row.user, row.granted_by, row.granted_at, rule=row.rule)
        for row in to_people.select_related("user__agency", "granted_by__agency", *RULE)
    ]
    return _in_order(given)


def ended_grants_of(note: Note) -> list[Given]:
    """Return the grants of a note that ended, for who may know them."""
    rows = EndedGrant.objects.filter(note=note).select_related("user__agency", "granted_by__agency", "ended_by__agency")
    return _in_order(
        Given(note.pk, row.group_id, row.user, row.granted_by, row.granted_at, row.ended_at, row.ended_by)
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
