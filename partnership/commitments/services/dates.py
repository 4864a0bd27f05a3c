"""Another date: set by who planned it, or asked for by a member before it accepts, and answered by who asked."""

from datetime import date

from django.db import transaction

from accounts.people.actor import Actor
from foundation.audit.services import record
from foundation.errors import Invalid, OutOfTurn
from foundation.notifications.services import notify, withdraw_notices
from foundation.notifications.tasks import deliver_soon
from foundation.words import required
from partnership.commitments import notices, policy, reminders
from partnership.commitments.models import TO_PLAN, Commitment, Status, What
from partnership.commitments.services.common import (
    NO_DATE_ASKED,
    facts,
    locked,
    note_change,
    require_future,
    require_state,
)
from partnership.membership.models import MembershipRole


@transaction.atomic
def replan_commitment(*, actor: Actor, commitment: Commitment, due_on: date, reason: str) -> Commitment:
    """Set another date; the earlier one and the reason stay on record, and reminders start anew.

    It also answers a member that asked for another date.

    Raises:
        NotAllowed: the actor is neither the coordinator nor of the member that promised.
        Invalid: the date has passed or is the same, or no reason was given.
        OutOfTurn: it is claimed done or has ended.
    """
    policy.require_reviser(actor, commitment)
    reason = required(reason)
    require_future(due_on)
    commitment = locked(commitment)
    require_state(commitment, TO_PLAN)
    _require_another(commitment, due_on)
    return _set_date(actor, commitment, due_on, reason)


@transaction.atomic
def ask_for_date(*, actor: Actor, commitment: Commitment, due_on: date, reason: str) -> Commitment:
    """Ask, for the member that a promise is wanted of, for another date, saying why. The last one asked for counts.

    Raises:
        NotAllowed: the actor is not of the member that it was proposed to.
        Invalid: the date has passed or is the one that it has, or no reason was given.
        OutOfTurn: it is not proposed (any more).
    """
    policy.require_owner(actor, commitment)
    reason = required(reason)
    require_future(due_on)
    commitment = locked(commitment)
    require_state(commitment, [Status.PROPOSED])
    _require_another(commitment, due_on)
    commitment.asked_due_on, commitment.asked_reason = due_on, reason
    commitment.save(update_fields=["asked_due_on", "asked_reason", "updated_at"])
    note_change(actor, commitment, before=commitment.status, what=What.DATE_ASKED, reason=reason, due_after=due_on)
    record(verb="commitments.date_asked", actor=actor, subject=commitment, due=[str(commitment.due_on), str(due_on)])
    withdraw_notices(kind=notices.DATE_ANSWERED, subject=commitment)
    _tell(actor, commitment, notices.DATE_ASKED, _askers(commitment))
    return commitment


@transaction.atomic
def agree_to_date(*, actor: Actor, commitment: Commitment) -> Commitment:
    """Agree, as who asked, to the date that the member asks for. The earlier one stays on record, with its reason.

    Raises:
        NotAllowed: the actor does not coordinate.
        Invalid: the date has passed meanwhile.
        OutOfTurn: no other date is asked for (any more).
    """
    policy.require_asker(actor, commitment)
    commitment = _awaiting_date(commitment)
    if commitment.asked_due_on is not None:
        require_future(commitment.asked_due_on)
        _set_date(actor, commitment, commitment.asked_due_on, commitment.asked_reason)
    return commitment


@transaction.atomic
def keep_date(*, actor: Actor, commitment: Commitment, reason: str) -> Commitment:
    """Let the date stand, as who asked, saying why. The member accepts or declines it.

    Raises:
        NotAllowed: the actor does not coordinate.
        Invalid: no reason was given.
        OutOfTurn: no other date is asked for (any more).
    """
    policy.require_asker(actor, commitment)
    reason = required(reason)
    commitment = _awaiting_date(commitment)
    _clear(commitment)
    commitment.save(update_fields=["asked_due_on", "asked_reason", "updated_at"])
    note_change(actor, commitment, before=commitment.status, what=What.DATE_KEPT, reason=reason)
    record(verb="commitments.date_kept", actor=actor, subject=commitment)
    _tell_who_asked(actor, commitment)
    return commitment


def _awaiting_date(commitment: Commitment) -> Commitment:
    commitment = locked(commitment)
    require_state(commitment, [Status.PROPOSED])
    if commitment.asked_due_on is None:
        raise OutOfTurn("No other date is asked for, or it was answered already.")
    return commitment


def _require_another(commitment: Commitment, due_on: date) -> None:
    if commitment.due_on == due_on:
        raise Invalid("This is the date that it has. Choose another.", field="due_on")


def _set_date(actor: Actor, commitment: Commitment, due_on: date, reason: str) -> Commitment:
    """Move a locked commitment to another date, with the record of it."""
    was_asked = commitment.asked_due_on is not None
    due_before, commitment.due_on = commitment.due_on, due_on
    _clear(commitment)
    commitment.save(update_fields=["due_on", "asked_due_on", "asked_reason", "updated_at"])
    withdraw_notices(kind=reminders.DUE.kind, subject=commitment)
    note_change(actor, commitment, before=commitment.status, reason=reason, due_before=due_before)
    record(verb="commitments.replanned", actor=actor, subject=commitment, due=[str(due_before), str(due_on)])
    if was_asked:
        _tell_who_asked(actor, commitment)
    return commitment


def _clear(commitment: Commitment) -> None:
    for column, value in NO_DATE_ASKED.items():
        setattr(commitment, column, value)
    withdraw_notices(kind=notices.DATE_ASKED, subject=commitment)


def _askers(commitment: Commitment) -> list[int]:
    """Return who answers: whoever proposed it and still coordinates, else who speaks for the coordinator."""
    coordinating = commitment.partnership.memberships.active().filter(role=MembershipRole.COORDINATOR)
    for membership in coordinating.select_related("agency"):
        people = membership.agency.people.active().human()
        for key in (commitment.proposed_by_id, membership.representative_id):
            if people.filter(pk=key).exists():
                return list(people.filter(pk=key).values_list("pk", flat=True))
        return list(people.leads().values_list("pk", flat=True))
    return []


def _tell_who_asked(actor: Actor, commitment: Commitment) -> None:
    asked = commitment.changes.filter(what=What.DATE_ASKED).order_by("-pk").first()
    people = commitment.owner.agency.people.active().human()
    who = people.filter(pk=asked.by_id if asked else None)
    told = (who if who.exists() else people.leads()).values_list("pk", flat=True)
    _tell(actor, commitment, notices.DATE_ANSWERED, list(told))


def _tell(actor: Actor, commitment: Commitment, kind: notices.Kind, people: list[int]) -> None:
    notify(
        kind=kind,
        recipients=people,
        subject=commitment,
        occasion=f"date-{commitment.changes.count()}",
        by=actor.agency_name,
        **facts(commitment),
    )
    deliver_soon()
