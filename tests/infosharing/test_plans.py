"""Nothing that a reader asks for is slower for what others wrote: plans behind both walls, and behind each alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock
from infosharing.attachments.models import Attachment, AttachmentRecipient
from infosharing.attachments.selectors import files_by_note
from infosharing.grants.models import EndedGrant, NoteGroupGrant, NoteUserGrant
from infosharing.notes import changes, policy, searching, selectors, wall
from infosharing.notes.models import Acceptance, Note, NoteEvidence, NoteVersion
from infosharing.notes.selectors import Place
from infosharing.readers.models import NoteFootprint, Reading, Recall
from infosharing.readers.selectors import downloaders_of, footprints, last_version_read, readers_of
from partnership.membership.sight import sight
from tests.infosharing.city import a_city
from tests.infosharing.planning import Plan, bounded, plans_inside, plans_of
from tests.world.roles import as_owner

pytestmark = pytest.mark.django_db
Readers = dict[str, Actor]
READERS = ("few", "medium", "many", "only old", "widest")


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Readers]:
    with django_db_blocker.unblock(), a_city() as readers:
        yield readers


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader has before them when they ask on: their newest notes, and some that they may not see at all."""

    actor: Actor
    notes: list[Note]
    some: list[int]

    @property
    def keys(self) -> list[int]:
        return [note.pk for note in self.notes[:25]]

    def page(self, **filters: object) -> Callable[[], object]:
        return partial(selectors.newest_notes, self.actor, **filters)  # type: ignore[arg-type]

    def place(self) -> Place:
        return Place(self.notes[-1].created_at, self.notes[-1].pk)


@contextmanager
def reading(readers: Readers, name: str) -> Iterator[Asked]:
    actor = readers[name]
    with as_owner():
        some = list(Note.objects.order_by("-pk").values_list("pk", flat=True)[:500])
    with sight(actor.person_id):
        notes = selectors.with_names(selectors.newest_notes(actor, limit=40))
        assert len(notes) == 40
        yield Asked(actor, notes, some)


Question = Callable[[Asked], Callable[[], object]]

PAGES: dict[str, Question] = {
    "the newest": lambda asked: asked.page(),
    "further on": lambda asked: asked.page(before=asked.place()),
    "of a partnership": lambda asked: asked.page(partnership=asked.notes[0].partnership),
    "of a marking for groups": lambda asked: asked.page(tlp="AMBER"),
    "of the marking for named people": lambda asked: asked.page(tlp="RED"),
    "of one's own": lambda asked: asked.page(ours=True),
    "of an originator": lambda asked: asked.page(originator=asked.notes[0].owner.agency.public_id),
    "of some days": lambda asked: asked.page(since=asked.notes[-1].created_at, until=asked.notes[9].created_at),
    "of one's own, marked, further on": lambda asked: asked.page(ours=True, tlp="AMBER", before=asked.place()),
}
SINGLE: dict[str, Question] = {
    "one by its key": lambda asked: lambda: Note.objects.visible_to(asked.actor).filter(pk=asked.notes[0].pk).first(),
    "one by its address": lambda asked: (
        lambda: Note.objects.visible_to(asked.actor).get(public_id=asked.notes[0].public_id)
    ),
    "whether one may change it": lambda asked: lambda: policy.may_edit(asked.actor, asked.notes[0]),
    "a list of keys": lambda asked: lambda: list(Note.objects.visible_to(asked.actor).filter(pk__in=asked.some)),
    "a list of keys, behind wall two alone": lambda asked: lambda: list(Note.objects.filter(pk__in=asked.some)),
}
FOUND: dict[str, Question] = {
    "words": lambda asked: partial(searching.find_notes, asked.actor, "harbour"),
    "how often": lambda asked: partial(searching.count_notes, asked.actor, "harbour"),
}


def children(model: type, name: str = "note") -> Question:
    """Of the notes on a page, what a model has of them."""
    return lambda asked: lambda: list(model.objects.visible_to(asked.actor).filter(**{f"{name}__in": asked.keys}))  # type: ignore[attr-defined]


def unfiltered(model: type, name: str = "note") -> Question:
    """The same behind wall two alone."""
    return lambda asked: lambda: list(model._base_manager.filter(**{f"{name}__in": asked.keys}))  # type: ignore[attr-defined]


BESIDE: dict[str, Question] = {
    "files": children(Attachment),
    "files, as a program gets them": lambda asked: (
        lambda: files_by_note(asked.actor, asked.notes[:25], set(asked.keys))
    ),
    "whom files are for": children(AttachmentRecipient),
    "versions": children(NoteVersion),
    "versions of one": lambda asked: lambda: changes.earlier_versions(asked.actor, asked.notes[0]),
    "acceptances": children(Acceptance),
    "use as evidence": children(NoteEvidence),
    "readings": children(Reading),
    "readers": lambda asked: lambda: readers_of(asked.notes[0]),
    "what oneself read": lambda asked: lambda: last_version_read(asked.actor, asked.notes[0]),
    "who read it, for its originator": lambda asked: lambda: footprints(asked.actor, asked.notes[0]),
    "who has a file": lambda asked: lambda: downloaders_of(asked.notes[0], 1),
    "for auditors": children(NoteFootprint, "pk"),
    "recalls": children(Recall),
    "grants, behind wall two alone": unfiltered(NoteGroupGrant, "content_object"),
    "grants by name, behind wall two alone": unfiltered(NoteUserGrant, "content_object"),
    "ended grants, behind wall two alone": unfiltered(EndedGrant),
    **{
        f"{model.__name__}, behind wall two alone": unfiltered(model)
        for model in (Attachment, AttachmentRecipient, NoteVersion, Acceptance, NoteEvidence, Reading, Recall)
    },
}
QUESTIONS = {**PAGES, **SINGLE, **FOUND, **BESIDE}


