"""Celery doors of files."""

from celery import shared_task

from foundation.files import services


@shared_task(name="files.sweep")
def sweep() -> int:
    """Delete bytes that no record knows."""
    return services.sweep()
