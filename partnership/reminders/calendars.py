"""Working days of a country: weekdays that are no public holidays there."""

from datetime import date, timedelta
from functools import cache

import holidays

SATURDAY = 5
ONE = timedelta(days=1)


@cache
def _holidays(country: str) -> holidays.HolidayBase:
    """Return the public holidays of a country, by ISO 3166-1 code; none for one that the library does not know."""
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return holidays.HolidayBase()


def is_working_day(day: date, country: str) -> bool:
    return day.weekday() < SATURDAY and day not in _holidays(country)


def working_day_on_or_before(day: date, country: str) -> date:
    while not is_working_day(day, country):
        day -= ONE
    return day


def working_day_on_or_after(day: date, country: str) -> date:
    while not is_working_day(day, country):
        day += ONE
    return day


def add_working_days(day: date, count: int, country: str) -> date:
    """Return the working day that is so many of them after a day, or before it where `count` is negative."""
    step = ONE if count > 0 else -ONE
    for _number in range(abs(count)):
        day += step
        while not is_working_day(day, country):
            day += step
    return day
