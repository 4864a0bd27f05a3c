"""Who holds what: proposed by a colleague or the coordinator, confirmed by the member's lead, every change kept."""

from dataclasses import replace

from django.db import transaction

from accounts.people.actor import Actor
from foundation import clock, states
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.services import notify, withdraw_notices
from foundation.notifications.tasks import deliver_soon
from partnership.competences import notices
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
from partnership.competences.services.statements import follow
from partnership.membership.models import Membership, MembershipStatus, Partnership
from partnership.membership.policy import may_coordinate, require_own_membership

LONGEST_LEAD = 3650


@transaction.atomic
def propose_holding(
    *, actor: Actor, competence: Competence, membership: Membership, facts: Facts, note: str = ""
) -> Change:
    """Propose that the register say how a member holds a competence: that it does, or that it does otherwise.

    What the member's own lead proposes is confirmed with it.

    Raises:
        NotAllowed: the actor is neither of that member nor coordinates, or is read-only.
        Invalid: the member is not active here, a fact does not hold together, or nothing would change.
        OutOfTurn: the competence was retired, or a change of it is waiting for its answer.
    """
    _require_proposer(actor, competence.partnership, membership)
    _lock(competence)
    holding = _lasting(competence, membership)
    facts = _sound(competence, facts)
    before = Facts.of(holding) if holding else None
    if before == facts:
        raise Invalid("The register says exactly this already.")
    kind = ChangeKind.EDIT if holding else ChangeKind.ADD
    return _propose(actor, competence, membership, kind, before, facts, note)


@transaction.atomic
def propose_end(*, actor: Actor, holding: Holding, reason: str) -> Change:
    """Propose that a member holds a competence no more.

    Raises:
        NotAllowed: the actor is neither of that member nor coordinates, or is read-only.
        Invalid: no reason was given.
        OutOfTurn: it has ended, or a change of it is waiting for its answer.
    """
    _require_proposer(actor, holding.partnership, holding.membership)
    if not reason.strip():
        raise Invalid("Say why, so that the others understand.", field="reason")
    _lock(holding.competence)
    lasting = _lasting(holding.competence, holding.membership)
    if lasting is None:
        raise OutOfTurn("This member holds it no more.")
    before = Facts.of(lasting)
    return _propose(actor, holding.competence, holding.membership, ChangeKind.END, before, None, reason)


@transaction.atomic
def confirm_change(*, actor: Actor, change: Change) -> Change:
    """Confirm, as the member's lead, what was proposed: the register says it from now on.

    Raises:
        NotAllowed: the actor is not that member's lead.
        OutOfTurn: it is not waiting for an answer, or what it needs first was retired meanwhile.
    """
    _lock(change.competence)
    change = _waiting(change)
    _require_lead(actor, change)
    return _confirm(actor, change)


@transaction.atomic
def decline_change(*, actor: Actor, change: Change, reason: str) -> Change:
    """Decline, as the member's lead, what was proposed, saying what is wrong.

    Raises:
        NotAllowed: the actor is not that member's lead.
        Invalid: no reason was given.
        OutOfTurn: it is not waiting for an answer.
    """
    if not reason.strip():
        raise Invalid("Say what is wrong, so that it can be put right.", field="reason")
    change = _waiting(change)
    _require_lead(actor, change)
    return _answer(actor, change, ChangeStatus.DECLINED, reason.strip())


@transaction.atomic
def take_back_change(*, actor: Actor, change: Change) -> Change:
    """Take back what one's agency proposed, before it is answered.

    Raises:
        NotAllowed: the actor is neither of that member nor coordinates, or is read-only.
        OutOfTurn: it is not waiting for an answer.
    """
    _require_proposer(actor, change.partnership, change.membership)
    return _answer(actor, _waiting(change), ChangeStatus.TAKEN_BACK, "")


