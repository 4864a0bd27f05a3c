"""The days of reminders, over any dates, countries and ladders: no database, no clock."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from partnership.commitments.reminders import LADDER, WAITING
from partnership.reminders.calendars import add_working_days, is_working_day
from partnership.reminders.ladders import Audience, Ladder, Rung, Unit
from partnership.reminders.schedule import AT_MOST, fires_on, rungs_due, stops_on, windows

DATES = st.dates(date(2024, 1, 1), date(2032, 12, 31))
COUNTRIES = st.sampled_from(["NL", "DE", "FR", "IT", "GB", "JP", "XX"])
RUNGS = st.builds(
    Rung,
    offset=st.integers(-95, 45),
    audience=st.sampled_from(list(Audience)),
    unit=st.sampled_from(list(Unit)),
)
LADDERS = st.lists(RUNGS, max_size=6, unique_by=lambda rung: rung.key).map(tuple)
LEAP_DAY = date(2028, 2, 29)
ONE = timedelta(days=1)


@given(DATES, RUNGS, COUNTRIES)
@example(LEAP_DAY, Rung(-7, Audience.DOER), "NL")
@example(date(2027, 12, 27), Rung(0, Audience.DOER), "GB")
def test_a_reminder_goes_out_on_a_working_day(due: date, rung: Rung, country: str) -> None:
    if rung.unit == Unit.WORKING_DAYS and rung.offset == 0:
        return
    assert is_working_day(fires_on(due, rung, country), country)


@given(DATES, RUNGS, COUNTRIES)
def test_a_rung_before_never_fires_late_and_one_after_never_early(due: date, rung: Rung, country: str) -> None:
    day = fires_on(due, rung, country)
    if rung.unit == Unit.DAYS:
        nominal = due + timedelta(days=rung.offset)
        assert day <= nominal if rung.offset <= 0 else day >= nominal
        assert abs(day - nominal) <= timedelta(days=12)
    else:
        assert day <= due if rung.offset <= 0 else day > due


@given(DATES, RUNGS, LADDERS, COUNTRIES)
def test_days_move_on_with_the_date(due: date, rung: Rung, ladder: Ladder, country: str) -> None:
    """Without it the dates of a rung were no single stretch, and one statement could not ask for them."""
    assert fires_on(due, rung, country) <= fires_on(due + ONE, rung, country)
    assert stops_on(due, rung, ladder, country) <= stops_on(due + ONE, rung, ladder, country)


@settings(deadline=None)
@given(today=DATES, ladder=LADDERS, country=COUNTRIES, distance=st.integers(-120, 160))
@example(today=LEAP_DAY, ladder=LADDER, country="NL", distance=7)
@example(today=date(2026, 5, 5), ladder=WAITING, country="NL", distance=-7)
def test_the_dates_asked_of_the_database_are_those_for_which_a_rung_is_due(
    today: date, ladder: Ladder, country: str, distance: int
) -> None:
    due = today + timedelta(days=distance)
    asked = {window.rung for window in windows(today, ladder, country) if window.first <= due <= window.last}
    assert asked == set(rungs_due(due, today, ladder, country))


@given(DATES, COUNTRIES, st.integers(-10, 90))
def test_at_most_one_reminder_is_due_for_the_same_people_at_a_time(due: date, country: str, days: int) -> None:
    rungs = rungs_due(due, due + timedelta(days=days), LADDER, country)
    assert len({rung.audience for rung in rungs}) == len(rungs)


@given(DATES, COUNTRIES)
def test_every_rung_of_the_usual_ladder_is_due_on_some_day_and_for_two_months_at_most(due: date, country: str) -> None:
    for rung in LADDER:
        first = fires_on(due, rung, country)
        assert rung in rungs_due(due, first, LADDER, country)
        assert rung not in rungs_due(due, first - ONE, LADDER, country)
        assert rung not in rungs_due(due, first + AT_MOST, LADDER, country)


@pytest.mark.parametrize(
    ("due", "rung", "country", "expected"),
    [
        # a Sunday: on the Friday before; King's Day on a Monday: on the Friday before as well
        (date(2026, 11, 29), Rung(0, Audience.DOER), "NL", date(2026, 11, 27)),
        (date(2026, 4, 27), Rung(0, Audience.DOER), "NL", date(2026, 4, 24)),
        (date(2026, 4, 27), Rung(0, Audience.DOER), "DE", date(2026, 4, 27)),
        # five days after a Monday is a Saturday: on the Monday after it
        (date(2026, 11, 23), Rung(5, Audience.LEAD), "NL", date(2026, 11, 30)),
        # five working days over Christmas
        (date(2026, 12, 22), Rung(5, Audience.LEAD, Unit.WORKING_DAYS), "NL", date(2026, 12, 30)),
    ],
)
def test_weekends_and_holidays_move_a_reminder(due: date, rung: Rung, country: str, expected: date) -> None:
    assert fires_on(due, rung, country) == expected


@given(DATES, COUNTRIES, st.integers(1, 30))
def test_working_days_are_counted_forth_and_back(day: date, country: str, count: int) -> None:
    later = add_working_days(day, count, country)
    between = [day + timedelta(days=n) for n in range(1, (later - day).days + 1)]
    assert sum(is_working_day(each, country) for each in between) == count
    if is_working_day(day, country):
        assert add_working_days(later, -count, country) == day


@given(RUNGS)
def test_a_rung_is_found_again_by_its_key(rung: Rung) -> None:
    assert Rung.of_key(rung.key) == rung


@pytest.mark.parametrize("key", ["", "by_hand_20260101", "+5d:nobody", "5:lead", "xd:lead"])
def test_what_is_no_key_names_no_rung(key: str) -> None:
    with pytest.raises(ValueError, match=r"rung|invalid"):
        Rung.of_key(key)
