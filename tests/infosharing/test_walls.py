"""Each wall around notes holds with the other one taken away."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from infosharing.grants.models import NoteGroupGrant, NoteUserGrant
from infosharing.notes.models import Note
from partnership.membership import services as membership
from partnership.membership.sight import sight
from tests.world import World
from tests.world.cast import PERSONAS
from tests.world.roles import as_owner

SIGNED_IN = [persona for persona in PERSONAS if persona != "anonymous"]

# Worked out by hand from who is in what: the oracle that neither wall had a part in.
POLICE = {"own", "customs", "several", "confidential", "partnership", "clear", "by_customs", "withdrawn"}
SEES = {
    "coordinator": {"partnership", "clear", "by_former"},
    "lead_police": POLICE | {"by_former", "named_by_lead"},
    "staff_police": POLICE | {"by_former", "named"},
    "reader_police": POLICE | {"by_former"},
    "lead_customs": {"customs", "several", "confidential", "partnership", "clear", "by_customs", "by_former", "named"},
    "staff_customs": {
        "customs", "several", "confidential", "partnership", "clear", "by_customs", "by_former", "named_by_lead",
    },
    "lead_tax": {"partnership", "clear", "by_former"},
    "lead_company": {"partnership", "clear", "by_former", "by_company"},
    "lead_former": {"hill_open"},
    "lead_suspended": set(),
    "lead_invited": set(),
    "lead_elsewhere": {"hill", "hill_open"},
    "site_admin": set(),
    "client_police": POLICE | {"by_former"},
    "client_reader": {"partnership", "clear", "by_former"},
}  # fmt: skip


def names(world: World, notes: "Iterator[Note] | list[Note]") -> set[str]:
    by_key = {note.pk: name for name, note in world.notes.items()}
    return {by_key[note.pk] for note in notes}


@pytest.mark.django_db
def test_the_suite_runs_as_the_role_that_policies_bind() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, row_security_active('notes_note')")
        assert cursor.fetchone() == ("concord_app", True)


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_wall_one_holds_without_wall_two(world: World, persona: str) -> None:
    with as_owner():
        assert names(world, list(Note.objects.visible_to(world.actor(persona)))) == SEES[persona]


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_wall_two_holds_without_wall_one(world: World, persona: str) -> None:
    with sight(world.person(persona).pk):
        assert names(world, list(Note.objects.all())) == SEES[persona]


def test_without_a_reader_every_query_on_notes_fails(world: World) -> None:
    for model in (Note, NoteGroupGrant, NoteUserGrant):
        with pytest.raises(DatabaseError, match="no reader set"), transaction.atomic():
            list(model._base_manager.all())


def test_the_reader_does_not_outlive_the_block(world: World) -> None:
    with sight(world.person("staff_police").pk):
        assert Note.objects.exists()
    with pytest.raises(DatabaseError, match="no reader set"), transaction.atomic():
        list(Note.objects.all())


def test_a_reader_cannot_write_what_they_may_read(world: World) -> None:
    with sight(world.person("staff_customs").pk):
        assert Note.objects.filter(pk=world.notes["customs"].pk).update(title="taken over") == 0
        assert NoteGroupGrant.objects.filter(content_object=world.notes["customs"]).delete()[0] == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            NoteGroupGrant.objects.create(
                content_object=world.notes["customs"],
                group=world.memberships["tax"].group,
                permission=NoteGroupGrant.objects.first().permission,
                granted_at=world.notes["customs"].created_at,
            )


def test_a_reader_cannot_grant_themselves_what_they_do_not_see(world: World) -> None:
    with as_owner():
        permission = NoteGroupGrant.objects.first().permission
    grant = NoteGroupGrant(
        content_object_id=world.notes["customs"].pk,
        group=world.memberships["tax"].group,
        permission=permission,
        granted_at=world.notes["customs"].created_at,
    )
    with sight(world.person("lead_tax").pk), pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
        # in bulk: past guardian's own check of the object
        NoteGroupGrant.objects.bulk_create([grant])


def test_nobody_writes_a_note_for_another_agency(world: World) -> None:
    note = world.notes["customs"]
    with sight(world.person("lead_tax").pk), pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
        Note.objects.create(
            partnership=note.partnership,
            owner=world.memberships["police"],
            author=world.person("lead_tax"),
            title="forged",
            body="forged",
            tlp="AMBER",
            audience="agencies",
            review_on=note.review_on,
            created_at=note.created_at,
            updated_at=note.created_at,
        )


def test_notes_are_never_deleted(world: World) -> None:
    with sight(world.person("staff_police").pk):
        assert Note.objects.filter(pk=world.notes["own"].pk)._raw_delete("default") == 0


def test_a_suspended_member_loses_sight_at_the_next_query_and_regains_it_when_reinstated(world: World) -> None:
    customs, actor = world.memberships["customs"], world.actor("coordinator")
    membership.suspend_member(actor=actor, membership=customs, reason="asked")
    with as_owner():
        assert not Note.objects.visible_to(world.actor("lead_customs")).exists()
    with sight(world.person("lead_customs").pk):
        assert not Note.objects.exists()
    membership.reinstate_member(actor=actor, membership=customs, reason="answered")
    with sight(world.person("lead_customs").pk):
        assert names(world, list(Note.objects.all())) == SEES["lead_customs"]


def test_a_person_who_moves_to_another_agency_takes_nothing_along(world: World) -> None:
    person = world.people["lead_customs"]
    person.agency = world.agencies["tax"]
    person.save()
    with sight(person.pk):
        assert names(world, list(Note.objects.all())) == SEES["lead_tax"]
    with as_owner():
        assert names(world, list(Note.objects.visible_to(world.actor("lead_customs")))) == SEES["lead_tax"]


def test_who_may_not_know_the_recipients_sees_only_their_own_grant(world: World) -> None:
    with sight(world.person("lead_customs").pk):
        open_note = NoteGroupGrant.objects.filter(content_object=world.notes["several"])
        confidential = NoteGroupGrant.objects.filter(content_object=world.notes["confidential"])
        assert open_note.count() == 4
        assert [grant.group_id for grant in confidential] == [world.memberships["customs"].group_id]
