"""Words that reminders share."""

from datetime import date

from foundation.languages import day_in_words
from foundation.notifications.models import Notice


def day_of(notice: Notice) -> str:
    """Return the date that a reminder is about, in words: "Friday 12 December"."""
    return day_in_words(date.fromisoformat(notice.facts["day"]))


def audience_of(notice: Notice) -> str:
    """Return for whom the rung of a reminder is."""
    return str(notice.facts["rung"].partition(":")[2])
