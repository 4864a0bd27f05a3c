"""On which day a rung fires, and for which dates it fires today. Pure rules of dates: no database, no clock.

A rung fires on a working day: before the date on the working day before, after it on the one after, and "on the day" on
the last working day until then. It stays due until the next rung for the same people fires, so that a worker that was
away catches up; but not for longer than `AT_MOST`, when it helps nobody any more.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from partnership.reminders.calendars import (
    add_working_days,
    working_day_on_or_after,
    working_day_on_or_before,
)
from partnership.reminders.ladders import Ladder, Rung, Unit

AT_MOST = timedelta(days=60)
# further than any holiday or run of weekends moves a day
SLACK = timedelta(days=25)


@dataclass(frozen=True, slots=True)
class Window:
    """The dates for which a rung fires today, both included."""

    rung: Rung
    first: date
    last: date


def fires_on(due: date, rung: Rung, country: str) -> date:
    """Return the working day on which a rung fires for a date."""
    if rung.unit == Unit.WORKING_DAYS:
        return add_working_days(due, rung.offset, country)
    day = due + timedelta(days=rung.offset)
    return working_day_on_or_after(day, country) if rung.offset > 0 else working_day_on_or_before(day, country)


def stops_on(due: date, rung: Rung, ladder: Ladder, country: str) -> date:
    """Return the first day on which a rung is no longer due for a date."""
    later = [other for other in ladder if other.audience == rung.audience and other.offset > rung.offset]
    end = fires_on(due, rung, country) + AT_MOST
    return min([end, *(fires_on(due, other, country) for other in later)])


def rungs_due(due: date, today: date, ladder: Ladder, country: str) -> list[Rung]:
    """Return the rungs that are due today for a date, the lowest first."""
    return [
        rung for rung in sorted(ladder) if fires_on(due, rung, country) <= today < stops_on(due, rung, ladder, country)
    ]


@lru_cache(maxsize=512)
def windows(today: date, ladder: Ladder, country: str) -> tuple[Window, ...]:
    """Return, for each rung that fires today for any date, the dates for which it does.

    Both days of `fires_on` and `stops_on` move on with the date, so these dates are one stretch.
    """
    found = []
    for rung in sorted(ladder):
        around = today - timedelta(days=rung.offset * (2 if rung.unit == Unit.WORKING_DAYS else 1))
        begin = min(around, today) - AT_MOST - SLACK
        days = (max(around, today) + SLACK - begin).days
        dates = [begin + timedelta(days=number) for number in range(days + 1)]
        due = [day for day in dates if fires_on(day, rung, country) <= today < stops_on(day, rung, ladder, country)]
        if due:
            found.append(Window(rung, due[0], due[-1]))
    return tuple(found)
