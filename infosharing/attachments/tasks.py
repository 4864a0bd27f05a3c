"""Celery's door to the room."""

from celery import shared_task

from infosharing.attachments import services


@shared_task(name="attachments.destroy_files")
def destroy_files() -> int:
    """Destroy the bytes of files whose notes were destroyed."""
    return services.destroy_files()
