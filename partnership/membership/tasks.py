"""Celery doors of membership."""

from celery import shared_task

from partnership.membership.departures.services import let_leave_due


@shared_task(name="membership.let_leave")
def let_leave() -> int:
    """Let those members leave whose announced day has come."""
    return let_leave_due()
