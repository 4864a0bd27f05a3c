"""Celery's door to the room."""

from celery import shared_task

from infosharing.notes import days, services
from infosharing.notes.reviewing import services as reviewing


@shared_task(name="notes.keep_destroy_dates")
def keep_destroy_dates() -> int:
    """Take back the notes whose day of destruction has come."""
    return services.keep_destroy_dates()


@shared_task(name="notes.keep_share_days")
def keep_share_days() -> int:
    """End the grants whose last day has passed, and tell of notes that are seen from today on."""
    return days.keep_share_days()


@shared_task(name="notes.keep_review_dates")
def keep_review_dates() -> int:
    """Destroy the notes whose review date has passed."""
    return reviewing.keep_review_dates()
