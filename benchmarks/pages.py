"""The newest notes of a reader, asked for in three ways: by the portal, by hand, and through django-guardian.

All three answer as the oracle does, or nothing is measured.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import connections, transaction
from guardian.shortcuts import get_objects_for_user

from accounts.people.actor import Actor, actor_for
from accounts.people.models import Person
from benchmarks.corpus import Reader
from benchmarks.measure import Contender
from benchmarks.report import PROMISED_AT, Case, Row, Target, WrongAnswer, at_most, promised
from infosharing.notes.models import Note
from infosharing.notes.selectors import Place, newest_notes
from partnership.membership.sight import sight

LENGTH, DEEP = 25, 200
DEEP_PAGE = "page 200: "
# How many times as much as page 1 it takes at most, and a page at the most notes as at the fewest.
OF_FIRST, GROWN = 1.5, 2.0
FEWEST = 10_000

# The rule read aloud: everything that the reader may see, sorted by the notes' own time. It trusts nothing that makes a
# page fast: no walk, and not the time that grants carry.
ORACLE = """
    WITH mine AS (
        SELECT h.group_id FROM people_person_groups h JOIN people_person p ON p.id = h.person_id
        WHERE p.id = %(person)s AND p.is_active
    )
    SELECT n.id FROM notes_note n WHERE n.id IN (
        SELECT content_object_id FROM grants_notegroupgrant WHERE group_id IN (SELECT group_id FROM mine)
        UNION ALL SELECT content_object_id FROM grants_noteusergrant
                  WHERE user_id = %(person)s AND through_id IN (SELECT group_id FROM mine)
    ) {of_note} ORDER BY n.created_at DESC, n.id DESC LIMIT %(limit)s
"""
# The floor: the least that somebody who knows the tables would have PostgreSQL do, and the columns that a list shows.
FLOOR = """
    SELECT n.id, n.public_id, n.title, n.tlp, n.status, n.owner_id, n.partnership_id, n.created_at FROM (
        SELECT DISTINCT created_at, content_object_id FROM (
            SELECT t.created_at, t.content_object_id
            FROM people_person_groups h JOIN people_person p ON p.id = h.person_id AND p.is_active
            CROSS JOIN LATERAL (
                SELECT g.created_at, g.content_object_id FROM grants_notegroupgrant g {note}
                WHERE g.group_id = h.group_id {of_note}
                ORDER BY g.created_at DESC, g.content_object_id DESC LIMIT %(limit)s
            ) t WHERE h.person_id = %(person)s {of_group} {named}
        ) merged ORDER BY created_at DESC, content_object_id DESC LIMIT %(limit)s
    ) page JOIN notes_note n ON n.id = page.content_object_id ORDER BY page.created_at DESC, page.content_object_id DESC
"""
NAMED = """
    UNION ALL
    (SELECT g.created_at, g.content_object_id FROM grants_noteusergrant g
     JOIN people_person_groups h ON h.person_id = g.user_id AND h.group_id = g.through_id
     JOIN people_person p ON p.id = g.user_id AND p.is_active {note}
     WHERE g.user_id = %(person)s {of_note}
     ORDER BY g.created_at DESC, g.content_object_id DESC LIMIT %(limit)s)
"""
NOTE = "JOIN notes_note n ON n.id = g.content_object_id"


@dataclass(frozen=True, slots=True)
class Kind:
    """A page and its filter, in the words of each way to ask for it.

    Attributes:
        arguments: of `newest_notes`.
        of_note: a condition on the note `n`, for the oracle and the floor.
        of_group: for the floor, which groups can hold such notes.
        named: whether notes to named people can be among them.
    """

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    of_note: str = ""
    of_group: str = ""
    named: bool = True

    @property
    def oracle(self) -> str:
        return ORACLE.format(of_note=self.of_note)

    @property
    def floor(self) -> str:
        asked = {"note": NOTE if self.of_note else "", "of_note": self.of_note}
        return FLOOR.format(of_group=self.of_group, named=NAMED.format(**asked) if self.named else "", **asked)

    def lookup(self, actor: Actor) -> dict[str, Any]:
        """Return the filter as guardian's queryset takes it."""
        tlp, ours = self.arguments.get("tlp"), self.arguments.get("ours")
        return ({"tlp": tlp} if tlp else {}) | ({"owner__agency_id": actor.agency_key} if ours else {})


NEWEST = Kind("newest 25")
KINDS = (
    NEWEST,
    Kind(
        "25 of TLP:AMBER",
        {"tlp": "AMBER"},
        of_note="AND n.tlp = 'AMBER'",
        of_group="AND h.group_id NOT IN (SELECT group_id FROM membership_partnership)",
        named=False,
    ),
    Kind(
        "25 of the own agency",
        {"ours": True},
        of_note="AND n.owner_id = ANY(ARRAY(SELECT id FROM membership_membership WHERE agency_id = %(agency)s))",
        of_group="AND h.group_id IN (SELECT group_id FROM membership_membership WHERE agency_id = %(agency)s)",
    ),
)


