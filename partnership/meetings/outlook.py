"""What becomes of coming meetings when their series changes: worked out once, for the page that asks and the service.

Those that are as the series made them follow, each to the nearest day of the new rhythm. Those that somebody changed by
themselves stay as they are, and stand for the nearest day, so that it gets no second meeting.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from foundation import clock
from partnership.meetings import rhythm
from partnership.meetings.models import AHEAD, Meeting, Series, Status
from partnership.membership.models import Membership

HORIZON = timedelta(days=183)
SHARED = ("title", "place", "link", "chair", "quorum_rule", "quorum_percent")
# farther than this it is no other date for the same meeting, but another meeting
SAME_MEETING = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a series is to be from a day on; without `last_on`, until somebody ends it."""

    since: date
    title: str
    rule: str
    starts_at: time
    minutes: int
    chair: Membership
    place: str = ""
    link: str = ""
    quorum_rule: str = "share"
    quorum_percent: int = 50
    core_members: Sequence[Membership] = ()
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A meeting that follows its series to a day.

    Attributes:
        is_shown: whether calendars show that anything of it changed.
    """

    meeting: Meeting
    day: date
    starts_at: datetime
    ends_at: datetime
    is_shown: bool

    @property
    def is_moved(self) -> bool:
        return (self.meeting.starts_at, self.meeting.ends_at) != (self.starts_at, self.ends_at)


@dataclass(slots=True)
class Outlook:
    """What will follow, be cancelled, be new, and stay."""

    wanted: Wanted
    follow: list[Move] = field(default_factory=list)
    cancelled: list[Meeting] = field(default_factory=list)
    made: list[datetime] = field(default_factory=list)
    stay: list[tuple[Meeting, date]] = field(default_factory=list)

    @property
    def is_told(self) -> bool:
        """Say whether somebody has one of these in the calendar."""
        return any(
            meeting.status == Status.CALLED for meeting in (*(move.meeting for move in self.follow), *self.cancelled)
        )

    @property
    def digest(self) -> str:
        """Return what changes when anything of this does: so that nothing happens that was not looked at."""
        said = {**columns_of(self.wanted), "chair": self.wanted.chair.pk}
        facts = [
            (
                said,
                self.wanted.rule,
                self.wanted.since,
                self.wanted.starts_at,
                self.wanted.minutes,
                self.wanted.last_on,
            ),
            sorted(member.pk for member in self.wanted.core_members),
            *((move.meeting.pk, move.meeting.status, move.meeting.sequence, move.starts_at) for move in self.follow),
            *((meeting.pk, meeting.status, meeting.sequence) for meeting in self.cancelled),
            *((meeting.pk, day) for meeting, day in self.stay),
            *self.made,
        ]
        return sha256(repr(facts).encode()).hexdigest()


def foresee(series: Series, wanted: Wanted, meetings: Iterable[Meeting]) -> Outlook:
    """Work out what a change of a series does to its meetings.

    Args:
        meetings: all of the series from today on.
    """
    now, outlook = clock.now(), Outlook(wanted)
    movable: list[tuple[Meeting, date]] = []
    fixed: set[date] = set()
    for meeting in meetings:
        if meeting.occurs_on is None:
            continue
        is_open = meeting.status in AHEAD and meeting.starts_at > now
        if is_open and meeting.occurs_on >= wanted.since:
            movable.append((meeting, meeting.occurs_on))
        else:
            fixed.add(meeting.occurs_on)
    days = [day for day in days_of(series, wanted) if day not in fixed]
    pairs = nearest([day for _meeting, day in movable], [day for day in days if day >= wanted.since])
    for meeting, occurs_on in movable:
        day = pairs.get(occurs_on)
        if not is_as_made(series, meeting):
            outlook.stay.append((meeting, day or occurs_on))
        elif day is None:
            outlook.cancelled.append(meeting)
        else:
            outlook.follow.append(_move(series, wanted, meeting, day))
    taken = set(pairs.values())
    starts = [rhythm.moment(day, wanted.starts_at, series.zone) for day in days if day not in taken]
    outlook.made = [moment for moment in starts if moment > now]
    return outlook


def _move(series: Series, wanted: Wanted, meeting: Meeting, day: date) -> Move:
    starts_at = rhythm.moment(day, wanted.starts_at, series.zone)
    ends_at = rhythm.end_of(starts_at, wanted.minutes)
    before = (meeting.title, meeting.place, meeting.link, meeting.starts_at, meeting.ends_at)
    is_shown = before != (wanted.title, wanted.place, wanted.link, starts_at, ends_at)
    return Move(meeting, day, starts_at, ends_at, is_shown)


def days_of(series: Series, wanted: Wanted) -> list[date]:
    """Return the days on which a series would meet, from today to the horizon or to its last day."""
    today = clock.today()
    until = min(today + HORIZON, wanted.last_on or date.max)
    first_on = series.first_on if wanted.rule == series.rule else wanted.since
    return list(rhythm.days(wanted.rule, first_on=first_on, after=today, until=until))


def is_as_made(series: Series, meeting: Meeting) -> bool:
    """Say whether a meeting still is what its series made: nobody gave it another time, place or title."""
    if meeting.occurs_on is None:
        return False
    starts_at = rhythm.moment(meeting.occurs_on, series.starts_at, series.zone)
    return (meeting.title, meeting.place, meeting.link, meeting.starts_at, meeting.ends_at) == (
        series.title, series.place, series.link, starts_at, rhythm.end_of(starts_at, series.minutes),
    )  # fmt: skip


def nearest(held: Sequence[date], wanted: Sequence[date]) -> dict[date, date]:
    """Pair the days of a rhythm with those of another, each once, the nearest first; what is too far has no partner."""
    distances = sorted((abs(new - old), old, new) for old in held for new in wanted if abs(new - old) <= SAME_MEETING)
    pairs: dict[date, date] = {}
    taken: set[date] = set()
    for _distance, old, new in distances:
        if old not in pairs and new not in taken:
            pairs[old] = new
            taken.add(new)
    return pairs


def columns_of(wanted: Wanted) -> dict[str, Any]:
    """Return what a series and its meetings share of what is wanted."""
    return {
        name: getattr(wanted, name) for name in ("title", "place", "link", "chair", "quorum_rule", "quorum_percent")
    }
