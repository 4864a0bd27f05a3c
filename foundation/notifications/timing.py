"""When a mail may reach somebody: their time zone, their quiet hours, one by one or gathered. Pure: no database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _


class Cadence(models.TextChoices):
    AT_ONCE = "at_once", _("one by one, as they come")
    DAILY = "daily", _("gathered, once a day")
    WEEKLY = "weekly", _("gathered, once a week")
    NEVER = "never", _("no mail: I look into my inbox")


@dataclass(frozen=True, slots=True)
class Habits:
    """How somebody wants to be reached.

    Attributes:
        zone: name of a time zone.
        quiet_from, quiet_until: local times between which no mail arrives, over midnight or not; both or neither.
        gathered_at: local time of the gathered mail.
        weekday: of the weekly one, 0 is Monday.
    """

    zone: str
    quiet_from: time | None = None
    quiet_until: time | None = None
    gathered_at: time = time(8)
    weekday: int = 0


def next_moment(now: datetime, habits: Habits, cadence: str) -> datetime | None:
    """Return when a mail may go at the earliest, in UTC, not before `now`; None for never.

    A local time that a change of clocks skips is taken an hour later, one that it repeats the first time.
    """
    if cadence == Cadence.NEVER:
        return None
    if cadence == Cadence.AT_ONCE:
        return _after_quiet(now, habits)
    zone = ZoneInfo(habits.zone)
    day = now.astimezone(zone).date()
    # a day too many on both sides, since a change of clocks can move the moment over midnight
    for days in range(9):
        candidate = day + timedelta(days=days)
        if cadence == Cadence.WEEKLY and candidate.weekday() != habits.weekday:
            continue
        moment = _local(candidate, habits.gathered_at, zone)
        if moment >= now:
            return moment
    raise AssertionError("a week has every weekday")


def _after_quiet(now: datetime, habits: Habits) -> datetime:
    start, end = habits.quiet_from, habits.quiet_until
    if start is None or end is None or start == end:
        return now.astimezone(UTC)
    zone = ZoneInfo(habits.zone)
    local = now.astimezone(zone)
    if not is_quiet(local.time(), start, end):
        return now.astimezone(UTC)
    day = local.date()
    until = _local(day if local.time() < end else day + timedelta(days=1), end, zone)
    # clocks going back can put the end before now; then it is over at the next full chance
    return max(until, now.astimezone(UTC))


def is_quiet(at: time, start: time, end: time) -> bool:
    """Whether a local time lies in the quiet hours: from `start`, inclusive, to `end`, exclusive."""
    return start <= at < end if start < end else at >= start or at < end


def _local(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
