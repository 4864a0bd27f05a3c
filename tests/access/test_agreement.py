"""Five answers to "may this person see this note?" are one answer."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from guardian.shortcuts import get_objects_for_user
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.errors import Refusal
from infosharing.notes import policy, selectors
from infosharing.notes.audiences import Choice
from infosharing.notes.models import Note
from infosharing.notes.services import edit_note
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.infosharing.test_explaining import TAKE_PART, explain, really_sees
from tests.infosharing.test_walls import SEES, SIGNED_IN
from tests.world import World
from tests.world.cast import World as Cast
from tests.world.roles import as_owner

BROWSERS = [persona for persona in SIGNED_IN if not persona.startswith("client_")]


def answers(world: World, persona: str, note: Note) -> dict[str, bool]:
    """Return what each way of asking says, each past the other wall where it has only one."""
    person, actor = world.person(persona), world.actor(persona)
    with as_owner():
        stock = get_objects_for_user(person, "notes.view_note", Note, with_superuser=False, accept_global_perms=False)
        every = {
            "list": Note.objects.visible_to(actor).filter(pk=note.pk).exists(),
            "newest": note.pk in {each.pk for each in selectors.newest_notes(actor, limit=500)},
            "has_perm": type(person).objects.get(pk=person.pk).has_perm("notes.view_note", note),
            "guardian": stock.filter(pk=note.pk).exists(),
            "viewers": policy.viewers_of(note).filter(pk=person.pk).exists(),
            "panel": any(
                viewer.person_id == person.pk or person.agency_id in viewer.agency_ids
                for viewer in selectors.viewers(note, actor)
            ),
        }
    return every | {"database": _in_database(person.pk, note)}


def _in_database(person: int, note: Note) -> bool:
    with sight(person):
        return Note.objects.filter(pk=note.pk).exists()


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_every_way_of_asking_gives_the_same_answer(world: World, persona: str) -> None:
    for name, note in world.notes.items():
        expected = name in SEES[persona]
        assert set(answers(world, persona, note).values()) == {expected}, (name, answers(world, persona, note))


@pytest.mark.parametrize("persona", BROWSERS)
def test_a_note_opens_exactly_for_who_finds_it_in_the_list(world: World, persona: str) -> None:
    client: Client = caller(world, persona)
    listed = client.get("/notes/?format=csv").content.decode()
    for name, note in world.notes.items():
        opens = client.get(f"/notes/{note.public_id}/").status_code == 200
        assert opens == (name in SEES[persona]) == (note.title in listed), name


def test_what_is_hidden_and_what_does_not_exist_look_the_same(world: World) -> None:
    client = caller(world, "lead_tax")
    hidden = client.get(f"/notes/{world.notes['own'].public_id}/")
    missing = client.get(f"/notes/{world.agencies['tax'].public_id}/")
    assert hidden.status_code == missing.status_code == 404
    assert without_tokens(hidden) == without_tokens(missing)


def without_tokens(response: HttpResponse) -> str:
    """Return a page without the token against forged requests, which differs each time."""
    return re.sub(r"[A-Za-z0-9]{64}", "", response.content.decode())


def choices(world: Cast) -> st.SearchStrategy[tuple[str, Choice]]:
    named = ("customs", "tax", "company", "suspended", "elsewhere")
    members = st.lists(st.sampled_from([world.memberships[code] for code in named]))
    persons = st.lists(st.sampled_from(list(world.people.values())))
    kinds = st.sampled_from(["own_agency", "agencies", "partnership", "persons"])
    markings = st.sampled_from(["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"])
    return st.tuples(markings, st.builds(Choice, kind=kinds, members=members, persons=persons))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_chosen_all_answers_agree(world: World, data: st.DataObject) -> None:
    note, actor = world.notes["several"], world.actor("staff_police")
    for tlp, choice in data.draw(st.lists(choices(world), min_size=1, max_size=3)):
        with sight(actor.person_id):
            try:
                edit_note(
                    actor=actor,
                    note=note,
                    title=note.title,
                    body=note.body,
                    tlp=tlp,
                    audience=choice,
                    review_on=note.review_on,
                )
            except Refusal:
                continue
    persona = data.draw(st.sampled_from(SIGNED_IN))
    assert len(set(answers(world, persona, note).values())) == 1, answers(world, persona, note)
    code = data.draw(st.sampled_from(TAKE_PART))
    assert explain(world, note, code).visible == really_sees(world, note, code), code
