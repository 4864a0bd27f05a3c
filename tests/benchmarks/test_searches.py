"""What is promised of searches, and that a wrong one is not measured. Never times."""

import pytest

from benchmarks.report import PROMISED_AT, Row
from benchmarks.searches import COUNTING, FINDING, targets


def row(start: str, ours: float, floor: float, size: int = PROMISED_AT) -> Row:
    return Row(name=f"{start}1 in 5: many", size=size, ours=ours, floor=floor)


@pytest.mark.parametrize(
    ("rows", "met"),
    [
        ([row(FINDING, 60, 60)], [True]),
        ([row(FINDING, 61, 60)], [False]),
        ([row(FINDING, 2, 60), row(FINDING, 61, 60)], [False]),
        ([row(COUNTING, 25, 1)], [True]),
        ([row(COUNTING, 26, 1)], [False]),
        ([row(FINDING, 99, 1, size=10_000), row("newest 25: ", 99, 1)], []),
    ],
)
def test_the_slowest_search_and_count_are_promised_in_milliseconds(rows: list[Row], met: list[bool]) -> None:
    assert [target.met for target in targets(rows)] == met
