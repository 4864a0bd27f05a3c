"""How an agency looks over its notes is its own affair: each wall around house rules holds alone."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, transaction

from foundation import clock
from infosharing.notes.models import HouseRule
from infosharing.notes.services_conventions import set_house_rule
from partnership.membership import services as membership
from partnership.membership.sight import sight
from tests.infosharing.test_walls import SIGNED_IN
from tests.world import World
from tests.world.roles import as_owner

POLICE = {"lead_police", "staff_police", "reader_police", "client_police"}


@pytest.fixture
def rule(world: World) -> HouseRule:
    actor = world.actor("lead_police")
    with sight(actor.person_id):
        made = set_house_rule(actor=actor, membership=world.memberships["police"], second_pair=True)
    assert made is not None
    return made


def sees(world: World, persona: str) -> Iterator[bool]:
    with as_owner():
        yield HouseRule.objects.visible_to(world.actor(persona)).exists()
    with sight(world.person(persona).pk):
        yield HouseRule.objects.exists()


def test_each_wall_shows_it_to_its_own_people_alone(world: World, rule: HouseRule) -> None:
    for persona in SIGNED_IN:
        assert set(sees(world, persona)) == {persona in POLICE}, persona
    police = world.memberships["police"]
    membership.suspend_member(actor=world.actor("coordinator"), membership=police, reason="asked")
    assert set(sees(world, "lead_police")) == {False}


@pytest.mark.parametrize("persona", ["staff_police", "reader_police", "lead_customs", "coordinator"])
def test_the_wall_alone_lets_nobody_but_a_lead_set_it_or_take_it_away(
    world: World, rule: HouseRule, persona: str
) -> None:
    person = world.person(persona)
    with sight(person.pk):
        assert HouseRule.objects.filter(pk=rule.pk)._raw_delete("default") == 0
        assert HouseRule.objects.filter(pk=rule.pk).update(set_at=clock.now()) == 0
        for code in ("police", "tax"):
            other = HouseRule(membership=world.memberships[code], set_by=person, set_at=clock.now())
            with pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
                HouseRule.objects.bulk_create([other])


def test_without_a_reader_nobody_asks_for_one(world: World) -> None:
    with pytest.raises(DatabaseError, match="no reader set"), transaction.atomic():
        list(HouseRule.objects.all())


def test_a_lead_takes_it_away_again(world: World, rule: HouseRule) -> None:
    actor = world.actor("lead_police")
    with sight(actor.person_id):
        set_house_rule(actor=actor, membership=world.memberships["police"], second_pair=False)
    assert set(sees(world, "lead_police")) == {False}
