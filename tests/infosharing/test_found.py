"""Words of a note that a search shows are recorded as what they are: given to somebody, and no reading of its text."""

import pytest
from django.test import Client

from infosharing.notes.models import NoteVersion
from infosharing.readers.models import Reading, Recall
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.infosharing.test_readers import edit, readings, withdraw
from tests.world import World
from tests.world.roles import as_owner

CUSTOMS = "lead_customs"


def email(world: World, persona: str) -> str:
    return world.person(persona).email


@pytest.fixture
def searched(world: World) -> Client:
    """Somebody whose agency was given a note, and who searches for a word of its body."""
    browser = caller(world, CUSTOMS)
    edit(world, "customs", body="The crane driver meets them at berth twelve")
    return browser


def test_a_search_that_shows_words_of_a_note_stands_in_its_footprint_once(world: World, searched: Client) -> None:
    for _time in range(2):
        assert "berth" in searched.get("/notes/", {"q": "berth"}).content.decode()
    assert readings(world, "customs") == [(email(world, CUSTOMS), "found", world.notes["customs"].version + 1)]
    page = caller(world, "lead_police").get(f"/notes/{world.notes['customs'].public_id}/readers/").content.decode()
    assert "shown words of it in a search" in page
    # whoever opened it is not recorded again
    searched.get(f"/notes/{world.notes['customs'].public_id}/")
    searched.get("/notes/", {"q": "berth"})
    assert [how for _who, how, _version in readings(world, "customs")] == ["found", "opened"]


def test_who_was_shown_words_of_it_is_told_to_stop_relying_on_it(world: World, searched: Client) -> None:
    searched.get("/notes/", {"q": "berth"})
    withdraw(world, "customs")
    with as_owner():
        recalled = Recall.objects.filter(note=world.notes["customs"]).values_list("person__email", flat=True)
        assert list(recalled) == [email(world, CUSTOMS)]


def test_they_have_not_read_that_version_by_either_wall(world: World, searched: Client) -> None:
    searched.get("/notes/", {"q": "berth"})
    edit(world, "customs", body="Nothing was seen")
    actor = world.actor(CUSTOMS)
    with as_owner():
        assert Reading.objects.filter(person=actor.person_id, note=world.notes["customs"]).count() == 1
        assert not NoteVersion.objects.visible_to(actor).filter(note=world.notes["customs"]).exists()
    with sight(actor.person_id):
        assert not NoteVersion.objects.filter(note=world.notes["customs"]).exists()


@pytest.mark.parametrize(("persona", "words"), [(CUSTOMS, ""), ("staff_police", "berth")])
def test_a_list_without_words_and_ones_own_writing_are_none(
    world: World, searched: Client, persona: str, words: str
) -> None:
    assert caller(world, persona).get("/notes/", {"q": words}).status_code == 200
    assert readings(world, "customs") == []


@pytest.mark.parametrize("address", ["edit/", "preview/{customs}/"])
def test_a_colleague_of_the_writer_reads_it_in_its_form_and_in_a_preview_too(world: World, address: str) -> None:
    note = world.notes["customs"]
    path = address.format(customs=world.agencies["customs"].public_id)
    for persona in ("lead_police", "staff_police"):
        assert caller(world, persona).get(f"/notes/{note.public_id}/{path}").status_code == 200
    assert readings(world, "customs") == [(email(world, "lead_police"), "opened", note.version)]


def test_a_page_that_went_on_from_a_note_that_is_gone_says_so(world: World) -> None:
    browser = caller(world, CUSTOMS)
    gone = world.notes["customs"].public_id
    withdraw(world, "customs")
    assert "no longer there for you" in browser.get("/notes/", {"before": gone}).content.decode()
    still = world.notes["partnership"].public_id
    assert "no longer there for you" not in browser.get("/notes/", {"before": still}).content.decode()
