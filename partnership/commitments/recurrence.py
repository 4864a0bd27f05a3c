"""Promises that repeat: which recurrence rules there are, which day comes next, and what people call them.

A rule is one of RFC 5545 without a start; it counts from the day of the last occurrence. A small part of the standard
is taken, in one order: what a promise can mean, and nothing that takes long to work out.
"""

import re
from datetime import date, datetime, time

from dateutil.rrule import rrulestr
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.errors import Invalid

LONGEST = 100
# far enough for every rule below; a rule without a day by then has none
HORIZON_YEARS = 12
KNOWN = re.compile(
    r"FREQ=(?:WEEKLY(?:;INTERVAL=(?P<weeks>[1-9]|1[0-2]))?(?:;BYDAY=(?:MO|TU|WE|TH|FR|SA|SU))?"
    r"|MONTHLY(?:;INTERVAL=(?P<months>[1-9]|1[0-2]))?"
    r"(?:;BYDAY=(?:[1-4]|-1)(?:MO|TU|WE|TH|FR|SA|SU)|;BYMONTHDAY=[0-9,]{1,11}(?:;BYSETPOS=-1)?)?"
    r"|YEARLY(?:;BYMONTH=(?:[1-9]|1[0-2]))?(?:;BYMONTHDAY=[0-9,]{1,11}(?:;BYSETPOS=-1)?)?)"
)


class Every(models.TextChoices):
    """How often, as the form offers it."""

    WEEK = "week", _("Every week")
    MONTH = "month", _("Every month")
    QUARTER = "quarter", _("Every quarter")
    YEAR = "year", _("Every year")


def rule_for(every: str, first_on: date) -> str:
    """Return the rule of something that is first due on a day; empty if it does not repeat.

    The 31st of a month that has none is its last day: of the days from the 28th on that a month has, the last is taken.
    """
    match every:
        case Every.WEEK:
            return "FREQ=WEEKLY"
        case Every.MONTH:
            return f"FREQ=MONTHLY{_day_of_month(first_on)}"
        case Every.QUARTER:
            return f"FREQ=MONTHLY;INTERVAL=3{_day_of_month(first_on)}"
        case Every.YEAR:
            return f"FREQ=YEARLY;BYMONTH={first_on.month}{_day_of_month(first_on)}"
        case _:
            return ""


def _day_of_month(first_on: date) -> str:
    if first_on.day <= 28:
        return f";BYMONTHDAY={first_on.day}"
    days = ",".join(map(str, range(28, first_on.day + 1)))
    return f";BYMONTHDAY={days};BYSETPOS=-1"


def require_rule(rule: str, first_on: date) -> None:
    """Refuse what is no rhythm that a promise may have.

    Raises:
        Invalid: it is another kind of rule, has a number or a last day in it, or never comes again.
    """
    wrong = Invalid("Choose a rhythm: every week, month, quarter or year.", field="every")
    if len(rule) > LONGEST or not KNOWN.fullmatch(rule):
        raise wrong
    try:
        following = day_after(rule, first_on, first_on)
    except (ValueError, TypeError) as error:
        raise wrong from error
    if following is None:
        raise wrong


def day_after(rule: str, occurred_on: date, after: date) -> date | None:
    """Return the first day of a rhythm after a day, counted from its last occurrence; None if there is none.

    Raises:
        ValueError: the rule cannot be read.
    """
    days = rrulestr(f"RRULE:{rule}", dtstart=datetime.combine(occurred_on, time.min))
    last = datetime(max(occurred_on, after).year + HORIZON_YEARS, 12, 31)  # noqa: DTZ001 a day has no zone
    # bounded: without it dateutil looks for a day that never comes until the year 9999
    following = days.replace(until=last).after(datetime.combine(after, time.min), inc=False)
    return following.date() if following else None


def in_words(rule: str) -> str:
    """Return what people call a rhythm: "every week", "every quarter", "every second month"."""
    found = KNOWN.fullmatch(rule)
    if found is None:
        return ""
    if rule.startswith("FREQ=YEARLY"):
        return "every year"
    if rule.startswith("FREQ=WEEKLY"):
        return _every(int(found["weeks"] or 1), "week")
    months = int(found["months"] or 1)
    return {3: "every quarter", 12: "every year"}.get(months) or _every(months, "month")


def _every(number: int, unit: str) -> str:
    return f"every {unit}" if number == 1 else f"every {number} {unit}s"
