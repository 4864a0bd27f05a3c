"""Whether somebody sees one note is asked of a function that keeps its plan: it says what the queryset says."""

import re

import pytest
from django.db import DatabaseError, connection, transaction

from infosharing.notes.wall import NAMED, SEEN, sees
from partnership.membership.sight import sight
from tests.infosharing.test_walls import SEES, SIGNED_IN
from tests.world import World
from tests.world.roles import as_owner


@pytest.mark.django_db
def test_its_text_is_that_of_the_explicit_filter() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'notes_shown'")
        (source,) = cursor.fetchone()
    assert _squeezed(NAMED.sub(r"\1", SEEN.format(note="n.id"))) in _squeezed(source)


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_wall_one_holds_without_wall_two(world: World, persona: str) -> None:
    person = world.person(persona).pk
    with as_owner():
        assert {name for name, note in world.notes.items() if sees(person, note.pk)} == SEES[persona]


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_wall_two_holds_without_wall_one(world: World, persona: str) -> None:
    """The explicit filter is asked of somebody who does see the note: it would let it through."""
    asked_of = {name: world.person(who).pk for who, seen in SEES.items() for name in seen}
    hidden = asked_of.keys() - SEES[persona]
    assert hidden
    with as_owner():
        assert {name for name in hidden if sees(asked_of[name], world.notes[name].pk)} == hidden
    with sight(world.person(persona).pk):
        assert not {name for name in hidden if sees(asked_of[name], world.notes[name].pk)}


def test_nobody_sees_nothing_and_without_a_reader_it_fails(world: World) -> None:
    note = world.notes["clear"].pk
    with sight(world.person("staff_police").pk):
        assert not sees(None, note)
        assert not sees(world.person("staff_police").pk, -1)
    with pytest.raises(DatabaseError, match="no reader set"), transaction.atomic():
        sees(world.person("staff_police").pk, note)
