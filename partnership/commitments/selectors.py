"""Reads of commitments that pages need."""

from collections.abc import Sequence

from django.db import models

from accounts.people.actor import Actor
from foundation import clock
from foundation.notifications.models import Delivery
from partnership.commitments.models import UNDER_WAY, Commitment, CommitmentChange, Reminder, Rule, Status
from partnership.membership.models import Partnership


def commitments(actor: Actor, partnership: Partnership) -> models.QuerySet[Commitment]:
    """Return a partnership's commitments with all that a list shows, soonest first."""
    return (
        Commitment.objects.visible_to(actor)
        .filter(partnership=partnership)
        .select_related("partnership__coordinator", "owner__agency", "person", "responsibility", "verified_by__agency")
        .soonest_first()
    )


HEAD = ("promise", "member", "person", "due", "status", "done when", "evidence", "reason")


def row(commitment: Commitment) -> Sequence[object]:
    return (
        commitment.promise,
        commitment.owner.agency.name,
        commitment.person,
        commitment.due_on,
        commitment.status,
        commitment.done_when,
        commitment.evidence,
        commitment.reason,
    )


def is_overdue(commitment: Commitment) -> bool:
    return commitment.status in UNDER_WAY and commitment.due_on < clock.today()


def facts(commitment: Commitment) -> list[dict[str, object]]:
    """Return what a commitment's page states, in order."""
    verified_by = commitment.verified_by.agency.name if commitment.verified_by else ""
    return [
        {"key": "Member who promises", "value": commitment.owner.agency.name},
        {"key": "Person who does it", "value": commitment.person.name if commitment.person else ""},
        {"key": "Done when", "value": commitment.done_when},
        {"key": "Comes from", "value": str(commitment.responsibility or "")},
        {"key": "Evidence", "value": commitment.evidence},
        {"key": "Verified by", "value": verified_by},
        {"key": "Reason", "value": commitment.reason},
    ]


def history(commitment: Commitment) -> list[dict[str, object]]:
    """Return every change of a commitment as a timeline, newest first."""
    changes = CommitmentChange.objects.filter(commitment=commitment).select_related("by__agency").order_by("-pk")
    return [
        {
            "title": _title(change),
            "when": change.at,
            "who": f"{change.by.name}, {change.by.agency}" if change.by else "",
            "text": change.reason,
        }
        for change in changes
    ]


def _title(change: CommitmentChange) -> str:
    if change.due_before and change.due_after:
        return f"Re-planned from {change.due_before:%-d %B %Y} to {change.due_after:%-d %B %Y}"
    if change.before == Status.DONE and change.after == Status.IN_PROGRESS:
        return "Sent back"
    return str(Status(change.after).label).capitalize()


def reminders(commitment: Commitment) -> list[dict[str, object]]:
    """Return the reminders that went out, to whom, and what became of each mail; newest first."""
    rows = list(Reminder.objects.filter(commitment=commitment).select_related("recipient").order_by("-pk"))
    deliveries = Delivery.objects.filter(notice__public_id__in=[row.notice_id for row in rows])
    states = {
        delivery.notice.public_id: delivery.get_state_display() for delivery in deliveries.select_related("notice")
    }
    return [
        {
            "title": str(Rule(row.rule).label).capitalize(),
            "when": row.created_at,
            "who": row.recipient.name,
            "text": f"Mail: {states.get(row.notice_id, 'none')}",
        }
        for row in rows
    ]
