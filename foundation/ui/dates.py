"""Dates as people say them, in the reader's zone."""

from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext, ngettext

DAYS_PER_WEEK = 7
DAYS_PER_MONTH = 30.44
DAYS_PER_YEAR = 365.25
# up to here people count days, then weeks, then months
COUNT_DAYS = 14
COUNT_WEEKS = 60
COUNT_MONTHS = 730


class SaidDate(NamedTuple):
    """A date in words, in full, and for programs."""

    words: str
    exact: str
    machine: str


def local_day(value: date) -> date:
    """Return the calendar day of a date or of a moment, in the reader's zone."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def distance(value: date) -> str:
    """Return how far off a day is: "today", "in 3 days", "2 weeks ago"."""
    days = (local_day(value) - timezone.localdate()).days
    if days == 0:
        return gettext("today")
    if days == 1:
        return gettext("tomorrow")
    if days == -1:
        return gettext("yesterday")
    amount = _amount(abs(days))
    return gettext("in %s") % amount if days > 0 else gettext("%s ago") % amount


def _amount(days: int) -> str:
    if days < COUNT_DAYS:
        return ngettext("%d day", "%d days", days) % days
    if days < COUNT_WEEKS:
        weeks = round(days / DAYS_PER_WEEK)
        return ngettext("%d week", "%d weeks", weeks) % weeks
    if days < COUNT_MONTHS:
        months = round(days / DAYS_PER_MONTH)
        return ngettext("%d month", "%d months", months) % months
    years = round(days / DAYS_PER_YEAR)
    return ngettext("%d year", "%d years", years) % years


def _unbroken(words: str) -> str:
    return words.replace(" ", "\u00a0")


def say(value: date, style: str = "long") -> SaidDate:
    """Return a date or a moment in words.

    Args:
        value: a date, or a moment, which is turned into the reader's zone.
        style: "long" (Friday 12 December 2026, in 3 days), "brief" for tables (Fri 12 Dec 2026, in 3 days), "short"
            (12 Dec 2026), "ago" (3 days ago) or "moment" (Friday 12 December 2026, 14:05).
    """
    day = local_day(value)
    full_day = format_date(day, "l j F Y")
    moment, exact = full_day, full_day
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        moment = f"{full_day}, {format_date(local, 'H:i')}"
        exact = f"{moment} {format_date(local, 'T')}".strip()
    words = {
        # breaks between its two halves alone
        "brief": lambda: f"{_unbroken(format_date(day, 'D j M Y'))}, {_unbroken(distance(value))}",
        "short": lambda: format_date(day, "j M Y"),
        "ago": lambda: distance(value),
        "moment": lambda: moment,
    }.get(style, lambda: f"{full_day}, {distance(value)}")()
    return SaidDate(words=words, exact=exact, machine=value.isoformat())
