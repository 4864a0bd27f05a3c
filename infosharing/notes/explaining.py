"""Why an agency sees a note, or does not: now, and on any past day.

Worked out from the rows that decide: live and ended grants, and the steps of memberships. What is said of the past
rests on what is kept. The agency of a person is not kept by the day, so people are told as they stand today.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from accounts.agencies.models import Agency
from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock
from foundation.errors import Invalid
from infosharing.circles.models import Circle
from infosharing.circles.selectors import rosters
from infosharing.grants.models import NoteGroupGrant, NoteUserGrant
from infosharing.notes import policy, reasons
from infosharing.notes.history import Given, Standing, ended_grants_of, grants_of, standing_of
from infosharing.notes.models import Note, Status
from infosharing.notes.querysets import groups_of
from infosharing.notes.receiving import matter_of, verdicts
from partnership.agreements.sharing import Missing
from partnership.membership.models import Membership, MembershipChange, MembershipStatus

# before it there were no such notes; at the ends of time a moment has no day in some zones
FIRST_YEAR = 1900
WRONG_MOMENT = "Give a day as 2026-03-31, or a moment with its zone as 2026-03-31T12:00:00Z."


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether an agency sees a note, and the chain of reasons; where it does not, also who could change that."""

    agency: Agency
    visible: bool
    reasons: list[str]
    at: datetime | None = None

    @property
    def verdict(self) -> str:
        return reasons.verdict(self.agency.name, visible=self.visible, at=self.at)


def moment_of(text: str) -> datetime | None:
    """Return the moment that somebody asks about: of a past day its end; None for today, or for nothing.

    Raises:
        Invalid: it is neither a day nor a moment, or is yet to come.
    """
    if not text:
        return None
    try:
        on, moment = parse_date(text), parse_datetime(text)
    except ValueError as error:
        raise Invalid(WRONG_MOMENT, field="at") from error
    if on is not None:
        return _end_of(on)
    if moment is None or timezone.is_naive(moment):
        raise Invalid(WRONG_MOMENT, field="at")
    return _past(moment)


def _end_of(on: date) -> datetime | None:
    if on == clock.today():
        return None
    try:
        return _past(timezone.make_aware(datetime.combine(on, time.max)))
    except OverflowError as error:
        raise Invalid(WRONG_MOMENT, field="at") from error


def _past(moment: datetime) -> datetime:
    if moment.year < FIRST_YEAR:
        raise Invalid(WRONG_MOMENT, field="at")
    if moment > clock.now():
        raise Invalid("Choose a day that has passed, or today.", field="at")
    return moment


def members_of(actor: Actor, note: Note) -> list[Membership]:
    """Return who takes or took part in a note's partnership, by name."""
    members = Membership.objects.visible_to(actor).filter(partnership=note.partnership_id)
    return list(members.select_related("agency", "partnership__coordinator").by_agency_name())


def explain(actor: Actor, note: Note, *, agency: UUID | None = None, at: datetime | None = None) -> Explanation:
    """Explain to the originator for any agency, to a reader for its own.

    Args:
        agency: public id of one that takes or took part; without it, the actor's own.
        at: the moment asked about; without it, now.

    Raises:
        NotAllowed: a reader asks about another agency or another day.
        Invalid: there is no such member.
    """
    wanted = agency or actor.agency_public_id
    if not policy.may_explain(actor, note) and wanted == actor.agency_public_id and at is None:
        return explain_to_reader(actor, note)
    explainer = Explainer(actor, note, at)
    found = next((member.agency for member in explainer.members if member.agency.public_id == wanted), None)
    if found is None:
        raise Invalid("This agency takes no part in the note's partnership, and never did.", field="agency")
    return explainer.explain(found)


