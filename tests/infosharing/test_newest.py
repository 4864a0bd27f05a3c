"""The page of newest notes is written by hand, for speed; it holds what the queryset says, in the same order."""

from itertools import pairwise, product
from typing import Any

import pytest

from accounts.people.actor import Actor
from infosharing.notes.audiences import Choice
from infosharing.notes.markings import Tlp
from infosharing.notes.models import Note
from infosharing.notes.selectors import Place, newest_notes
from infosharing.notes.services import share_note, withdraw_note
from partnership.membership import services as membership
from partnership.membership.sight import sight
from tests.infosharing.test_walls import SIGNED_IN
from tests.world import World
from tests.world.roles import as_owner

PARTNERSHIPS = ("", "haven", "hill")
FILTERS = list(product(PARTNERSHIPS, ("", *Tlp.values), (False, True)))


def wanted(world: World, partnership: str, tlp: str, ours: bool) -> dict[str, Any]:
    return {"partnership": world.partnerships.get(partnership), "tlp": tlp, "ours": ours}


def by_queryset(actor: Actor, partnership: object, tlp: str, ours: bool) -> list[Note]:
    notes = Note.objects.visible_to(actor)
    if partnership:
        notes = notes.filter(partnership=partnership)
    if tlp:
        notes = notes.filter(tlp=tlp)
    if ours:
        notes = notes.filter(owner__agency_id=actor.agency_key)
    return list(notes.newest_first())


def require_same(world: World, persona: str) -> int:
    """Compare every filter's list with the queryset's; return how many notes they held together."""
    actor, found = world.actor(persona), 0
    for choice in FILTERS:
        filters = wanted(world, *choice)
        notes = newest_notes(actor, limit=100, **filters)
        assert notes == by_queryset(actor, **filters), choice
        found += len(notes)
    return found


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_every_filter_gives_what_the_queryset_gives_behind_both_walls(world: World, persona: str) -> None:
    with sight(world.person(persona).pk):
        behind_both = require_same(world, persona)
    with as_owner():
        assert require_same(world, persona) == behind_both


def test_the_filters_find_something(world: World) -> None:
    actor = world.actor("staff_police")
    with sight(actor.person_id):
        found = {tlp: len(newest_notes(actor, tlp=tlp, ours=True)) for tlp in Tlp.values}
    assert min(found.values()) > 0


@pytest.mark.parametrize("tlp", ["", "AMBER"])
@pytest.mark.parametrize("ours", [False, True])
def test_page_after_page_gives_the_whole_list_once(world: World, tlp: str, ours: bool) -> None:
    actor = world.actor("staff_police")
    with sight(actor.person_id):
        whole = newest_notes(actor, tlp=tlp, ours=ours, limit=100)
        pages: list[Note] = []
        while page := newest_notes(actor, tlp=tlp, ours=ours, limit=2, before=place(pages)):
            assert len(page) <= 2
            pages += page
    assert pages == whole
    assert len(whole) > 2
    assert all((one.created_at, one.pk) > (other.created_at, other.pk) for one, other in pairwise(whole))


def place(pages: list[Note]) -> Place | None:
    return Place(pages[-1].created_at, pages[-1].pk) if pages else None


def test_a_note_that_was_withdrawn_stays_in_its_agencys_lists(world: World) -> None:
    actor = world.actor("staff_police")
    with sight(actor.person_id):
        withdraw_note(actor=actor, note=world.notes["partnership"], reason="Mistaken")
        assert world.notes["partnership"] in newest_notes(actor, tlp="GREEN", ours=True)
        require_same(world, "staff_police")
    with sight(world.person("lead_tax").pk):
        assert world.notes["partnership"] not in newest_notes(world.actor("lead_tax"), tlp="GREEN")


def test_an_agency_that_came_back_finds_what_it_wrote_before_and_may_still_see(world: World) -> None:
    with as_owner():
        again = membership.invite_member(
            actor=world.actor("coordinator"),
            partnership=world.partnerships["haven"],
            agency=world.agencies["former"],
            role="core",
        )
        membership.accept_invitation(actor=world.actor("lead_former"), membership=again)
    actor = world.actor("lead_former")
    with sight(actor.person_id):
        new = share_note(
            actor=actor,
            partnership=world.partnerships["haven"],
            title="Back",
            body="Back",
            tlp="AMBER+STRICT",
            audience=Choice("own_agency"),
            review_on=world.notes["own"].review_on,
        )
        assert newest_notes(actor, partnership=world.partnerships["haven"], ours=True) == [
            new,
            world.notes["by_former"],
        ]
        require_same(world, "lead_former")


def test_a_marking_that_there_is_not_finds_nothing(world: World) -> None:
    actor = world.actor("staff_police")
    with sight(actor.person_id):
        assert newest_notes(actor, tlp="PURPLE") == []
