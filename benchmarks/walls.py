"""What the second wall costs: the same code behind both walls and, as the owner of the tables, behind one."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial

from django.db import connection, connections

from accounts.people.actor import actor_for
from accounts.people.models import Person
from benchmarks.corpus import Reader
from benchmarks.measure import Contender
from benchmarks.pages import LENGTH
from benchmarks.report import Case, Row, Target, at_most, promised
from benchmarks.searches import QUERIES
from benchmarks.steps import Desk
from infosharing.notes.searching import find_notes
from infosharing.notes.selectors import newest_notes
from infosharing.notes.wall import sees
from partnership.membership.sight import sight

WALLS, ENTERING, WRITING = "both walls: ", "entering: ", "a note with five recipients"
# How many times as much a page may take behind both walls, of the reader in most groups and of the others; and how many
# milliseconds more to ask of one note, and how many it takes in all; how many times as much writing takes.
WIDEST_PAGE, PAGE, MORE_FOR_ONE, ONE, WRITTEN, ENTERED = 1.25, 1.6, 0.35, 0.5, 1.3, 0.3
SEARCH, MORE_FOR_SEARCH = 1.2, 0.5
SEARCHED = {name: QUERIES[name] for name in ("1 in 5", "1 in 100")}


@contextmanager
def behind_one(person: int, *, owner: str) -> Iterator[None]:
    """Let the portal's code ask as the owner of the tables, whom row-level security does not bind."""
    portal = connections["default"]
    connections["default"] = connections[owner]
    try:
        with sight(person):
            yield
    finally:
        connections["default"] = portal


class Asking:
    """What one reader asks."""

    def __init__(self, reader: Reader, *, owner: str) -> None:
        """Args:
        owner: alias of a connection that row-level security does not bind.
        """
        self.name, self.owner = reader.name, owner
        self.person = Person.objects.select_related("agency").get(pk=reader.person_id)
        self.actor = actor_for(self.person)

    def page(self) -> list[int]:
        return [note.pk for note in newest_notes(self.actor, limit=LENGTH)]

    def find(self, words: str) -> list[int]:
        return [note.pk for note in find_notes(self.actor, words, limit=LENGTH)]

    def one(self, note: int) -> bool:
        return sees(self.actor.person_id, note)

    def enter(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sight.enter(%s)", [self.person.pk])

    def cases(self) -> Iterator[Case]:
        """Yield a page and one note behind both walls, `floor` behind one; and entering.

        Raises:
            WrongAnswer: behind one wall there was something else than behind both.
        """
        both, one = partial(sight, self.person.pk), partial(behind_one, self.person.pk, owner=self.owner)
        page = Case(
            f"{WALLS}newest {LENGTH}: {self.name}", Contender(self.page, within=both), Contender(self.page, within=one)
        )
        seen = page.ours.answer()
        page.require(seen)  # type: ignore[arg-type]
        yield page
        for name, words in SEARCHED.items():
            find = partial(self.find, words)
            yield Case(f"{WALLS}search {name}: {self.name}", Contender(find, within=both), Contender(find, within=one))
        asked = partial(self.one, seen[0])  # type: ignore[index]
        yield Case(f"{WALLS}one note: {self.name}", Contender(asked, within=both), Contender(asked, within=one))
        yield Case(f"{ENTERING}{self.name}", Contender(self.enter, within=both))


def cases(readers: Iterable[Reader], desk: Desk) -> Iterator[Case]:
    """Yield what each reader asks, and what is written at a desk."""
    for reader in readers:
        yield from Asking(reader, owner=desk.owner).cases()
    yield Case(
        f"{WALLS}{WRITING}",
        Contender(desk.write_to_five, within=desk.undone),
        Contender(desk.write_to_five, within=partial(desk.undone, within=partial(behind_one, owner=desk.owner))),
    )


def targets(rows: Iterable[Row]) -> Iterator[Target]:
    """Yield what is promised of each."""
    for row in promised(rows, WALLS):
        if f"newest {LENGTH}" in row.name:
            yield at_most(row, times=WIDEST_PAGE if row.name.endswith("widest") else PAGE, of="one wall")
        elif "search" in row.name:
            # of a search of a millisecond, what comes to every statement is the larger part
            yield at_most(row, times=SEARCH, more=MORE_FOR_SEARCH, of="one wall")
        elif WRITING in row.name:
            yield at_most(row, times=WRITTEN, of="one wall")
        else:
            yield at_most(row, more=MORE_FOR_ONE, of="one wall")
            yield at_most(row, within=ONE)
    for row in promised(rows, ENTERING):
        yield at_most(row, within=ENTERED)