def plans(readers: Readers, question: Question) -> Iterator[tuple[str, Plan]]:
    for name in READERS:
        with reading(readers, name) as asked:
            for plan in plans_of(question(asked)):
                yield name, plan


@pytest.mark.parametrize("asked", QUESTIONS)
def test_nobody_waits_for_what_they_did_not_ask_for(city: Readers, asked: str) -> None:
    answered = list(plans(city, QUESTIONS[asked]))
    assert {name for name, _ in answered} == set(READERS)
    assert [(name, fault) for name, plan in answered for fault in plan.faults()] == []


def newest(asked: Asked, *, further: bool) -> dict[str, tuple[str, object]]:
    """What the function of the newest notes knows when it asks (migration 0024), for the first page or a later one."""
    place = asked.place()
    mine = list(Person.objects.get(pk=asked.actor.person_id).groups.values_list("pk", flat=True))
    return {
        "mine": ("int[]", mine),
        "person": ("bigint", asked.actor.person_id),
        "present": ("timestamptz", clock.now()),
        "before_at": ("timestamptz", place.created_at if further else "infinity"),
        "before_note": ("bigint", place.note_id if further else 0),
        "since": ("timestamptz", "-infinity"),
        "most": ("int", 25),
        "head": ("int", 1 + 50 // len(mine)),
    }


def shown(asked: Asked) -> dict[str, tuple[str, object]]:
    return {
        "note": ("bigint", asked.notes[0].pk),
        "person": ("bigint", asked.actor.person_id),
        "present": ("timestamptz", clock.now()),
    }


INSIDE: dict[str, tuple[str, Callable[[Asked], dict[str, tuple[str, object]]], int]] = {
    "the newest": ("notes_newest", partial(newest, further=False), 2),
    "further on": ("notes_newest", partial(newest, further=True), 2),
    "whether one sees one": ("notes_shown", shown, 1),
}


@pytest.mark.parametrize("asked", INSIDE)
def test_nor_where_a_function_keeps_its_plan(city: Readers, asked: str) -> None:
    function, knows, questions = INSIDE[asked]
    for name in READERS:
        with reading(city, name) as reader:
            kept = plans_inside(function, knows(reader))
        assert len(kept) == questions
        assert [(name, fault) for plan in kept for fault in plan.faults()] == []
        for plan in kept:
            require_from_index(plan)


@pytest.mark.parametrize("asked", [page for page in PAGES if page.startswith(("of a marking", "of one's", "of an"))])
def test_a_page_with_filters_reads_grants_from_their_index_alone(city: Readers, asked: str) -> None:
    for _, plan in plans(city, PAGES[asked]):
        require_from_index(plan)


def require_from_index(plan: Plan) -> None:
    walks = plan.scans("grants_notegroupgrant")
    assert walks
    assert {walk["Node Type"] for walk in walks} == {"Index Only Scan"}, walks
    assert all(bounded(walk) for walk in plan.scans("grants_noteusergrant"))


def test_a_page_further_on_begins_where_the_last_one_ended(city: Readers) -> None:
    for name in READERS:
        with reading(city, name) as asked:
            found = [
                *plans_inside("notes_newest", newest(asked, further=True)),
                *plans_of(asked.page(tlp="AMBER", before=asked.place())),
            ]
        for plan in found:
            walks = [node for node in plan.nodes if node.get("Index Name") == "group_grant_page"]
            assert walks, name
            assert all("ROW(" in walk["Index Cond"] for walk in walks), (name, walks)


@pytest.mark.parametrize("asked", [question for question in SINGLE if question.startswith("a list of keys")])
def test_a_list_of_keys_asks_each_of_its_notes_and_no_other(city: Readers, asked: str) -> None:
    for name, plan in plans(city, SINGLE[asked]):
        for scan in plan.scans("notes_note"):
            read = scan["Actual Loops"] * (scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0))
            assert read <= 500, (name, scan)


# --- these tests would say so -----------------------------------------------------------------------------
GRANTED = """
    EXISTS (SELECT FROM grants_notegroupgrant g WHERE g.content_object_id = notes_note.id
            AND g.group_id = ANY((SELECT sight.ints('sight.groups'))::int[]) {offset})
"""


@contextmanager
def note_policy(using: str) -> Iterator[None]:
    """Have another policy for who reads notes, for a while."""
    with transaction.atomic():
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("SELECT policyname FROM pg_policies WHERE tablename = 'notes_note' AND cmd = 'SELECT'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"ALTER POLICY {name} ON notes_note USING ({using})")
        yield
        transaction.set_rollback(True)


def found_by(city: Readers, question: str) -> str:
    return "\n".join(fault for _, plan in plans(city, QUESTIONS[question]) for fault in plan.faults())


def test_a_policy_without_its_offset_gathers_what_the_reader_sees(city: Readers) -> None:
    with note_policy(GRANTED.format(offset="")):
        assert "hashed SubPlan" in found_by(city, "a list of keys, behind wall two alone")


def test_a_setting_that_is_not_selected_is_read_for_each_row(city: Readers) -> None:
    with note_policy(f"author_id = sight.person() OR {GRANTED.format(offset='OFFSET 0')}"):
        assert "read for each row" in found_by(city, "one by its key")


def test_wall_one_without_its_offset_gathers_too(city: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wall, "IN_TURN", wall.IN_TURN.replace("OFFSET 0", ""))
    assert "hashed SubPlan" in found_by(city, "a list of keys")
