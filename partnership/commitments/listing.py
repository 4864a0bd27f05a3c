"""Lists of commitments: as a table, by state, by day, and as CSV. All show the same rows."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import models
from django.utils.dates import WEEKDAYS

from accounts.people.actor import Actor
from foundation import clock
from partnership.commitments import recurrence
from partnership.commitments.filtering import next_month
from partnership.commitments.models import UNDER_WAY, Commitment, Status
from partnership.membership.models import Partnership

# from so many other dates on a list says so
WORTH_A_WORD = 2


def commitments(actor: Actor, partnership: Partnership) -> models.QuerySet[Commitment]:
    """Return a partnership's commitments with all that a list shows, soonest first."""
    return (
        Commitment.objects.visible_to(actor)
        .filter(partnership=partnership)
        .select_related(
            "partnership__coordinator",
            "owner__agency",
            "person",
            "responsibility__partnership",
            "clause__version__agreement__partnership",
            "input__group",
            "input__partnership",
            "competence__partnership",
            "verified_by__agency",
            "blocker__agency",
        )
        .prefetch_related("contributors__agency", "evidence_items")
        .with_times_replanned()
        .soonest_first()
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A commitment as lists show it."""

    commitment: Commitment
    is_overdue: bool
    replanned: str
    repeats: str

    @property
    def waits_for(self) -> str:
        return waits_for(self.commitment)


def row_of(commitment: Commitment) -> Row:
    times = getattr(commitment, "times_replanned", 0)
    return Row(
        commitment=commitment,
        is_overdue=commitment.status in UNDER_WAY and commitment.due_on < clock.today(),
        replanned=f"Re-planned {times} times" if times >= WORTH_A_WORD else "",
        repeats=recurrence.in_words(commitment.rule),
    )


def rows(found: Iterable[Commitment]) -> list[Row]:
    return [row_of(commitment) for commitment in found]


def waits_for(commitment: Commitment) -> str:
    """Return what a blocked commitment waits for; empty for the others."""
    return commitment.blocker.agency.name if commitment.blocker else commitment.blocker_words


# --- CSV -----------------------------------------------------------------------------------------
HEAD = (
    "promise", "member", "person", "contributors", "due", "status", "times re-planned", "waits for", "why blocked",
    "approaches", "competence", "repeats", "done when", "evidence", "links and files", "reason",
)  # fmt: skip


def csv_row(commitment: Commitment) -> Sequence[object]:
    return (
        commitment.promise,
        commitment.owner.agency.name,
        commitment.person,
        ", ".join(member.agency.name for member in commitment.contributors.all()),
        commitment.due_on,
        commitment.status,
        getattr(commitment, "times_replanned", 0),
        waits_for(commitment),
        commitment.blocked_reason,
        ", ".join(commitment.approaches),
        commitment.competence,
        recurrence.in_words(commitment.rule),
        commitment.done_when,
        commitment.evidence,
        "; ".join(piece.link or piece.file_name for piece in commitment.evidence_items.all()),
        commitment.reason,
    )


# --- board ---------------------------------------------------------------------------------------
@dataclass(slots=True)
class Column:
    """A column of the board."""

    status: str
    label: str
    rows: list[Row] = field(default_factory=list)


ALWAYS = (Status.PROPOSED, Status.ACCEPTED, Status.IN_PROGRESS, Status.BLOCKED, Status.DONE)


def board(found: Sequence[Row]) -> list[Column]:
    """Return a column for each open state, and for each other one that somebody is in."""
    columns = {str(status): Column(str(status), str(status.label)) for status in Status}
    for row in found:
        columns[row.commitment.status].rows.append(row)
    return [column for column in columns.values() if column.rows or column.status in ALWAYS]


# --- calendar ------------------------------------------------------------------------------------
@dataclass(slots=True)
class Day:
    """A day of the calendar; None of another month, which stays empty."""

    day: date | None
    is_today: bool = False
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar, with the addresses' parts of its neighbours."""

    first: date
    weeks: list[list[Day]]

    @property
    def weekdays(self) -> list[str]:
        return [str(WEEKDAYS[number]) for number in range(7)]

    @property
    def before(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        return next_month(self.first)


def month(first: date, found: Iterable[Row]) -> Month:
    """Return the weeks of a month, Monday first, with what is due on each day."""
    by_day: dict[date, list[Row]] = {}
    for row in found:
        by_day.setdefault(row.commitment.due_on, []).append(row)
    today = clock.today()
    weeks = [
        [
            Day(day, day == today, by_day.get(day, [])) if day.month == first.month else Day(None)
            for day in week
        ]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]  # fmt: skip
    return Month(first, weeks)
