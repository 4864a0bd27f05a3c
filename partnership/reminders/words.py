"""Words that reminders share."""

from datetime import date

from django.utils.formats import date_format

from foundation.notifications.models import Notice


def day_of(notice: Notice) -> str:
    """Return the date that a reminder is about, in words: "Friday 12 December"."""
    return date_format(date.fromisoformat(notice.facts["day"]), "l j F")


def audience_of(notice: Notice) -> str:
    """Return for whom the rung of a reminder is."""
    return str(notice.facts["rung"].partition(":")[2])
