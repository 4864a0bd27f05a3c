"""Everything that changes a commitment. Each change is recorded with who, when and why."""

from datetime import date

from django.db import transaction

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock, states
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed
from foundation.notifications.services import notify, withdraw_notices
from foundation.notifications.tasks import deliver_soon
from partnership.commitments import notices, policy
from partnership.commitments.models import TRANSITIONS, Commitment, CommitmentChange, Status
from partnership.membership.models import Membership, MembershipRole, MembershipStatus, Partnership
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
) -> Commitment:
    """Propose a promise. A member proposes its own, which counts as accepted; the coordinator proposes anybody's.

    Raises:
        NotAllowed: the actor is read-only or no active member, or proposes for another without coordinating.
        Invalid: the owner is no active member, the person is not of the owner's agency, the date has passed, or the
            responsibility is another partnership's.
    """
    own = require_own_membership(actor, partnership)
    is_own = own.pk == owner.pk
    if not is_own and not may_coordinate(actor, partnership):
        raise NotAllowed("Only the coordinator may propose a commitment to another member.")
    if owner.partnership_id != partnership.pk or owner.status != MembershipStatus.ACTIVE:
        raise Invalid("Choose an active member of this partnership.", field="owner")
    if responsibility is not None and responsibility.partnership_id != partnership.pk:
        raise Invalid("Choose a responsibility of this partnership.", field="responsibility")
    _require_colleague(owner, person)
    _require_future(due_on)
    commitment = Commitment.objects.create(
        partnership=partnership,
        promise=promise,
        owner=owner,
        person=person,
        responsibility=responsibility,
        due_on=due_on,
        done_when=done_when,
        status=Status.ACCEPTED if is_own else Status.PROPOSED,
        proposed_by_id=actor.person_id,
        created_at=clock.now(),
    )
    _note_change(actor, commitment, before="")
    record(verb="commitments.proposed", actor=actor, subject=commitment, status=commitment.status)
    if not is_own:
        _ask_to_accept(actor, commitment)
    return commitment


def accept_commitment(*, actor: Actor, commitment: Commitment, person: Person | None = None) -> Commitment:
    """Accept a proposal for the member, naming who does it (by default whoever accepts).

    Raises:
        NotAllowed: the actor is not of the member that it was proposed to.
        Invalid: the person is of another agency.
        OutOfTurn: it is not proposed (any more).
    """
    policy.require_owner(actor, commitment)
    _require_colleague(commitment.owner, person)
    doer = person.pk if person else commitment.person_id or actor.person_id
    return _step(actor, commitment, Status.ACCEPTED, person_id=doer)


def decline_commitment(*, actor: Actor, commitment: Commitment, reason: str) -> Commitment:
    """Decline a proposal for the member, saying why.

    Raises:
        NotAllowed: the actor is not of the member that it was proposed to.
        Invalid: no reason was given.
        OutOfTurn: it is not proposed (any more).
    """
    policy.require_owner(actor, commitment)
    return _step(actor, commitment, Status.DECLINED, reason=_required(reason))


def start_commitment(*, actor: Actor, commitment: Commitment) -> Commitment:
    """Say that work has begun.

    Raises:
        NotAllowed: it is another member's.
        OutOfTurn: it is not accepted, or already under way.
    """
    policy.require_owner(actor, commitment)
    return _step(actor, commitment, Status.IN_PROGRESS, expected=Status.ACCEPTED)


def claim_done(*, actor: Actor, commitment: Commitment, evidence: str) -> Commitment:
    """Claim that it is done, with what shows it; another member verifies.

    Raises:
        NotAllowed: it is another member's.
        Invalid: no evidence was given.
        OutOfTurn: it is not under way.
    """
    policy.require_owner(actor, commitment)
    if not evidence.strip():
        raise Invalid("Say what shows that it is done.", field="evidence")
    return _step(actor, commitment, Status.DONE, evidence=evidence.strip())


def verify_commitment(*, actor: Actor, commitment: Commitment) -> Commitment:
    """Confirm a claim, as another member.

    Raises:
        NotAllowed: the actor is read-only, no active member, or of the member that promised.
        OutOfTurn: it is not claimed done.
    """
    return _step(actor, commitment, Status.VERIFIED, verified_by=_require_verifier(actor, commitment))


def send_back(*, actor: Actor, commitment: Commitment, reason: str) -> Commitment:
    """Say, as another member, what is missing from what is claimed done.

    Raises:
        NotAllowed: the actor is read-only, no active member, or of the member that promised.
        Invalid: no reason was given.
        OutOfTurn: it is not claimed done.
    """
    _require_verifier(actor, commitment)
    return _step(actor, commitment, Status.IN_PROGRESS, expected=Status.DONE, change_reason=_required(reason))


def drop_commitment(*, actor: Actor, commitment: Commitment, reason: str) -> Commitment:
    """Give a commitment up, saying why: by the member that promised, or the coordinator.

    Raises:
        NotAllowed: the actor is neither.
        Invalid: no reason was given.
        OutOfTurn: it is claimed done or has ended.
    """
    _require_reviser(actor, commitment)
    return _step(actor, commitment, Status.DROPPED, reason=_required(reason))


