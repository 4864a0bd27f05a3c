"""The days of reminders, over any dates: no database, no clock."""

from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from partnership.commitments.models import Rule
from partnership.commitments.schedule import WINDOWS, rules_due

# far enough from the ends of the calendar for every window
DATES = st.dates(min_value=date(1, 6, 1), max_value=date(9999, 6, 1))
LEAP_DAY, NO_LEAP_DAY = date(2028, 2, 29), date(2100, 2, 28)
FIRST = {Rule.WEEK_BEFORE: -7, Rule.ON_THE_DAY: 0, Rule.OVERDUE: 5}
LAST = {Rule.WEEK_BEFORE: -1, Rule.ON_THE_DAY: 4, Rule.OVERDUE: 60}


def days(number: int) -> timedelta:
    return timedelta(days=number)


@given(due_on=DATES, distance=st.integers(min_value=-100, max_value=100))
@example(due_on=LEAP_DAY, distance=-7)
@example(due_on=LEAP_DAY, distance=1)
@example(due_on=NO_LEAP_DAY, distance=5)
def test_a_rule_fires_from_its_first_day_to_its_last_and_on_no_other(due_on: date, distance: int) -> None:
    expected = [rule for rule in Rule if FIRST[rule] <= distance <= LAST[rule]]
    assert rules_due(due_on=due_on, today=due_on + days(distance)) == expected


@given(due_on=DATES)
@example(due_on=LEAP_DAY)
@example(due_on=NO_LEAP_DAY)
def test_each_rule_has_its_days_without_a_gap_from_a_week_before_until_sixty_days_after(due_on: date) -> None:
    fired = [rules_due(due_on=due_on, today=due_on + days(distance)) for distance in range(-8, 62)]
    assert fired[0] == fired[-1] == []
    assert fired[1:-1] == [[Rule.WEEK_BEFORE]] * 7 + [[Rule.ON_THE_DAY]] * 5 + [[Rule.OVERDUE]] * 56


@given(today=DATES, due_on=DATES)
@example(today=LEAP_DAY, due_on=date(2028, 3, 7))
def test_the_due_dates_asked_of_the_database_are_those_for_which_the_rule_fires(today: date, due_on: date) -> None:
    for window in WINDOWS:
        earliest, latest = window.dues(today)
        assert (earliest <= due_on <= latest) == (window.rule in rules_due(due_on=due_on, today=today))


@given(today=DATES, distance=st.integers(min_value=-70, max_value=20))
def test_the_edges_of_the_due_dates_asked_for_are_right_to_the_day(today: date, distance: int) -> None:
    due_on = today + days(distance)
    for window in WINDOWS:
        earliest, latest = window.dues(today)
        assert (earliest <= due_on <= latest) == (window.rule in rules_due(due_on=due_on, today=today))


@given(due_on=DATES, gone=st.integers(min_value=0, max_value=200), start=st.integers(min_value=-10, max_value=70))
def test_whoever_was_away_catches_up_with_what_still_helps_and_no_more(due_on: date, gone: int, start: int) -> None:
    """Each day alone decides: what a worker does after an absence does not depend on what it missed."""
    back = start + gone
    due = rules_due(due_on=due_on, today=due_on + days(back))
    assert len(due) <= 1
    assert bool(due) == (-7 <= back <= 60)


def test_only_what_is_overdue_goes_to_the_leads() -> None:
    assert [window.rule for window in WINDOWS if window.to_lead] == [Rule.OVERDUE]
