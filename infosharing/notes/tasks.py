"""Celery's door to the room."""

from celery import shared_task

from infosharing.notes import services


@shared_task(name="notes.keep_destroy_dates")
def keep_destroy_dates() -> int:
    """Take back the notes whose day of destruction has come."""
    return services.keep_destroy_dates()
