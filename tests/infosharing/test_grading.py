"""Grades say how far a source is trusted, by the scheme that the partnership chose; a note keeps the scheme it has."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid, NotAllowed
from infosharing.notes.grading import INFORMATION, NOT_GRADED, SOURCE, Grade, Scheme, graded
from infosharing.notes.models import Conventions, Note
from infosharing.notes.services_conventions import set_conventions
from tests.access.callers import call, caller
from tests.world import World
from tests.world.roles import as_owner

# from the most to the least trusted
TRUST = {
    "source": {"4x4": "ABXC", "3x5x2": "123"},
    "information": {"4x4": "1234", "3x5x2": "ABCDE"},
}
GRADES = st.sampled_from(
    [
        Grade(scheme, source, said)
        for scheme in Scheme.values
        for source in SOURCE[scheme]
        for said in INFORMATION[scheme]
    ]
)


@given(GRADES)
def test_a_grade_reads_as_one_of_the_other_scheme_and_never_comes_back_more_trusted(grade: Grade) -> None:
    other = grade.as_other()
    if not other:
        assert grade.information == "E", "only what is suspected to be false has no counterpart"
        return
    assert graded(other.scheme, other.source, other.information) == other
    back = other.as_other()
    assert back.scheme == grade.scheme
    for part in ("source", "information"):
        order = TRUST[part][grade.scheme]
        assert order.index(getattr(back, part)) >= order.index(getattr(grade, part))


@pytest.mark.parametrize(
    ("scheme", "source", "information", "field"),
    [
        ("", "A", "1", "source_grade"), ("4x4", "1", "1", "source_grade"), ("4x4", "A", "", "information_grade"),
        ("4x4", "", "1", "source_grade"), ("3x5x2", "1", "4", "information_grade"),
    ],
)  # fmt: skip
def test_half_a_grade_and_one_of_another_scheme_are_refused(
    scheme: str, source: str, information: str, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        graded(scheme, source, information)
    assert refusal.value.field == field
    assert graded(scheme, "", "") == NOT_GRADED


def test_the_coordinator_alone_says_how_notes_are_graded(world: World) -> None:
    haven = world.partnerships["haven"]
    for persona in ("lead_police", "staff_police", "lead_elsewhere"):
        with pytest.raises(NotAllowed):
            set_conventions(actor=world.actor(persona), partnership=haven, grading="4x4")
    with pytest.raises(Invalid):
        set_conventions(actor=world.actor("coordinator"), partnership=haven, grading="5x5x5")
    client = caller(world, "coordinator")
    assert client.post("/partnerships/haven/notes/conventions/", {"grading": "4x4"}).status_code == 302
    assert Conventions.objects.get(partnership=haven).grading == "4x4"
    assert "4x4 (Europol)" in caller(world, "lead_tax").get("/partnerships/haven/notes/conventions/").content.decode()


def write(world: World, **graded_as: str) -> tuple[int, dict]:
    body = {
        "partnership": "haven", "title": "Seals", "body": "Broken", "review_on": str(world.notes["own"].review_on),
        **graded_as,
    }  # fmt: skip
    answer = call(caller(world, "client_police"), "POST", "/api/v1/notes", body)
    return answer.status_code, answer.json()


def test_a_note_is_graded_as_its_partnership_does_and_keeps_that_scheme(world: World) -> None:
    haven, coordinator = world.partnerships["haven"], world.actor("coordinator")
    assert write(world, source_grade="B", information_grade="2")[0] == 400
    set_conventions(actor=coordinator, partnership=haven, grading="4x4")
    status, made = write(world, source_grade="B", information_grade="2")
    assert (status, made["grading"], made["source_grade"], made["information_grade"]) == (201, "4x4", "B", "2")
    set_conventions(actor=coordinator, partnership=haven, grading="3x5x2")
    page = caller(world, "staff_police").get(f"/notes/{made['id']}/").content.decode()
    assert "proved reliable in most cases" in page
    assert "In 3x5x2 (UK police) about 1, A" in page
    with as_owner():
        note = Note.objects.get(public_id=made["id"])
        with pytest.raises(IntegrityError, match="note_grade_of_its_scheme"), transaction.atomic():
            Note.objects.filter(pk=note.pk).update(grading="3x5x2")


def test_the_form_offers_the_codes_of_the_scheme_and_says_what_is_missing(world: World) -> None:
    client = caller(world, "staff_police")
    assert "Grade of the source" not in client.get("/partnerships/haven/notes/new/").content.decode()
    set_conventions(actor=world.actor("coordinator"), partnership=world.partnerships["haven"], grading="3x5x2")
    assert "1: reliable" in client.get("/partnerships/haven/notes/new/").content.decode()
    body = {
        "title": "Seals", "body": "Broken", "tlp": "AMBER+STRICT", "audience": "own_agency",
        "review_on": str(world.notes["own"].review_on), "source_grade": "1",
    }  # fmt: skip
    answer = client.post("/partnerships/haven/notes/new/", body)
    assert (answer.status_code, "Grade the information too" in answer.content.decode()) == (422, True)
    assert client.post("/partnerships/haven/notes/new/", {**body, "information_grade": "E"}).status_code == 302
    with as_owner():
        assert Note.objects.latest("pk").grade == Grade("3x5x2", "1", "E")
