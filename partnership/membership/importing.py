"""Bringing an agreed list of members into a partnership: first what it would change, then all of it or nothing.

The members were agreed elsewhere, so they become active at once and nobody is asked or told. What the portal knows
better than a list is left alone: an agency's own data, a member's role and state, and whoever left the cell empty.
"""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models.functions import Lower

from accounts.agencies.models import Agency
from accounts.people.actor import Actor
from accounts.people.models import Person, Role
from foundation import clock
from foundation.audit.services import record
from foundation.errors import OutOfTurn
from partnership.membership.member_list import Fault, Row, Spokesperson
from partnership.membership.models import (
    Membership,
    MembershipRole,
    MembershipStatus,
    Partnership,
    PartnershipStatus,
)
from partnership.membership.policy import require_coordinator
from partnership.membership.services import new_group, note_change

REASON = "imported from an agreed list"


class BadRows(Exception):
    """Rows of a list that do not fit what the portal holds; nothing was imported."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} bad rows")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Voice:
    """Who is to speak for a member after the import, and with what mandate."""

    person: Person | None
    named: Spokesperson
    mandate: str

    @property
    def email(self) -> str:
        return self.person.email if self.person else self.named.email


@dataclass(frozen=True, slots=True)
class Step:
    """What the import does for one row.

    Attributes:
        agency: the agency that is there already.
        membership: its live membership.
    """

    row: Row
    agency: Agency | None
    membership: Membership | None
    representative: Voice
    deputy: Voice

    @property
    def is_new(self) -> bool:
        return self.membership is None

    @property
    def changes(self) -> list[str]:
        """What changes of a membership that is there already, in words."""
        member = self.membership
        if member is None:
            return []
        before = {
            "representative": member.representative.email if member.representative else "",
            "mandate": member.representative_mandate,
            "deputy": member.deputy.email if member.deputy else "",
            "deputy_mandate": member.deputy_mandate,
        }
        after = {
            "representative": self.representative.email,
            "mandate": self.representative.mandate,
            "deputy": self.deputy.email,
            "deputy_mandate": self.deputy.mandate,
        }
        return [name for name in before if before[name] != after[name]]

    @property
    def kept(self) -> list[str]:
        """What the list says otherwise than the portal, which keeps its own."""
        held: dict[str, object] = {}
        if self.agency:
            held |= {name: getattr(self.agency, name) for name in ("name", "kind", "sector", "level", "country")}
        if self.membership:
            held |= {name: getattr(self.membership, name) for name in ("role", "joined_on")}
        return [name for name, value in held.items() if value != getattr(self.row, name)]

    @property
    def new_people(self) -> list[str]:
        return [voice.email for voice in (self.representative, self.deputy) if voice.email and not voice.person]


@dataclass(slots=True)
class _Known:
    """What the portal holds that the list may name."""

    agencies: dict[tuple[str, str], Agency]
    members: dict[int, Membership]
    people: dict[str, Person]
    faults: list[Fault] = field(default_factory=list)


def plan(partnership: Partnership, rows: list[Row]) -> list[Step]:
    """Return what importing these rows would do.

    Raises:
        OutOfTurn: the partnership has ended.
        BadRows: some do not fit; all that do not are named.
    """
    if partnership.status == PartnershipStatus.ENDED:
        raise OutOfTurn("This partnership has ended: nobody joins it any more.")
    known = _known(partnership, rows)
    steps = [_step(partnership, known, row) for row in rows]
    if known.faults:
        raise BadRows(known.faults)
    return steps


@transaction.atomic
def import_members(*, actor: Actor | None, partnership: Partnership, rows: list[Row]) -> list[Step]:
    """Import all rows, or none.

    Args:
        actor: of the coordinator; None for a command on the server.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        OutOfTurn: the partnership has ended.
        BadRows: some rows do not fit.
    """
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
    if actor is not None:
        require_coordinator(actor, partnership)
    steps = plan(partnership, rows)
    for step in steps:
        _take(actor, partnership, step)
    record(
        verb="membership.list_imported",
        actor=actor,
        subject=partnership,
        joined=sum(step.is_new for step in steps),
        changed=sum(bool(step.changes) for step in steps),
        rows=len(steps),
    )
    return steps


# --- planning ------------------------------------------------------------------------------------
def _known(partnership: Partnership, rows: list[Row]) -> _Known:
    emails = {voice.email for row in rows for voice in (row.representative, row.deputy) if voice.email}
    members = Membership.objects.live().filter(partnership=partnership)
    return _Known(
        agencies={(agency.city.casefold(), agency.code.casefold()): agency for agency in Agency.objects.all()},
        members={member.agency_id: member for member in members.select_related("representative", "deputy")},
        people={
            person.email.lower(): person for person in Person.objects.alias(low=Lower("email")).filter(low__in=emails)
        },
    )


def _step(partnership: Partnership, known: _Known, row: Row) -> Step:
    agency = known.agencies.get(row.key)
    member = known.members.get(agency.pk) if agency else None
    step = Step(
        row=row,
        agency=agency,
        membership=member,
        representative=_voice(
            known,
            row.representative,
            present=member.representative if member else None,
            mandate=member.representative_mandate if member else "",
        ),
        deputy=_voice(
            known,
            row.deputy,
            present=member.deputy if member else None,
            mandate=member.deputy_mandate if member else "",
        ),
    )
    if problems := _problems(partnership, step):
        known.faults.append(Fault(row.line, "; ".join(problems)))
    return step


def _voice(known: _Known, named: Spokesperson, *, present: Person | None, mandate: str) -> Voice:
    """Return who speaks: whom the row names, else whoever does at present."""
    person = known.people.get(named.email) if named.email else present
    return Voice(person=person, named=named, mandate=named.mandate or mandate)


def _problems(partnership: Partnership, step: Step) -> list[str]:
    row, problems = step.row, []
    is_coordinator = step.agency is not None and step.agency.pk == partnership.coordinator_id
    if row.role == MembershipRole.COORDINATOR and not is_coordinator:
        problems.append(f"{row.name} cannot be coordinator too: {partnership.coordinator} is")
    for voice in (step.representative, step.deputy):
        problems += _problems_of_person(step, voice)
    if step.representative.email and step.representative.email == step.deputy.email:
        problems.append(f"{step.deputy.email} would be representative and deputy; name another deputy")
    return problems


def _problems_of_person(step: Step, voice: Voice) -> list[str]:
    person = voice.person
    if person is None:
        missing = voice.named.email and not voice.named.name
        return [f"{voice.email} is new to the portal: give a name too"] if missing else []
    if not voice.named.email:
        return []
    if person.is_service or not person.is_active:
        return [f"{voice.email} is not somebody who can speak for an agency"]
    if step.agency is None or person.agency_id != step.agency.pk:
        return [f"{voice.email} is known already, as somebody of another agency"]
    return []


# --- writing -------------------------------------------------------------------------------------
def _take(actor: Actor | None, partnership: Partnership, step: Step) -> None:
    if not (step.is_new or step.changes):
        return
    agency = step.agency or _new_agency(actor, step.row)
    voices = {
        "representative": _person(actor, agency, step.representative, Role.LEAD),
        "representative_mandate": step.representative.mandate,
        "deputy": _person(actor, agency, step.deputy, Role.STAFF),
        "deputy_mandate": step.deputy.mandate,
    }
    if step.membership is None:
        _join(actor, partnership, agency, step.row, voices)
    else:
        Membership.objects.filter(pk=step.membership.pk).update(**voices)
        record(verb="membership.representatives_named", actor=actor, subject=step.membership, source=REASON)


def _new_agency(actor: Actor | None, row: Row) -> Agency:
    agency = Agency.objects.create(
        name=row.name,
        code=row.code,
        city=row.city,
        kind=row.kind,
        sector=row.sector,
        level=row.level,
        country=row.country,
        contact=row.contact,
    )
    record(verb="agencies.registered", actor=actor, subject=agency, source=REASON)
    return agency


def _person(actor: Actor | None, agency: Agency, voice: Voice, role: str) -> Person | None:
    """Return who speaks, made if the portal does not know them: without a password, so by the reset link."""
    if voice.person is not None or not voice.email:
        return voice.person
    person = Person.objects.create_user(
        voice.email, name=voice.named.name, function=voice.named.function, agency=agency, role=role
    )
    record(verb="people.registered", actor=actor, subject=person, role=role, source=REASON)
    return person


def _join(
    actor: Actor | None, partnership: Partnership, agency: Agency, row: Row, voices: dict[str, Person | str | None]
) -> None:
    membership = Membership.objects.create(
        partnership=partnership,
        agency=agency,
        role=row.role,
        status=MembershipStatus.ACTIVE,
        joined_on=row.joined_on,
        group=new_group("membership"),
        invited_by_id=actor.person_id if actor else None,
        created_at=clock.now(),
        **voices,
    )
    note_change(membership, before="", by=actor.person_id if actor else None, reason=REASON)
    record(verb="membership.imported", actor=actor, subject=membership, role=row.role, joined_on=str(row.joined_on))
