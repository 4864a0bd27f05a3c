"""What becomes of a commitment: every step of the transition table."""

from django.db import transaction

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import states
from foundation.audit.services import record
from foundation.errors import Invalid
from foundation.notifications.services import notify, withdraw_notices
from foundation.notifications.tasks import deliver_soon
from foundation.words import required
from partnership.commitments import notices, policy, reminders
from partnership.commitments.models import TRANSITIONS, UNDER_WAY, Commitment, Status
from partnership.commitments.services.common import (
    NO_DATE_ASKED,
    facts,
    locked,
    note_change,
    require_colleague,
)
from partnership.commitments.services.evidence import SAFE, add_evidence, require_safe_link
from partnership.commitments.services.series import make_next
from partnership.membership.models import Membership, MembershipRole, MembershipStatus

NOTHING_IN_THE_WAY = {"blocker": None, "blocker_words": "", "blocked_reason": ""}


def accept_commitment(*, actor: Actor, commitment: Commitment, person: Person | None = None) -> Commitment:
    """Accept a proposal for the member, naming who does it (by default whoever accepts in person).

    It is accepted as it stands: another date that the member asked for is asked for no more.

    Raises:
        NotAllowed: the actor is not of the member that it was proposed to.
        Invalid: the person is of another agency.
        OutOfTurn: it is not proposed (any more).
    """
    policy.require_owner(actor, commitment)
    require_colleague(commitment.owner, person)
    # a program names nobody of itself: then it is the member's to say
    accepting = actor.person_id if actor.scopes is None else None
    doer = person.pk if person else commitment.person_id or accepting
    return _step(actor, commitment, Status.ACCEPTED, person_id=doer)


def decline_commitment(*, actor: Actor, commitment: Commitment, reason: str) -> Commitment:
    """Decline a proposal for the member, saying why.

    Raises:
        NotAllowed: the actor is not of the member that it was proposed to.
        Invalid: no reason was given.
        OutOfTurn: it is not proposed (any more).
    """
    policy.require_owner(actor, commitment)
    return _step(actor, commitment, Status.DECLINED, reason=required(reason))


def start_commitment(*, actor: Actor, commitment: Commitment) -> Commitment:
    """Say that work has begun.

    Raises:
        NotAllowed: it is another member's.
        OutOfTurn: it is not accepted, or already under way.
    """
    policy.require_owner(actor, commitment)
    return _step(actor, commitment, Status.IN_PROGRESS, expected=Status.ACCEPTED)


def block_commitment(
    *, actor: Actor, commitment: Commitment, reason: str, blocker: Membership | None = None, blocker_words: str = ""
) -> Commitment:
    """Say that it cannot go on, what it waits for, and why. It still falls due; a member that is named is told.

    Args:
        blocker: the member that it waits for.
        blocker_words: what else it waits for, where that is no member.

    Raises:
        NotAllowed: it is another member's.
        Invalid: no reason was given, not exactly one thing is named, or the member named is not another active one.
        OutOfTurn: it is not under way, or blocked already.
    """
    policy.require_owner(actor, commitment)
    words, reason = blocker_words.strip(), required(reason)
    if (blocker is None) == (not words):
        raise Invalid("Name the member that it waits for, or say in words what else: one of the two.", field="blocker")
    if blocker is not None:
        is_active = blocker.partnership_id == commitment.partnership_id and blocker.status == MembershipStatus.ACTIVE
        if not is_active or blocker.pk == commitment.owner_id:
            raise Invalid("Name another active member, or say in words what stands in the way.", field="blocker")
    waits_for = blocker.agency.name if blocker else words
    return _step(
        actor,
        commitment,
        Status.BLOCKED,
        change_reason=f"Waits for {waits_for}: {reason}",
        blocker=blocker,
        blocker_words=words,
        blocked_reason=reason,
    )


def unblock_commitment(*, actor: Actor, commitment: Commitment) -> Commitment:
    """Say that nothing stands in the way any more: it goes back to work.

    Raises:
        NotAllowed: it is another member's.
        OutOfTurn: it is not blocked.
    """
    policy.require_owner(actor, commitment)
    return _step(actor, commitment, Status.IN_PROGRESS, expected=Status.BLOCKED)


