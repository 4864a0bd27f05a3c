"""How requests between other members ended, for the coordinator: in numbers, of which small ones are not shown.

A number below three could point at a member. It is not shown, and nor is anything from which it could be worked out:
all rows together are the sum, so where the sum would give a hidden one away, one more row is hidden, or the sum.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from foundation import clock
from infosharing.requests.grounds import PERFORMANCE, Ground
from infosharing.requests.models import Status
from partnership.membership.models import Partnership

FEWEST = 3
OUTCOMES = {
    str(Status.ANSWERED): "Answered in time",
    str(Status.PARTLY): "Answered in part, in time",
    str(Status.COUNTER_OFFER): "Something else offered, in time",
    "late": "Answered late, in full, in part or with an offer",
    "not_in_time": "Not answered in time: no refusal",
    str(Status.WAITING): "Still waiting, in time",
    str(Status.WITHDRAWN): "Taken back by who asked",
    str(Status.LEFT): "Left the partnership before answering",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A way in which requests ended.

    Attributes:
        number: how many; None where it is not shown.
    """

    label: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of requests between other members than the coordinator, counted by member that was asked.

    Attributes:
        asked: all together; None where it is not shown.
    """

    asked: int | None
    rows: list[Row]

    @property
    def shown(self) -> list[Row]:
        return [row for row in self.rows if row.number is not None]

    @property
    def hidden(self) -> list[Row]:
        return [row for row in self.rows if row.number is None]


def of_partnership(partnership: Partnership) -> Numbers:
    """Return the numbers of a partnership, for somebody of its coordinator; the database asks who reads."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT outcome, ground, number FROM sight.request_outcomes(%s, %s)", [partnership.pk, clock.today()]
        )
        counted = {ground or outcome: number for outcome, ground, number in cursor.fetchall()}
    labels = OUTCOMES | {ground.value: _refused(ground) for ground in Ground}
    shown, asked = without_small({name: counted.get(name, 0) for name in labels})
    return Numbers(asked=asked, rows=[Row(label, shown[name]) for name, label in labels.items()])


def _refused(ground: Ground) -> str:
    weight = "counts as performance" if ground in PERFORMANCE else "counts against nobody"
    return f"Refused on {ground.value}, {ground.label}: {weight}"


def without_small(counts: Mapping[str, int]) -> tuple[dict[str, int | None], int | None]:
    """Return the numbers and their sum as far as they may be shown.

    Zero is hidden like one and two: shown, it would narrow what the hidden ones can be.
    """
    hidden = {name for name, number in counts.items() if number < FEWEST}
    shown = sorted((number, name) for name, number in counts.items() if name not in hidden)
    total: int | None = sum(counts.values())
    if _gives_away(counts, hidden):
        if shown:
            hidden.add(shown[0][1])
        else:
            total = None
    if total is not None and total < FEWEST:
        total = None
    return {name: None if name in hidden else number for name, number in counts.items()}, total


def _gives_away(counts: Mapping[str, int], hidden: set[str]) -> bool:
    """Whether the sum says what each hidden number is: one alone, or all as large as hidden ones can be."""
    rest = sum(counts[name] for name in hidden)
    most = (FEWEST - 1) * len(hidden)
    return rest > 0 and (len(hidden) == 1 or rest == most)