# The worst a filter can do: all that the reader may see is looked at, for nothing.
NONE_SUCH = Kind("25 of TLP:CLEAR, which none is", {"tlp": "CLEAR"}, of_note="AND n.tlp = 'CLEAR'", named=False)


class Page:
    """One kind of page for one reader."""

    def __init__(self, kind: Kind, reader: Reader, *, owner: str) -> None:
        """Args:
        owner: alias of a connection that row-level security does not bind.
        """
        self.kind, self.reader, self.owner = kind, reader, owner
        self.person = Person.objects.select_related("agency").get(pk=reader.person_id)
        self.actor = actor_for(self.person)
        self.values = {"person": self.person.pk, "agency": self.actor.agency_key, "limit": LENGTH}

    def ours(self) -> list[int]:
        """Ask as a page of the portal does, within `sight`."""
        return [note.pk for note in newest_notes(self.actor, limit=LENGTH, **self.kind.arguments)]

    def floor(self) -> list[int]:
        return self._by_hand(self.kind.floor)

    def oracle(self) -> list[int]:
        return self._by_hand(self.kind.oracle)

    def after(self, place: Place) -> list[int]:
        """Ask for the page that comes after a place, as somebody who has read that far."""
        return [note.pk for note in newest_notes(self.actor, before=place, limit=LENGTH)]

    def deep_case(self) -> Case | None:
        """Return page 200 as something to measure, `floor` page 1; nothing for who does not see so many notes.

        Raises:
            WrongAnswer: it is not what comes there in one long page.
        """
        reader = partial(sight, self.person.pk)
        with reader():
            everything = newest_notes(self.actor, limit=LENGTH * DEEP)
        if len(everything) < LENGTH * DEEP:
            return None
        last = everything[-LENGTH - 1]
        deep = partial(self.after, Place(last.created_at, last.pk))
        case = Case(
            f"{DEEP_PAGE}{self.reader.name}", Contender(deep, within=reader), Contender(self.ours, within=reader)
        )
        if case.ours.answer() != [note.pk for note in everything[-LENGTH:]]:
            raise WrongAnswer(f"{case.name} is another than in one long page")
        return case

    def _by_hand(self, sql: str) -> list[int]:
        with connections[self.owner].cursor() as cursor:
            cursor.execute(sql, self.values)
            return [row[0] for row in cursor.fetchall()]

    def peer(self) -> list[int]:
        """Ask guardian, at its cheapest: no global permissions, no superuser, the model and not a queryset.

        It reads the grants to persons through our manager, and so follows the same rule about who left.
        """
        notes = get_objects_for_user(
            self.person, "notes.view_note", Note, with_superuser=False, accept_global_perms=False
        )
        newest = notes.using(self.owner).filter(**self.kind.lookup(self.actor)).order_by("-created_at", "-pk")
        return [note.pk for note in newest[:LENGTH]]

    def case(self, *, every: int = 1, peer_every: int) -> Case:
        """Return the page as something to measure, once all ways have given the oracle's answer.

        Raises:
            WrongAnswer: somebody answered otherwise.
        """
        by_owner = partial(transaction.atomic, using=self.owner)
        case = Case(
            name=f"{self.kind.name}: {self.reader.name}",
            ours=Contender(self.ours, within=partial(sight, self.person.pk), every=every),
            floor=Contender(self.floor, within=by_owner, every=every),
            peer=Contender(self.peer, within=by_owner, every=peer_every),
            is_page=self.kind is NEWEST,
        )
        case.require(self.oracle())
        return case


def cases(readers: list[Reader], *, owner: str, peer_every: int) -> Iterator[Case]:
    """Yield each kind of page for each reader.

    Raises:
        WrongAnswer: somebody answered otherwise than the oracle.
    """
    for kind in KINDS:
        for reader in readers:
            yield Page(kind, reader, owner=owner).case(peer_every=peer_every)
    deep = (Page(NEWEST, reader, owner=owner).deep_case() for reader in readers)
    yield from (case for case in deep if case)
    yield Page(NONE_SUCH, readers[-1], owner=owner).case(every=peer_every, peer_every=peer_every)


def targets(rows: Iterable[Row]) -> Iterator[Target]:
    """Yield what is promised of page 200, and of how a page grows with the notes: of all partnerships together."""
    rows = list(rows)
    for row in promised(rows, DEEP_PAGE):
        yield at_most(row, times=OF_FIRST, of="page 1")
    fewest = {row.name: row.ours for row in rows if row.is_page and row.size == FEWEST}
    for row in promised(rows, NEWEST.name):
        if row.name in fewest:
            grown = Row(f"growth of {row.name}", PROMISED_AT, row.ours, fewest[row.name])
            yield at_most(grown, times=GROWN, of=f"the same at {FEWEST:,} notes")
