"""Rhythms of meetings: which recurrence rules there are, on which days they fall, and what people call them.

Only the day repeats. The time of day is local, so it stays the same when the clocks change.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from foundation.errors import Invalid

# a small part of RFC 5545, in one order: what a partnership can mean, and nothing that takes long to work out
KNOWN = re.compile(
    r"FREQ=(?:WEEKLY(?:;INTERVAL=(?P<weeks>[1-9]|1[0-2]))?;BYDAY=(?P<day>MO|TU|WE|TH|FR|SA|SU)"
    r"|MONTHLY(?:;INTERVAL=(?P<months>[1-9]|1[0-2]))?;BYDAY=(?P<nth>[1-4]|-1)(?P<monthday>MO|TU|WE|TH|FR|SA|SU))"
)
INTERVAL = re.compile(r";INTERVAL=\d+")
DAYS = {
    "MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday",
    "SU": "Sunday",
}  # fmt: skip
NTH = {"1": "first", "2": "second", "3": "third", "4": "fourth", "-1": "last"}
EVERY = {1: "", 2: "second ", 3: "third ", 4: "fourth ", 6: "sixth ", 12: "twelfth "}


def require_rule(rule: str) -> None:
    """Refuse what is no rhythm that a partnership may have.

    Raises:
        Invalid: it is another kind of rule, or none at all.
    """
    if not KNOWN.fullmatch(rule):
        raise Invalid("Choose a rhythm: every so many weeks on a day, or on the first to last such day of months.")


def days(rule: str, *, first_on: date, after: date, until: date) -> Iterator[date]:
    """Yield the days of a rhythm that begins on or after `first_on`, those from `after` to `until` inclusive.

    Every so many weeks or months count from its first such day. RFC 5545 counts from the week or month of the start,
    also where the day has passed in it: "every second Tuesday from Friday on" would leave out the first one to come.
    """
    start = datetime.combine(first_on, time.min)
    begins = rrulestr(f"RRULE:{INTERVAL.sub('', rule)}", dtstart=start).after(start, inc=True)
    if begins is None:
        return
    occurrences = rrulestr(f"RRULE:{rule}", dtstart=begins)
    first = datetime.combine(max(after, first_on), time.min)
    for moment in occurrences.between(first, datetime.combine(until, time.min), inc=True):
        yield moment.date()


def moment(day: date, at: time, zone: str) -> datetime:
    """Return the moment of a local time of day. One that the clocks skip on that day falls an hour later."""
    local = datetime.combine(day, at, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)


def end_of(starts_at: datetime, minutes: int) -> datetime:
    """Return when a meeting ends that lasts so long, whatever the clocks do meanwhile."""
    return starts_at + timedelta(minutes=minutes)


def in_words(rule: str) -> str:
    """Return what people call a rhythm: "every second Tuesday", "the second Tuesday of every month"."""
    found = KNOWN.fullmatch(rule)
    if found is None:
        return rule
    if found["day"]:
        return f"every {_ordinal(found['weeks'])}{DAYS[found['day']]}"
    return f"the {NTH[found['nth']]} {DAYS[found['monthday']]} of every {_ordinal(found['months'])}month"


def _ordinal(interval: str | None) -> str:
    number = int(interval or 1)
    return EVERY.get(number, f"{number}th ")
