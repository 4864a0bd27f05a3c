"""When the tasks run that nobody asks for."""

from datetime import timedelta
from typing import Any

HOURLY = {
    "let agreements expire": "agreements.expire_ended",
    "forget expired tokens": "clients.forget_expired_tokens",
    "let members leave": "membership.let_leave",
    "keep up with meetings": "meetings.keep_up",
    "keep destroy dates of notes": "notes.keep_destroy_dates",
    "keep review dates of notes": "notes.keep_review_dates",
    "keep the days of grants": "notes.keep_share_days",
    "tell of notes that readers lost by themselves": "readers.tell_untold",
    "throw forgotten drafts away": "drafts.discard_forgotten",
    "keep statements of differences in step": "competences.follow_statements",
    "destroy the files of destroyed notes": "attachments.destroy_files",
    "sweep away files that nothing refers to": "files.sweep",
}


def timetable(*, demo: bool) -> dict[str, dict[str, Any]]:
    """Return Celery's schedule by the name of each entry.

    Args:
        demo: whether reminders come soon enough to be watched.
    """
    return {
        "claim due reminders": _entry("reminders.claim_due", timedelta(seconds=20 if demo else 60), expires=60),
        "send queued notices": _entry("notifications.deliver", timedelta(seconds=10), expires=30),
        "look at files that wait for the virus scanner": _entry("files.scan_waiting", timedelta(minutes=1), expires=50),
        **{name: _entry(task, timedelta(hours=1), expires=600) for name, task in HOURLY.items()},
    }


def _entry(task: str, every: timedelta, *, expires: int) -> dict[str, Any]:
    # a tick that nobody took in time is worth nothing: the next one catches up
    return {"task": task, "schedule": every, "options": {"expires": expires}}
