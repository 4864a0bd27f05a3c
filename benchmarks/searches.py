"""Searches for planted words, common and rare, by each reader: the finds are those of somebody who reads every note.

The floor is the database's search function alone, joined to the notes as owner: what both walls add stands beside it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from django.db import connections, transaction

from accounts.people.actor import actor_for
from accounts.people.models import Person
from benchmarks.corpus import PLANTED, Reader
from benchmarks.measure import Contender
from benchmarks.report import Case, Row, Target, WrongAnswer, at_most, promised
from infosharing.notes.searching import COUNTED_AT_MOST, count_notes, find_notes
from partnership.membership.sight import sight

LENGTH = 25
FINDING, COUNTING = "search: ", "count: "
# Promised at a million notes, in milliseconds. What the second wall costs a search: benchmarks/walls.py.
FIND_WITHIN, COUNT_WITHIN = 60.0, 25.0

QUERIES = {f"1 in {one_of:,}": word for word, one_of in PLANTED.items()} | {
    "1 in 5 and 1 in 100": "harbour falcon",
    "1 in 100 and 1 in 10,000": "falcon zeppelin",
}

# What stands where is read from the notes themselves, letter by letter.
ORACLE = """
    WITH mine AS (
        SELECT h.group_id FROM people_person_groups h JOIN people_person p ON p.id = h.person_id
        WHERE p.id = %(person)s AND p.is_active
    )
    SELECT n.id FROM notes_note n WHERE n.id IN (
        SELECT content_object_id FROM grants_notegroupgrant WHERE group_id IN (SELECT group_id FROM mine)
        UNION ALL SELECT content_object_id FROM grants_noteusergrant
                  WHERE user_id = %(person)s AND through_id IN (SELECT group_id FROM mine)
    ) AND n.body LIKE ALL(%(patterns)s) ORDER BY n.created_at DESC, n.id DESC LIMIT %(most)s
"""
FUNCTION = """
    SELECT n.id, n.public_id, n.title, n.body, n.tlp, n.status, n.owner_id, n.partnership_id, n.created_at
    FROM sight.search(%(words)s, %(limit)s, NULL, NULL, NULL, NULL, NULL, NULL, NULL) WITH ORDINALITY found(id, nth)
    JOIN notes_note n USING (id) ORDER BY found.nth
"""
FUNCTION_COUNT = """
    SELECT count(*)
    FROM sight.search(%(words)s, %(most)s, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false) found(id)
    JOIN notes_note USING (id)
"""


class Search:
    """One question of one reader."""

    def __init__(self, name: str, words: str, reader: Reader, *, owner: str) -> None:
        """Args:
        owner: alias of a connection that row-level security does not bind.
        """
        self.name, self.words, self.owner = f"{name}: {reader.name}", words, owner
        self.person = Person.objects.select_related("agency").get(pk=reader.person_id)
        self.actor = actor_for(self.person)
        self.values = {
            "person": self.person.pk,
            "words": words,
            "patterns": [f"%{word}%" for word in words.split()],
            "limit": LENGTH,
            "most": COUNTED_AT_MOST + 1,
        }

    def find(self) -> list[int]:
        """Ask as a page of the portal does, within `sight`."""
        return [note.pk for note in find_notes(self.actor, self.words, limit=LENGTH)]

    def count(self) -> int:
        return count_notes(self.actor, self.words)

    def oracle(self) -> list[int]:
        """Return all finds, newest first; of many, as many as are counted."""
        return self._by_hand(ORACLE)

    def _by_hand(self, sql: str) -> list[int]:
        with connections[self.owner].cursor() as cursor:
            cursor.execute(sql, self.values)
            return [row[0] for row in cursor.fetchall()]

    @contextmanager
    def _as_owner(self) -> Iterator[None]:
        with transaction.atomic(using=self.owner):
            with connections[self.owner].cursor() as cursor:
                cursor.execute("SELECT sight.enter(%s)", [self.person.pk])
            yield

    def cases(self) -> Iterator[Case]:
        """Yield the search and its count, once both gave the oracle's answer.

        Raises:
            WrongAnswer: somebody answered otherwise.
        """
        right, reader = self.oracle(), partial(sight, self.person.pk)
        finding = Case(
            FINDING + self.name,
            ours=Contender(self.find, within=reader),
            floor=Contender(partial(self._by_hand, FUNCTION), within=self._as_owner),
        )
        finding.require(right[:LENGTH])
        yield finding
        counting = Case(
            COUNTING + self.name,
            ours=Contender(self.count, within=reader),
            floor=Contender(partial(self._by_hand, FUNCTION_COUNT), within=self._as_owner),
        )
        for who, counted in (("ours", counting.ours.answer()), ("floor", counting.contenders()["floor"].answer()[0])):
            if counted != len(right):
                raise WrongAnswer(f"{counting.name}: {who} counted {counted}, the oracle {len(right)}")
        yield counting


def cases(readers: list[Reader], *, owner: str) -> Iterator[Case]:
    """Yield each question of each reader.

    Raises:
        WrongAnswer: somebody answered otherwise than the oracle.
    """
    for name, words in QUERIES.items():
        for reader in readers:
            yield from Search(name, words, reader, owner=owner).cases()


def targets(rows: Iterable[Row]) -> Iterator[Target]:
    """Yield what is promised of the worst search and the worst count; nothing is promised of other sizes."""
    rows = list(rows)
    for start, within in ((FINDING, FIND_WITHIN), (COUNTING, COUNT_WITHIN)):
        if found := promised(rows, start):
            worst = max(found, key=lambda row: row.ours)
            yield at_most(replace(worst, name=f"the slowest, {worst.name}"), within=within)
