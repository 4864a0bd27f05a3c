"""Celery doors of reminders."""

from celery import shared_task

from foundation.notifications.tasks import deliver_soon
from partnership.reminders.claiming import claim_due


@shared_task(name="reminders.claim_due")
def claim() -> int:
    """Make the reminders that are due, and ask a worker to send them."""
    made = claim_due()
    if made:
        deliver_soon()
    return made
