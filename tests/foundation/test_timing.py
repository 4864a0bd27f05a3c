"""When a mail may reach somebody, in every time zone and over every change of clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.notifications.timing import Cadence, Habits, is_quiet, next_moment

ZONES = st.sampled_from(
    ["Europe/Amsterdam", "Europe/Lisbon", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe"]
)
# years with a leap day among them, and every change of clocks of these zones
MOMENTS = st.datetimes(datetime(2023, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@given(MOMENTS, ZONES, TIMES, TIMES)
def test_a_mail_never_arrives_in_quiet_hours_nor_waits_longer_than_they_last(
    now: datetime, zone: str, start: time, end: time
) -> None:
    moment = next_moment(now, Habits(zone, quiet_from=start, quiet_until=end), Cadence.AT_ONCE)
    assert moment is not None
    assert now <= moment <= now + timedelta(hours=25)
    local = moment.astimezone(ZoneInfo(zone))
    # an end that the clocks skip or repeat is passed an hour late at most; at any other moment it is exact
    around = {(local - timedelta(hours=shift)).time() for shift in (0, 1)} | {local.time()}
    assert start == end or any(not is_quiet(at, start, end) for at in around)


@given(MOMENTS, ZONES, TIMES, st.sampled_from([Cadence.DAILY, Cadence.WEEKLY]), st.integers(0, 6))
def test_a_gathered_mail_comes_at_its_hour_on_its_day_within_the_day_or_week(
    now: datetime, zone: str, at: time, cadence: str, weekday: int
) -> None:
    moment = next_moment(now, Habits(zone, gathered_at=at, weekday=weekday), cadence)
    assert moment is not None
    longest = timedelta(days=1) if cadence == Cadence.DAILY else timedelta(days=7)
    assert now <= moment <= now + longest + timedelta(hours=25)
    local = moment.astimezone(ZoneInfo(zone))
    skipped = datetime.combine(local.date(), at, tzinfo=local.tzinfo).astimezone(UTC).astimezone(local.tzinfo)
    assert at in {
        local.time(),
        skipped.time(),
        (local - timedelta(hours=1)).time(),
        (local - timedelta(minutes=30)).time(),
    }
    if cadence == Cadence.WEEKLY and local.time() == at:
        assert local.weekday() == weekday


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # Amsterdam: the night in which 2:30 does not exist, and the one in which it comes twice
        ("2026-03-29T00:15+00:00", "2026-03-29T01:30+00:00"),
        ("2026-10-25T00:10+00:00", "2026-10-25T00:30+00:00"),
        ("2026-10-24T12:00+00:00", "2026-10-24T12:00+00:00"),
    ],
)
def test_the_end_of_quiet_hours_in_a_night_of_changing_clocks(now: str, expected: str) -> None:
    habits = Habits("Europe/Amsterdam", quiet_from=time(22), quiet_until=time(2, 30))
    assert next_moment(datetime.fromisoformat(now), habits, Cadence.AT_ONCE) == datetime.fromisoformat(expected)


def test_who_wants_no_mail_gets_none() -> None:
    assert next_moment(datetime(2026, 1, 1, tzinfo=UTC), Habits("UTC"), Cadence.NEVER) is None