def _propose(
    actor: Actor,
    competence: Competence,
    membership: Membership,
    kind: str,
    before: Facts | None,
    after: Facts | None,
    note: str,
) -> Change:
    if competence.changes.waiting().filter(membership=membership).exists():
        raise OutOfTurn("A change of this is waiting for its answer. Answer it or take it back first.")
    change = Change.objects.create(
        partnership_id=competence.partnership_id,
        competence=competence,
        membership=membership,
        kind=kind,
        before=before.as_json() if before else None,
        after=after.as_json() if after else None,
        note=note.strip(),
        proposed_by_id=actor.person_id,
        proposed_by_name=actor.person_name,
        proposed_at=clock.now(),
    )
    record(verb="competences.proposed", actor=actor, subject=change, kind=kind)
    if actor.is_lead and actor.agency_id == membership.agency_id:
        return _confirm(actor, change)
    notify(
        kind=notices.TO_CONFIRM,
        recipients=membership.agency.people.active().human().leads().values_list("pk", flat=True),
        subject=change,
        occasion="proposed",
        by=actor.agency_name,
        competence=competence.name,
        partnership=competence.partnership.name,
        slug=competence.partnership.slug,
    )
    deliver_soon()
    return change


def _confirm(actor: Actor, change: Change) -> Change:
    if change.after is None:
        Holding.objects.lasting().filter(competence=change.competence, membership=change.membership).update(
            ended_at=clock.now()
        )
    else:
        _enter(change, _sound(change.competence, Facts.from_json(change.after)))
    change = _answer(actor, change, ChangeStatus.CONFIRMED, "")
    follow(change.partnership)
    return change


def _enter(change: Change, facts: Facts) -> None:
    plain = {name: getattr(facts, name) for name in facts.__slots__ if name != "needs"}
    holding, _made = Holding.objects.update_or_create(
        competence=change.competence,
        membership=change.membership,
        ended_at=None,
        defaults=plain,
        create_defaults=plain | {"partnership_id": change.partnership_id, "since": clock.now()},
    )
    holding.need_rows.all().delete()
    needed = Competence.objects.in_use().filter(partnership=change.partnership_id, name__in=facts.needs)
    Need.objects.bulk_create(
        Need(holding=holding, competence=competence, partnership_id=change.partnership_id) for competence in needed
    )


def _answer(actor: Actor, change: Change, after: str, reason: str) -> Change:
    states.require(CHANGES, before=change.status, after=after, thing="change")
    change.status, change.reason = after, reason
    change.answered_by_id, change.answered_by_name = actor.person_id, actor.person_name
    change.answered_at = clock.now()
    change.save()
    withdraw_notices(kind=notices.TO_CONFIRM, subject=change)
    record(verb=f"competences.change_{after}", actor=actor, subject=change)
    return change


def _require_proposer(actor: Actor, partnership: Partnership, membership: Membership) -> None:
    if membership.partnership_id != partnership.pk or membership.status != MembershipStatus.ACTIVE:
        raise Invalid("Choose an active member of this partnership.", field="membership")
    own = require_own_membership(actor, partnership)
    if own.pk != membership.pk and not may_coordinate(actor, partnership):
        raise NotAllowed("What a member can do is for its own people and the coordinator to propose.")


def _require_lead(actor: Actor, change: Change) -> None:
    member = change.membership
    theirs = member.agency_id == actor.agency_id and member.status == MembershipStatus.ACTIVE
    if not (actor.is_lead and theirs):
        raise NotAllowed("Only this member's lead may answer: the register says what the member itself confirms.")


def _lock(competence: Competence) -> None:
    """Lock the partnership and the competence, in this order, as every writer of the register does."""
    Partnership.objects.select_for_update(of=("self",)).get(pk=competence.partnership_id)
    if Competence.objects.get(pk=competence.pk).retired_at is not None:
        raise OutOfTurn("This competence was taken out of use.")


def _lasting(competence: Competence, membership: Membership) -> Holding | None:
    lasting = Holding.objects.lasting().filter(competence=competence, membership=membership)
    return lasting.prefetch_related("need_rows__competence").first()


def _waiting(change: Change) -> Change:
    found = (
        Change.objects.select_related("partnership", "competence__partnership", "membership__agency")
        .select_for_update(of=("self",))
        .get(pk=change.pk)
    )
    if found.status != ChangeStatus.PROPOSED:
        raise OutOfTurn("This change has been answered already.")
    return found


def _sound(competence: Competence, facts: Facts) -> Facts:
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
    known = Competence.objects.in_use().filter(partnership=competence.partnership_id, name__in=facts.needs)
    names = sorted(known.values_list("name", flat=True))
    if unknown := sorted(set(facts.needs) - set(names)):
        raise Invalid(f"Not in this partnership's register: {'; '.join(unknown)}.", field="needs")
    words = ("decided_by", "capacity", "limits", "needs_words")
    return replace(facts, needs=tuple(names), **{name: getattr(facts, name).strip() for name in words})
