"""What becomes of a member's notes when it leaves, with both walls standing."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from foundation import clock
from foundation.audit.models import Event
from foundation.notifications.models import Notice
from infosharing.grants.models import EndedGrant
from infosharing.notes.leaving import STAY, WITHDRAWN, _effect
from infosharing.notes.models import Note
from infosharing.readers.models import Recall
from partnership.membership import services as membership
from partnership.membership.departures import services
from partnership.membership.models import Departure
from partnership.membership.sight import sight
from partnership.membership.tasks import let_leave
from tests.infosharing.test_walls import SEES, names
from tests.world import World
from tests.world.readings import read
from tests.world.roles import as_owner

# live notes of the police, by whom others see them
POLICE = {"own", "customs", "several", "confidential", "partnership", "clear", "named", "named_by_lead"}


def leave(world: World, notes: str) -> Departure:
    departure = services.announce_departure(
        actor=world.actor("lead_police"),
        membership=world.memberships["police"],
        effective_on=clock.today(),
        reason="Reorganised",
        choices={"notes": notes},
    )
    assert let_leave() == 1
    return departure


def seen_by(world: World, persona: str) -> set[str]:
    with sight(world.person(persona).pk):
        return names(world, list(Note.objects.all()))


@pytest.mark.parametrize("persona", ["lead_customs", "staff_customs", "lead_tax", "lead_company", "coordinator"])
def test_notes_that_stay_are_seen_by_those_who_saw_them(world: World, persona: str) -> None:
    leave(world, STAY)
    assert seen_by(world, persona) == SEES[persona]


@pytest.mark.parametrize("persona", ["lead_customs", "staff_customs", "lead_tax", "lead_company", "coordinator"])
def test_notes_that_are_withdrawn_are_gone_for_all_others_named_people_included(world: World, persona: str) -> None:
    leave(world, WITHDRAWN)
    assert seen_by(world, persona) == SEES[persona] - POLICE
    with as_owner():
        assert names(world, list(Note.objects.visible_to(world.actor(persona)))) == SEES[persona] - POLICE


def test_who_read_a_note_that_leaves_with_its_originator_is_told_to_stop_relying_on_it(world: World) -> None:
    read(world, "lead_customs", world.notes["named"])
    leave(world, WITHDRAWN)
    with as_owner():
        recall = Recall.objects.get(note=world.notes["named"])
        assert recall.person == world.people["lead_customs"]
        assert Notice.objects.filter(subject_id=recall.public_id, recipient=recall.person).count() == 1


def test_who_read_it_is_told_too_where_the_coordinator_ends_the_membership_before_its_day(world: World) -> None:
    read(world, "lead_customs", world.notes["named"])
    police, coordinator = world.memberships["police"], world.actor("coordinator")
    services.announce_departure(
        actor=world.actor("lead_police"), membership=police, effective_on=clock.today() + timedelta(days=60),
        reason="Reorganised", choices={"notes": WITHDRAWN},
    )  # fmt: skip
    with sight(coordinator.person_id):
        membership.withdraw_member(actor=coordinator, membership=police, reason="It asked to go sooner")
    with as_owner():
        recall = Recall.objects.get(note=world.notes["named"])
        assert (recall.person, recall.cause) == (world.people["lead_customs"], "withdrawn")
        assert Notice.objects.filter(subject_id=recall.public_id, recipient=recall.person).count() == 1


@pytest.mark.parametrize("persona", ["lead_police", "staff_police", "client_police"])
def test_who_left_sees_nothing_whatever_it_decided(world: World, persona: str) -> None:
    leave(world, WITHDRAWN)
    assert seen_by(world, persona) == set()


def test_a_note_to_named_people_is_taken_back_though_its_author_has_moved_on(world: World) -> None:
    author = world.people["staff_police"]
    author.is_active = False
    author.save()
    assert "named" in seen_by(world, "lead_customs")
    leave(world, WITHDRAWN)
    assert "named" not in seen_by(world, "lead_customs")


def test_a_suspended_members_notes_are_taken_back_all_the_same(world: World) -> None:
    departure = services.announce_departure(
        actor=world.actor("lead_police"), membership=world.memberships["police"], effective_on=clock.today(),
        reason="Reorganised", choices={"notes": WITHDRAWN},
    )  # fmt: skip
    membership.suspend_member(actor=world.actor("coordinator"), membership=world.memberships["police"], reason="asked")
    assert let_leave() == 1
    departure.refresh_from_db()
    assert departure.status == "effective"
    assert seen_by(world, "lead_customs") == SEES["lead_customs"] - POLICE


def test_what_was_taken_back_stays_on_record_and_nobody_is_told_of_it_any_more(world: World) -> None:
    leave(world, WITHDRAWN)
    events = Event.objects.filter(verb="notes.withdrawn", person_id=None)
    assert {event.object_id for event in events} == {world.notes[name].public_id for name in POLICE}
    subjects = [world.notes[name].public_id for name in POLICE]
    assert not Notice.objects.filter(kind="notes.shared", subject_id__in=subjects, withdrawn_at=None).exists()
    with as_owner():
        for name in POLICE:
            note = Note.objects.get(pk=world.notes[name].pk)
            assert (note.status, "has left" in note.withdrawal_reason) == ("withdrawn", True), name
        assert EndedGrant.objects.filter(note=world.notes["customs"]).exists()
        assert not Note.objects.filter(owner=world.memberships["customs"], status="withdrawn").exists()


def test_the_database_takes_notes_back_for_an_announced_departure_that_says_so_and_for_nothing_else(
    world: World,
) -> None:
    company = world.departures["company"]  # announced; its notes stay
    taken_back = services.announce_departure(
        actor=world.actor("lead_police"), membership=world.memberships["police"],
        effective_on=clock.today() + timedelta(days=9), reason="Reorganised", choices={"notes": WITHDRAWN},
    )  # fmt: skip
    services.take_back(actor=world.actor("lead_police"), departure=taken_back, reason="We stay")
    for key in (company.pk, taken_back.pk, 0):
        with pytest.raises(DatabaseError, match="no member that leaves"), transaction.atomic():
            _call(key)
    assert seen_by(world, "lead_customs") == SEES["lead_customs"]


def _call(key: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sight.withdraw_notes_of(%s, %s)", [key, "because"])


def test_the_effect_is_told_in_numbers_of_the_notes_that_the_reader_sees(world: World) -> None:
    police = world.memberships["police"]
    with sight(world.person("lead_police").pk):
        said = _effect(world.actor("lead_police"), police, WITHDRAWN)
        # five to groups, and the one that the lead wrote to a named person
        assert said.startswith("4 agencies lose 6 notes.")
        assert _effect(world.actor("lead_police"), police, STAY).startswith("6 notes stay with 4 agencies;")
    with sight(world.person("lead_company").pk):
        company = world.memberships["company"]
        assert _effect(world.actor("lead_company"), company, STAY).startswith("You see no note")