@transaction.atomic
def claim_done(*, actor: Actor, commitment: Commitment, evidence: str, evidence_link: str = "") -> Commitment:
    """Claim that it is done, with what shows it; another member verifies.

    Args:
        evidence_link: where that is to be found, beginning with https://; it joins the evidence that is there.

    Raises:
        NotAllowed: it is another member's.
        Invalid: no evidence was given, or the link is no address that a browser opens safely.
        OutOfTurn: it is not under way.
    """
    policy.require_owner(actor, commitment)
    if not evidence.strip():
        raise Invalid("Say what shows that it is done.", field="evidence")
    if evidence_link:
        require_safe_link(evidence_link, field="evidence_link")
    claimed = _step(actor, commitment, Status.DONE, evidence=evidence.strip())
    # claimed again after it was sent back, it may name the same one
    if evidence_link and not claimed.evidence_items.filter(link=evidence_link).exists():
        add_evidence(actor=actor, commitment=claimed, title=evidence_link.removeprefix(SAFE)[:200], link=evidence_link)
    return claimed


def verify_commitment(*, actor: Actor, commitment: Commitment) -> Commitment:
    """Confirm a claim, as another member. One that repeats is followed by the next.

    Raises:
        NotAllowed: the actor is read-only, no active member, or of the member that promised.
        OutOfTurn: it is not claimed done.
    """
    return _step(actor, commitment, Status.VERIFIED, verified_by=policy.require_verifier(actor, commitment))


def send_back(*, actor: Actor, commitment: Commitment, reason: str) -> Commitment:
    """Say, as another member, what is missing from what is claimed done.

    Raises:
        NotAllowed: the actor is read-only, no active member, or of the member that promised.
        Invalid: no reason was given.
        OutOfTurn: it is not claimed done.
    """
    policy.require_verifier(actor, commitment)
    return _step(actor, commitment, Status.IN_PROGRESS, expected=Status.DONE, change_reason=required(reason))


def drop_commitment(*, actor: Actor, commitment: Commitment, reason: str) -> Commitment:
    """Give a commitment up, saying why: by the coordinator, or the member once it has promised.

    One that repeats and was accepted is followed by the next; `stop_repeating` comes first where that is not wanted.

    Raises:
        NotAllowed: the actor is neither.
        Invalid: no reason was given.
        OutOfTurn: it is claimed done or has ended.
    """
    policy.require_reviser(actor, commitment)
    return _step(actor, commitment, Status.DROPPED, reason=required(reason))


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
    commitment = locked(commitment)
    before = commitment.status
    states.require(TRANSITIONS, before=before, after=after, thing="commitment")
    if expected is not None and before != expected:
        states.require({before: frozenset()}, before=before, after=after, thing="commitment")
    commitment.status = after
    for column, value in (NOTHING_IN_THE_WAY | NO_DATE_ASKED | columns).items():
        setattr(commitment, column, value)
    commitment.save()
    note_change(actor, commitment, before=before, reason=change_reason or commitment.reason)
    record(verb=f"commitments.{after}", actor=actor, subject=commitment, before=before)
    _notify(actor, commitment)
    if after in {Status.VERIFIED, Status.DROPPED} and before != Status.PROPOSED:
        make_next(actor, commitment)
    return commitment


def _notify(actor: Actor, commitment: Commitment) -> None:
    for kind in (
        notices.TO_ACCEPT,
        notices.DATE_ASKED,
        notices.DATE_ANSWERED,
        notices.TO_VERIFY,
        notices.WAITS_FOR_YOU,
    ):
        withdraw_notices(kind=kind, subject=commitment)
    if commitment.status not in UNDER_WAY:
        withdraw_notices(kind=reminders.DUE.kind, subject=commitment)
    if commitment.status == Status.DONE:
        _ask_to_verify(actor, commitment)
    if commitment.status == Status.BLOCKED and commitment.blocker is not None:
        _tell_blocker(actor, commitment, commitment.blocker)


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
        **facts(commitment),
    )
    deliver_soon()


def _tell_blocker(actor: Actor, commitment: Commitment, blocker: Membership) -> None:
    people = blocker.agency.people.active().human()
    named = people.filter(pk__in=[blocker.representative_id or 0, blocker.deputy_id or 0])
    notify(
        kind=notices.WAITS_FOR_YOU,
        recipients=(named if named.exists() else people.leads()).values_list("pk", flat=True),
        subject=commitment,
        occasion=f"blocked-{commitment.changes.count()}",
        by=actor.agency_name,
        **facts(commitment),
    )
    deliver_soon()
