"""Celery doors of meetings."""

from celery import shared_task

from partnership.meetings import services


@shared_task(name="meetings.keep_up")
def keep_up() -> int:
    """Plan what series make next, and call those who came to it after a meeting was called."""
    made = services.make_coming_meetings()
    services.call_the_missing()
    return made