class Explainer:
    """Explains one note to its originator, with as many queries for every agency as for one.

    Raises:
        NotAllowed: the actor is not of the originator; or, for the past of a note to named people, not its author.
    """

    def __init__(self, actor: Actor, note: Note, at: datetime | None = None) -> None:
        policy.require_explaining(actor, note, past=at is not None)
        self.note, self.at, self._actor = note, at, actor
        self.members = members_of(actor, note)
        self._given = grants_of([note])
        self._ended = ended_grants_of(note)
        self._changes = list(
            MembershipChange.objects.filter(membership__partnership=note.partnership_id).order_by("at", "pk")
        )
        groups = {given.group_id for given in self._all if given.person is None}
        self._circles = {
            circle.group_id: circle.name for circle in Circle.objects.visible_to(actor).filter(group__in=groups)
        }
        # an originator is in every circle that its notes are in: it knows who else is, or was
        self._inside = {
            group: {member.pk for member in members} for group, members in rosters(actor, groups, at).items()
        }
        people = Person.objects.active().filter(agency__in={member.agency_id for member in self.members})
        self._peopled = set(people.order_by().values_list("agency_id", flat=True).distinct())

    def of_every_member(self) -> list[Explanation]:
        """Explain for each agency that takes or took part, by name."""
        agencies = {member.agency_id: member.agency for member in self.members}
        return [self.explain(agency) for agency in agencies.values()]

    def explain(self, agency: Agency) -> Explanation:
        """Explain for one agency that takes or took part."""
        if self.at is not None and self.at < self.note.created_at:
            return Explanation(agency, False, [reasons.not_written_yet(self.note)], self.at)
        own = sorted((member for member in self.members if member.agency_id == agency.pk), key=lambda one: one.pk)
        keys = {member.pk for member in own}
        found = standing_of(own, [step for step in self._changes if step.membership_id in keys], self.at)
        ways = list(self._ways(found))
        active = found.state == MembershipStatus.ACTIVE
        chain = [*(ways or self._why_not(found)), *([reasons.standing(found, self.at)] if ways or not active else [])]
        if ways and active and self.at is None and agency.pk not in self._peopled:
            return Explanation(agency, False, [*chain, reasons.NOBODY_THERE])
        if self.at is not None and any(given.person for given in self._all):
            chain.append(reasons.PEOPLE_AS_TODAY)
        return Explanation(agency, bool(ways) and active, chain, self.at)

    @property
    def _all(self) -> list[Given]:
        return [*self._given, *self._ended]

    def _ways(self, found: Standing) -> Iterator[str]:
        """Yield by which grants a member sees the note, if it takes part."""
        member, owner = found.membership, self.note.owner.agency.name
        for given in self._all:
            if not given.holds(self.at):
                continue
            if given.person is not None:
                if given.group_id == member.group_id and _is_with(given.person, member):
                    yield reasons.named(given, owner, self.note)
            elif given.group_id == member.group_id:
                is_owner = member.pk == self.note.owner_id
                yield reasons.wrote(self.note) if is_owner else reasons.shared(given, owner)
            elif self._reaches_by_circle(given, member):
                yield reasons.shared_with_circle(given, owner, self._circles.get(given.group_id, ""))
            elif self._is_for_all(given):
                yield reasons.shared_with_all(given, owner)

    def _why_not(self, found: Standing) -> list[str]:
        """Return why no grant reaches a member, and now also who could change that."""
        of_member = [
            given
            for given in self._all
            if given.group_id == found.membership.group_id
            or self._is_for_all(given)
            or self._reaches_by_circle(given, found.membership)
        ]
        chain = [reasons.moved(given) for given in of_member if given.person and given.holds(self.at)]
        chain += self._what_was(of_member)
        if not chain:
            had = self._had_as_former_member(found.membership)
            chain.append(reasons.as_a_former_member() if had else reasons.never(self.note, self.at))
        return [*chain, self._who_could(found.membership)] if self.at is None else chain

    def _who_could(self, member: Membership) -> str:
        """Return who could share it with a member: where an agreement is in the way, who could change that first."""
        in_the_way = self._in_the_way.get(member.pk) if self.note.status == Status.LIVE else None
        return f"{in_the_way.sentence} {in_the_way.who}" if in_the_way else reasons.who_could_share(self.note)

    @cached_property
    def _in_the_way(self) -> dict[int, Missing]:
        note = self.note
        found = verdicts(self._actor, note.owner, matter_of(note))
        # without a category nothing was declared yet, and no rule can be named
        return {each.member.pk: each.missing[0] for each in found if each.missing and note.category}

    def _what_was(self, of_member: list[Given]) -> list[str]:
        """Return what was before the moment, or came after it, of a member's grants."""
        note, until = self.note, self.at or clock.now()
        was = [given for given in of_member if given.ended_at and given.ended_at <= until]
        said = [reasons.ended(was[-1], with_all=self._is_for_all(was[-1]))] if was else []
        if note.withdrawn_at and note.withdrawn_at <= until:
            said.append(reasons.withdrawn(note))
        comes = [given for given in of_member if given.begins > until and (self.at is not None or not given.ended_at)]
        told = reasons.waits if self.at is None else reasons.later
        return said + ([told(comes[0])] if comes else [])

    def _had_as_former_member(self, member: Membership) -> bool:
        former = {one.group_id for one in self.members if one.agency_id == member.agency_id and one.pk != member.pk}
        return any(given.group_id in former for given in self._all)

    def _reaches_by_circle(self, given: Given, member: Membership) -> bool:
        return given.person is None and member.pk in self._inside.get(given.group_id, ())

    def _is_for_all(self, given: Given) -> bool:
        return given.person is None and given.group_id == self.note.partnership.group_id


def _is_with(person: Person, member: Membership) -> bool:
    return person.is_active and person.agency_id == member.agency_id


def explain_to_reader(actor: Actor, note: Note) -> Explanation:
    """Explain to a reader why the own agency sees the note: by its own grants, and in no more than that.

    Who of the originator shared it, and with whom else, are not told.
    """
    mine = Q(group_id__in=groups_of(actor))
    own = Agency.objects.get(pk=actor.agency_key)
    owner, chain = note.owner.agency.name, []
    circles = {circle.group_id: circle.name for circle in Circle.objects.with_me(actor)}
    for grant in NoteGroupGrant.objects.filter(mine, content_object=note).order_by("granted_at", "pk"):
        given = Given(
            note.pk, grant.group_id, None, None, grant.granted_at,
            not_before=grant.not_before, expires_at=grant.expires_at,
        )  # fmt: skip
        for_all = grant.group_id == note.partnership.group_id
        if grant.group_id in circles:
            chain.append(reasons.shared_with_circle(given, owner, circles[grant.group_id]))
        else:
            chain.append(reasons.shared_with_all(given, owner) if for_all else reasons.shared(given, owner))
    named = NoteUserGrant.objects.filter(content_object=note, user=actor.person_id).first()
    if named is not None:
        until = f", until {reasons.last_day(named.expires_at)}" if named.expires_at else ""
        chain.append(f"{owner} named you on {reasons.day(named.granted_at)}{until}; who is not named does not see it.")
    chain.append(f"{own.name} is an active member of {note.partnership}.")
    return Explanation(own, True, chain)
