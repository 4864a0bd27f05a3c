"""What is promised of walls, of sharing, of the footprint and of deep pages. Never times."""

import pytest

from benchmarks import footprints, granting, pages, walls
from benchmarks.report import PROMISED_AT, Row


def row(name: str, ours: float, floor: float | None = None, *, size: int = PROMISED_AT, is_page: bool = False) -> Row:
    return Row(name=name, size=size, ours=ours, floor=floor, is_page=is_page)


@pytest.mark.parametrize(
    ("found", "met"),
    [
        (row("both walls: newest 25: many", 1.6, 1), [True]),
        (row("both walls: newest 25: many", 1.7, 1), [False]),
        (row("both walls: newest 25: widest", 1.3, 1), [False]),
        # a fifth more, or half a millisecond
        (row("both walls: search 1 in 5: many", 12, 10), [True]),
        (row("both walls: search 1 in 5: many", 12.1, 10), [False]),
        (row("both walls: search 1 in 5: few", 1.5, 1), [True]),
        # one note: how much more, and how much in all
        (row("both walls: one note: few", 0.5, 0.2), [True, True]),
        (row("both walls: one note: few", 0.9, 0.2), [False, False]),
        (row("both walls: a note with five recipients", 1.31, 1), [False]),
        (row("entering: widest", 0.31), [False]),
        (row("both walls: newest 25: many", 9, 1, size=10_000), []),
    ],
)
def test_of_the_second_wall(found: Row, met: list[bool]) -> None:
    assert [target.met for target in walls.targets([found])] == met


@pytest.mark.parametrize(
    ("found", "met"),
    [
        (row("sharing with 42 named agencies", 2.5, 1), [True]),
        (row("sharing with 42 named agencies", 2.6, 1), [False]),
        (row("a note with five recipients", 1.31, 1), [False]),
        (row("a member leaves a circle", 2.1), [False]),
        (row("a member joins a circle", 2.0), [True]),
    ],
)
def test_of_sharing_and_of_members_that_come_and_go(found: Row, met: list[bool]) -> None:
    assert [target.met for target in granting.targets([found])] == met


def test_of_reading_what_is_recorded_and_nothing_of_serving_it() -> None:
    rows = [row("reading a note, recorded", 1.11, 1), row("serving it, and recording", 9, 1)]
    assert [target.met for target in footprints.targets(rows)] == [False]


def test_of_deep_pages_and_of_growth() -> None:
    rows = [
        row("page 200: many", 1.6, 1),
        row("newest 25: many", 1, size=10_000, is_page=True),
        row("newest 25: many", 2.1, 1, is_page=True),
        row("newest 25: few", 9, 1, is_page=True),
    ]
    told = [(target.name, target.met) for target in pages.targets(rows)]
    assert told == [("page 200: many", False), ("growth of newest 25: many", False)]
