"""Celery doors of commitments."""

from celery import shared_task

from foundation.notifications.tasks import deliver_soon
from partnership.commitments import reminders


@shared_task(name="commitments.claim_reminders")
def claim_reminders() -> int:
    """Make the reminders that are due."""
    made = reminders.claim_due()
    if made:
        deliver_soon()
    return made
