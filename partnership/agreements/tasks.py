"""Celery doors of agreements."""

from celery import shared_task

from partnership.agreements.services.steps import expire_ended


@shared_task(name="agreements.expire_ended")
def expire() -> int:
    """Let agreements expire whose last day has passed."""
    return expire_ended()
