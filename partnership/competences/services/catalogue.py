"""The competences of a partnership: copied from the catalogue or written, edited, confirmed, retired."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.people.actor import Actor
from foundation import clock
from foundation.audit.services import record, record_each
from foundation.errors import Invalid, OutOfTurn
from partnership.approaches import Approach
from partnership.competences.models import Competence, Entry
from partnership.competences.services.statements import follow
from partnership.membership.models import Partnership
from partnership.membership.policy import require_coordinator, require_own_membership

NAMED_ALREADY = "The register has a competence of this name already."


@dataclass(frozen=True, slots=True)
class Description:
    """What a competence is, as it applies in one partnership.

    Attributes:
        name: what one can do with it.
        approaches: `Approach`, at least one.
        used_for: phenomena, goods and places that it is used for here; searched by "Who can act?".
        legal_basis, needs_first, output: in words, empty where nothing is said.
    """

    name: str
    approaches: Sequence[str]
    used_for: str = ""
    legal_basis: str = ""
    needs_first: str = ""
    output: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        names = ("name", "used_for", "legal_basis", "needs_first", "output")
        return {name: getattr(self, name).strip() for name in names} | {"approaches": sorted(set(self.approaches))}


@transaction.atomic
def copy_entries(*, actor: Actor, partnership: Partnership, entries: Collection[Entry]) -> list[Competence]:
    """Copy entries of the catalogue into the register of a partnership, to be made its own. None is copied twice.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: no entry was chosen.
    """
    require_coordinator(actor, partnership)
    if not entries:
        raise Invalid("Tick at least one competence.", field="entries")
    _lock(partnership)
    there = set(partnership.competences.in_use().values_list("name", flat=True))
    copied = set(partnership.competences.in_use().values_list("entry", flat=True))
    made = [
        _new(
            partnership,
            Description(
                name=entry.name,
                approaches=entry.approaches,
                legal_basis=entry.legal_basis,
                needs_first=entry.needs_first,
                output=entry.output,
            ),
            entry,
        )
        for entry in sorted(entries, key=lambda entry: entry.code)
        if entry.name not in there and entry.pk not in copied
    ]
    return _enter(actor, partnership, made)


@transaction.atomic
def write_competence(*, actor: Actor, partnership: Partnership, description: Description) -> Competence:
    """Enter a competence that the catalogue has not got.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: it has no name or no approach, or the register has one of this name.
    """
    return write_competences(actor=actor, partnership=partnership, descriptions=[description])[0]


@transaction.atomic
def write_competences(
    *, actor: Actor, partnership: Partnership, descriptions: Sequence[Description]
) -> list[Competence]:
    """Enter several competences at once, as `write_competence` does each.

    Raises:
        NotAllowed, Invalid: as there; then none is entered.
    """
    require_coordinator(actor, partnership)
    _lock(partnership)
    there = set(partnership.competences.in_use().values_list("name", flat=True))
    made = []
    for description in descriptions:
        _require_described(description)
        if description.name.strip() in there:
            raise Invalid(NAMED_ALREADY, field="name")
        there.add(description.name.strip())
        made.append(_new(partnership, description, None))
    return _enter(actor, partnership, made)


@transaction.atomic
def describe_competence(*, actor: Actor, competence: Competence, description: Description) -> Competence:
    """Describe a competence otherwise. With another name or legal basis it has to be confirmed again.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: as for `write_competence`.
        OutOfTurn: it was retired.
    """
    require_coordinator(actor, competence.partnership)
    _lock(competence.partnership)
    competence = _in_use(competence)
    _require_sound(competence.partnership, description, but=competence)
    columns = description.columns
    was_checked = (competence.name, competence.legal_basis)
    for column, value in columns.items():
        setattr(competence, column, value)
    if was_checked != (competence.name, competence.legal_basis):
        _unconfirm(competence)
    competence.save()
    record(verb="competences.described", actor=actor, subject=competence)
    follow(competence.partnership)
    return competence


@transaction.atomic
def confirm_competence(*, actor: Actor, competence: Competence, against: str) -> Competence:
    """Confirm that the law and the practice here are as described, saying against what it was checked.

    Any member may: the one that applies a law knows it best.

    Raises:
        NotAllowed: the actor is read-only or of no active member.
        Invalid: nothing is said of the source.
        OutOfTurn: it was retired.
    """
    require_own_membership(actor, competence.partnership)
    if not against.strip():
        raise Invalid("Say against what you checked it: a law, a decision, who was asked.", field="against")
    competence = _in_use(competence)
    competence.confirmed_by_id, competence.confirmed_by_name = actor.person_id, actor.person_name
    competence.confirmed_at, competence.confirmed_against = clock.now(), against.strip()
    competence.save()
    record(verb="competences.confirmed", actor=actor, subject=competence)
    return competence


@transaction.atomic
def retire_competence(*, actor: Actor, competence: Competence, reason: str) -> Competence:
    """Take a competence out of use. Whoever held it holds it no more; what was promised by it stands.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: no reason was given.
        OutOfTurn: it was retired already.
    """
    require_coordinator(actor, competence.partnership)
    if not reason.strip():
        raise Invalid("Say why, so that the others understand.", field="reason")
    _lock(competence.partnership)
    competence = _in_use(competence)
    competence.retired_at = clock.now()
    competence.save(update_fields=["retired_at", "updated_at"])
    competence.changes.waiting().update(
        status="taken_back", answered_at=clock.now(), answered_by_name=actor.person_name, reason="It was retired"
    )
    record(verb="competences.retired", actor=actor, subject=competence, reason=reason.strip())
    follow(competence.partnership)
    return competence


def _new(partnership: Partnership, description: Description, entry: Entry | None) -> Competence:
    return Competence(partnership=partnership, entry=entry, created_at=clock.now(), **description.columns)


def _enter(actor: Actor, partnership: Partnership, made: list[Competence]) -> list[Competence]:
    Competence.objects.bulk_create(made)
    told = [(competence, {"entry": competence.entry.code if competence.entry else ""}) for competence in made]
    record_each(verb="competences.entered", actor=actor, subjects=told)
    follow(partnership)
    return made


def _unconfirm(competence: Competence) -> None:
    competence.confirmed_by, competence.confirmed_by_name = None, ""
    competence.confirmed_at, competence.confirmed_against = None, ""


def _lock(partnership: Partnership) -> None:
    # two people at once must not both find a name free, nor make the same statement
    Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)


def _in_use(competence: Competence) -> Competence:
    found = Competence.objects.select_related("partnership").select_for_update(of=("self",)).get(pk=competence.pk)
    if found.retired_at is not None:
        raise OutOfTurn("This competence was taken out of use.")
    return found


def _require_sound(partnership: Partnership, description: Description, but: Competence) -> None:
    _require_described(description)
    twins = partnership.competences.in_use().filter(name=description.name.strip())
    if twins.exclude(pk=but.pk).exists():
        raise Invalid(NAMED_ALREADY, field="name")


def _require_described(description: Description) -> None:
    if not description.name.strip():
        raise Invalid("Say what one can do with it.", field="name")
    if not description.approaches or not set(description.approaches) <= set(Approach.values):
        raise Invalid("Tick at least one of the three approaches.", field="approaches")