@transaction.atomic
def replan_commitment(*, actor: Actor, commitment: Commitment, due_on: date, reason: str) -> Commitment:
    """Set another date; the earlier one and the reason stay on record, and reminders start anew.

    Raises:
        NotAllowed: the actor is neither of the member that promised nor the coordinator.
        Invalid: the date has passed or is the same, or no reason was given.
        OutOfTurn: it is claimed done or has ended.
    """
    _require_reviser(actor, commitment)
    reason = _required(reason)
    _require_future(due_on)
    commitment = _locked(commitment)
    if commitment.status not in {Status.PROPOSED, Status.ACCEPTED, Status.IN_PROGRESS}:
        states.require({commitment.status: frozenset()}, before=commitment.status, after="", thing="commitment")
    if commitment.due_on == due_on:
        raise Invalid("This is the date that it has. Choose another.", field="due_on")
    due_before, commitment.due_on = commitment.due_on, due_on
    commitment.save(update_fields=["due_on", "updated_at"])
    withdraw_notices(kind=notices.REMINDER, subject=commitment)
    _note_change(actor, commitment, before=commitment.status, reason=reason, due_before=due_before)
    record(verb="commitments.replanned", actor=actor, subject=commitment, due=[str(due_before), str(due_on)])
    return commitment


@transaction.atomic
def _step(
    actor: Actor,
    commitment: Commitment,
    after: str,
    *,
    expected: str | None = None,
    change_reason: str = "",
    **columns: object,
) -> Commitment:
    """Take one step of the transition table, with its record and its notices."""
    commitment = _locked(commitment)
    before = commitment.status
    states.require(TRANSITIONS, before=before, after=after, thing="commitment")
    if expected is not None and before != expected:
        states.require({before: frozenset()}, before=before, after=after, thing="commitment")
    commitment.status = after
    for column, value in columns.items():
        setattr(commitment, column, value)
    commitment.save()
    _note_change(actor, commitment, before=before, reason=change_reason or commitment.reason)
    record(verb=f"commitments.{after}", actor=actor, subject=commitment, before=before)
    for kind in (notices.TO_ACCEPT, notices.TO_VERIFY):
        withdraw_notices(kind=kind, subject=commitment)
    if after not in {Status.ACCEPTED, Status.IN_PROGRESS}:
        withdraw_notices(kind=notices.REMINDER, subject=commitment)
    if after == Status.DONE:
        _ask_to_verify(actor, commitment)
    return commitment


def _locked(commitment: Commitment) -> Commitment:
    return (
        Commitment.objects.select_related("partnership", "owner__agency")
        .select_for_update(of=("self",))
        .get(pk=commitment.pk)
    )


def _required(reason: str) -> str:
    if not reason.strip():
        raise Invalid("Say why, so that the others know.", field="reason")
    return reason.strip()


def _require_reviser(actor: Actor, commitment: Commitment) -> None:
    if not policy.may_revise(actor, commitment):
        raise NotAllowed("Only the member that promised this, or the coordinator, may do this.")


def _require_verifier(actor: Actor, commitment: Commitment) -> Membership:
    membership = policy.verifier(actor, commitment)
    if membership is None:
        raise NotAllowed("Another member than the one that promised this verifies it.")
    return membership


def _require_colleague(owner: Membership, person: Person | None) -> None:
    if person is not None and (person.agency_id != owner.agency_id or not person.is_active or person.is_service):
        raise Invalid("Choose somebody of the agency that promises.", field="person")


def _require_future(due_on: date) -> None:
    if due_on < clock.today():
        raise Invalid("This date has passed. Choose today or later.", field="due_on")


def _ask_to_accept(actor: Actor, commitment: Commitment) -> None:
    people = commitment.owner.agency.people.active().human()
    doer = people.filter(pk=commitment.person_id)
    notify(
        kind=notices.TO_ACCEPT,
        recipients=(doer if doer.exists() else people.leads()).values_list("pk", flat=True),
        subject=commitment,
        occasion="asked",
        by=actor.agency_name,
        **_facts(commitment),
    )
    deliver_soon()


def _ask_to_verify(actor: Actor, commitment: Commitment) -> None:
    coordinator = Membership.objects.active().filter(
        partnership=commitment.partnership_id, role=MembershipRole.COORDINATOR, representative__isnull=False
    )
    notify(
        kind=notices.TO_VERIFY,
        recipients=coordinator.exclude(pk=commitment.owner_id).values_list("representative_id", flat=True),
        subject=commitment,
        occasion=f"claimed-{commitment.changes.count()}",
        by=actor.agency_name,
        **_facts(commitment),
    )
    deliver_soon()


def _facts(commitment: Commitment) -> dict[str, str]:
    return {"partnership": commitment.partnership.name, "slug": commitment.partnership.slug}


def _note_change(
    actor: Actor, commitment: Commitment, *, before: str, reason: str = "", due_before: date | None = None
) -> None:
    CommitmentChange.objects.create(
        commitment=commitment,
        before=before,
        after=commitment.status,
        due_before=due_before,
        due_after=commitment.due_on,
        by_id=actor.person_id,
        reason=reason,
        at=clock.now(),
    )
