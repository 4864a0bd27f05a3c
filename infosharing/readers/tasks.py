"""Celery's door to the room."""

from celery import shared_task

from infosharing.readers import services


@shared_task(name="readers.tell_untold")
def tell_untold() -> int:
    """Tell of recalls that the database made by itself."""
    return services.tell_untold()
