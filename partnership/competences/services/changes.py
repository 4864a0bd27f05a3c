"""How changes get into the register, many as cheaply as one. For services that authorise, under their locks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from accounts.people.actor import Actor
from foundation import clock, states
from foundation.audit.services import record_each
from foundation.errors import Invalid, OutOfTurn
from partnership.competences.facts import Facts
from partnership.competences.models import (
    CHANGES,
    Change,
    ChangeKind,
    ChangeStatus,
    Competence,
    Extent,
    Holding,
    Need,
)
from partnership.membership.models import Membership, Partnership

LONGEST_LEAD = 3650
PLAIN = tuple(name for name in Facts.__slots__ if name != "needs")

Key = tuple[int, int]  # of a competence and a member


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the register should say of a member and a competence."""

    competence: Competence
    membership: Membership
    facts: Facts


def compared(partnership: Partnership, proposals: Sequence[Proposal], note: str) -> list[Change]:
    """Return, not saved yet, what each proposal changes.

    Raises:
        Invalid: a fact does not hold together, or one of them changes nothing.
        OutOfTurn: a competence was retired.
    """
    known = _in_use(partnership)
    keys = set(known.values())
    lasting = lasting_of([(one.competence.pk, one.membership.pk) for one in proposals])
    changes = []
    for one in proposals:
        if one.competence.pk not in keys:
            raise OutOfTurn("This competence was taken out of use.")
        after = _sound(one.competence, one.facts, known)
        holding = lasting.get((one.competence.pk, one.membership.pk))
        before = Facts.of(holding) if holding else None
        if before == after:
            raise Invalid("The register says exactly this already.")
        kind = ChangeKind.EDIT if holding else ChangeKind.ADD
        changes.append(change_of(one.competence, one.membership, kind, before, after, note))
    return changes


def change_of(
    competence: Competence,
    membership: Membership,
    kind: str,
    before: Facts | None,
    after: Facts | None,
    note: str,
) -> Change:
    """Return a change, not saved yet."""
    return Change(
        partnership_id=competence.partnership_id,
        competence=competence,
        membership=membership,
        kind=kind,
        before=before.as_json() if before else None,
        after=after.as_json() if after else None,
        note=note.strip(),
    )


def write(actor: Actor, changes: Sequence[Change]) -> None:
    """Propose changes.

    Raises:
        OutOfTurn: another change of the same waits for its answer.
    """
    keys = {_key(change) for change in changes}
    waiting = Change.objects.waiting().filter(competence__in={key[0] for key in keys})
    if keys & set(waiting.values_list("competence_id", "membership_id")):
        raise OutOfTurn("A change of this is waiting for its answer. Answer it or take it back first.")
    for change in changes:
        change.proposed_by_id, change.proposed_by_name = actor.person_id, actor.person_name
        change.proposed_at = clock.now()
    Change.objects.bulk_create(changes)
    record_each(
        verb="competences.proposed", actor=actor, subjects=[(change, {"kind": change.kind}) for change in changes]
    )


def take_over(partnership: Partnership, changes: Sequence[Change]) -> None:
    """Let the register say what changes say.

    Raises:
        Invalid: what one of them needs first was retired meanwhile, or its day has passed.
    """
    known = _in_use(partnership)
    lasting = lasting_of([_key(change) for change in changes])
    ended = [lasting[key].pk for key in map(_key, (one for one in changes if one.after is None)) if key in lasting]
    Holding.objects.filter(pk__in=ended).update(ended_at=clock.now())
    told = {
        _key(change): _sound(change.competence, Facts.from_json(change.after), known)
        for change in changes
        if change.after is not None
    }
    holdings = {key: lasting.get(key) or _new(partnership, key) for key in told}
    # most tables change a word here and there: what is needed first stays where it says the same
    needing = {
        key: facts for key, facts in told.items() if key not in lasting or Facts.of(lasting[key]).needs != facts.needs
    }
    for key, facts in told.items():
        for name in PLAIN:
            setattr(holdings[key], name, getattr(facts, name))
    there = [holding for holding in holdings.values() if holding.pk]
    # far faster than bulk_update, which makes an expression of each cell; each of these is there already
    Holding.objects.bulk_create(there, update_conflicts=True, unique_fields=["id"], update_fields=PLAIN)
    Need.objects.filter(holding__in=[holdings[key].pk for key in needing if key in lasting]).delete()
    Holding.objects.bulk_create(holding for holding in holdings.values() if not holding.pk)
    Need.objects.bulk_create(
        Need(holding=holdings[key], competence_id=known[name], partnership=partnership)
        for key, facts in needing.items()
        for name in facts.needs
    )


def answer(actor: Actor, changes: Sequence[Change], after: str, reason: str = "") -> None:
    """Say what came of changes that waited."""
    for change in changes:
        states.require(CHANGES, before=change.status, after=after, thing="change")
        change.status, change.reason = ChangeStatus(after), reason
        change.answered_by_id, change.answered_by_name = actor.person_id, actor.person_name
        change.answered_at = clock.now()
    Change.objects.filter(pk__in=[change.pk for change in changes]).update(
        status=after,
        reason=reason,
        answered_by=actor.person_id,
        answered_by_name=actor.person_name,
        answered_at=clock.now(),
    )
    record_each(verb=f"competences.change_{after}", actor=actor, subjects=[(change, {}) for change in changes])


def lasting_of(keys: Sequence[Key]) -> dict[Key, Holding]:
    """Return the holdings that have not ended, each with what it needs first."""
    competences, members = {key[0] for key in keys}, {key[1] for key in keys}
    found = Holding.objects.lasting().filter(competence__in=competences, membership__in=members)
    return {(holding.competence_id, holding.membership_id): holding for holding in found.with_needs()}


def _key(change: Change) -> Key:
    return change.competence_id, change.membership_id


def _new(partnership: Partnership, key: Key) -> Holding:
    return Holding(competence_id=key[0], membership_id=key[1], partnership=partnership, since=clock.now())


def _in_use(partnership: Partnership) -> dict[str, int]:
    """Return the competences in use: keys by name."""
    return dict(Competence.objects.in_use().filter(partnership=partnership).values_list("name", "pk"))


def _sound(competence: Competence, facts: Facts, known: dict[str, int]) -> Facts:
    """Return the facts as they are kept.

    Raises:
        Invalid: one of them does not hold together.
    """
    if facts.extent not in Extent.values:
        raise Invalid("Say whether the member holds it fully, partly or on request.", field="extent")
    if facts.lead_days is not None and not 0 <= facts.lead_days <= LONGEST_LEAD:
        raise Invalid("Give the lead time as a number of days, 0 for at once.", field="lead_days")
    if facts.valid_until is not None and facts.valid_until < clock.today():
        raise Invalid("This day has passed. Leave it empty, or give a day to come.", field="valid_until")
    if competence.name in facts.needs:
        raise Invalid("A competence cannot need itself first.", field="needs")
    if unknown := sorted(set(facts.needs) - set(known)):
        raise Invalid(f"Not in this partnership's register: {'; '.join(unknown)}.", field="needs")
    words = ("decided_by", "capacity", "limits", "needs_words")
    needs = tuple(sorted(set(facts.needs)))
    return replace(facts, needs=needs, **{name: getattr(facts, name).strip() for name in words})
