"""Celery's door to the room."""

from celery import shared_task

from infosharing.drafts import services


@shared_task(name="drafts.discard_forgotten")
def discard_forgotten() -> int:
    """Throw away the drafts that nobody went on with."""
    return services.discard_forgotten()
