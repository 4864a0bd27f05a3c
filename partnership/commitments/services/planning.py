"""What a commitment is: proposing one, and planning it otherwise later."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.services import notify, withdraw_notices
from foundation.notifications.tasks import deliver_soon
from foundation.records import new_public_id
from foundation.words import required
from partnership.agreements import models as agreements
from partnership.commitments import notices, policy, recurrence, reminders
from partnership.commitments.models import OPEN, TO_PLAN, Commitment, Status, What
from partnership.commitments.services.common import (
    facts,
    known_approaches,
    locked,
    note_change,
    require_colleague,
    require_future,
    require_state,
    set_contributors,
)
from partnership.competences.checking import require_holder
from partnership.competences.models import Competence
from partnership.engagement.models import Input
from partnership.membership.models import Membership, MembershipStatus, Partnership
from partnership.membership.policy import may_coordinate, require_own_membership
from partnership.responsibilities.models import Responsibility


@transaction.atomic
def propose_commitment(
    *,
    actor: Actor,
    partnership: Partnership,
    promise: str,
    owner: Membership,
    due_on: date,
    done_when: str,
    person: Person | None = None,
    responsibility: Responsibility | None = None,
    clause: agreements.Clause | None = None,
    contributors: Iterable[Membership] = (),
    approaches: Iterable[str] = (),
    rule: str = "",
    competence: Competence | None = None,
    input: Input | None = None,
) -> Commitment:
    """Propose a promise. A member proposes its own, which counts as accepted; the coordinator proposes anybody's.

    Args:
        contributors: other members that help.
        rule: how it repeats (RFC 5545); empty if it does not.
        competence: of the partnership's register, without which it cannot be kept.
        input: what a group said, because of which it is promised.

    Raises:
        NotAllowed: the actor is read-only or no active member, or proposes for another without coordinating.
        Invalid: the owner is no active member, the person is not of the owner's agency, the date has passed, the
            responsibility, the clause or the input is another partnership's, a contributor is not an active member
            other than the owner, the rule is none that a promise may have, or the owner does not hold the competence
            that it needs.
    """
    own = require_own_membership(actor, partnership)
    is_own = own.pk == owner.pk
    if not is_own and not may_coordinate(actor, partnership):
        raise NotAllowed("Only the coordinator may propose a commitment to another member.")
    if owner.partnership_id != partnership.pk or owner.status != MembershipStatus.ACTIVE:
        raise Invalid("Choose an active member of this partnership.", field="owner")
    if responsibility is not None and responsibility.partnership_id != partnership.pk:
        raise Invalid("Choose a responsibility of this partnership.", field="responsibility")
    _require_clause_of(partnership, clause)
    if input is not None and input.partnership_id != partnership.pk:
        raise Invalid("Choose an input of this partnership.", field="input")
    require_colleague(owner, person)
    require_future(due_on)
    if rule:
        recurrence.require_rule(rule, due_on)
    if competence is not None:
        require_holder(competence, owner, what="promise this")
    commitment = Commitment.objects.create(
        partnership=partnership,
        promise=promise,
        owner=owner,
        person=person,
        responsibility=responsibility,
        clause=clause,
        input=input,
        competence=competence,
        approaches=known_approaches(approaches),
        due_on=due_on,
        done_when=done_when,
        rule=rule,
        series=new_public_id() if rule else None,
        occurs_on=due_on if rule else None,
        status=Status.ACCEPTED if is_own else Status.PROPOSED,
        proposed_by_id=actor.person_id,
        created_at=clock.now(),
    )
    set_contributors(commitment, contributors)
    note_change(actor, commitment, before="")
    record(verb="commitments.proposed", actor=actor, subject=commitment, status=commitment.status)
    if not is_own:
        _ask_to_accept(actor, commitment)
    return commitment


def _require_clause_of(partnership: Partnership, clause: agreements.Clause | None) -> None:
    if clause is None:
        return
    if clause.partnership_id != partnership.pk or clause.version.status not in agreements.STANDING:
        raise Invalid("Choose a clause of an agreement that is in force here.", field="clause")


def _ask_to_accept(actor: Actor, commitment: Commitment) -> None:
    people = commitment.owner.agency.people.active().human()
    doer = people.filter(pk=commitment.person_id)
    notify(
        kind=notices.TO_ACCEPT,
        recipients=(doer if doer.exists() else people.leads()).values_list("pk", flat=True),
        subject=commitment,
        occasion="asked",
        by=actor.agency_name,
        **facts(commitment),
    )
    deliver_soon()


@transaction.atomic
def revise_commitment(
    *,
    actor: Actor,
    commitment: Commitment,
    person: Person | None,
    contributors: Iterable[Membership],
    approaches: Iterable[str],
) -> Commitment:
    """Say anew who does it, who contributes, and which approaches it serves.

    Raises:
        NotAllowed: the actor is neither of the member that promised nor the coordinator.
        Invalid: the person is not of the member that promised, or a contributor is not an active member other than it.
        OutOfTurn: it is claimed done or has ended.
    """
    policy.require_reviser(actor, commitment)
    commitment = locked(commitment)
    require_state(commitment, TO_PLAN)
    if person is None or person.pk != commitment.person_id:
        require_colleague(commitment.owner, person)
    person_before, approaches_before = commitment.person, commitment.approaches
    commitment.person, commitment.approaches = person, known_approaches(approaches)
    commitment.save(update_fields=["person", "approaches", "updated_at"])
    is_planned_otherwise = set_contributors(commitment, contributors) or commitment.approaches != approaches_before
    if person_before != person:
        withdraw_notices(kind=reminders.DUE.kind, subject=commitment)
        note_change(
            actor, commitment, before=commitment.status, what=What.PERSON, reason=from_to(person_before, person)
        )
        record(verb="commitments.person_changed", actor=actor, subject=commitment)
    if is_planned_otherwise:
        note_change(actor, commitment, before=commitment.status, what=What.PLAN, reason=_plan_of(commitment))
        record(verb="commitments.plan_changed", actor=actor, subject=commitment)
    return commitment


def from_to(before: Person | None, after: Person | None) -> str:
    """Return a change of person in words."""
    return f"{before.name if before else 'Nobody'}, now {after.name if after else 'nobody'}"


def _plan_of(commitment: Commitment) -> str:
    names = commitment.contributors.order_by("agency__name").values_list("agency__name", flat=True)
    contributing = ", ".join(names) or "nobody"
    serving = ", ".join(commitment.approaches) or "none"
    return f"Contributing: {contributing}. Approaches: {serving}."


@transaction.atomic
def stop_repeating(*, actor: Actor, commitment: Commitment, reason: str) -> Commitment:
    """End a series with this commitment, saying why: when it ends, no next one is made.

    Raises:
        NotAllowed: the actor is neither of the member that promised nor the coordinator.
        Invalid: no reason was given.
        OutOfTurn: it does not repeat, or has ended.
    """
    policy.require_reviser(actor, commitment)
    reason = required(reason)
    commitment = locked(commitment)
    require_state(commitment, OPEN)
    if not commitment.rule:
        raise OutOfTurn("This commitment does not repeat.")
    commitment.rule = ""
    commitment.save(update_fields=["rule", "updated_at"])
    note_change(actor, commitment, before=commitment.status, what=What.SERIES_ENDED, reason=reason)
    record(verb="commitments.series_ended", actor=actor, subject=commitment)
    return commitment
