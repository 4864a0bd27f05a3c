"""Each wall around the files of notes holds with the other one taken away."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.people.actor import Actor
from foundation import clock
from foundation.files.models import StoredFile
from foundation.files.services import keep
from infosharing.attachments.models import Attachment, AttachmentRecipient
from infosharing.notes.audiences import Choice
from infosharing.notes.services import edit_note
from partnership.membership import services as membership
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.infosharing.test_walls import SIGNED_IN
from tests.world import World
from tests.world.attachments import FILES, text_file
from tests.world.attempts import database_refuses
from tests.world.cast import marker
from tests.world.roles import as_owner

# Worked out by hand: of the notes that they see, what is for them.
POLICE = {
    "file_all",
    "file_own",
    "file_narrow",
    "file_confidential",
    "file_by_customs",
    "file_withdrawn",
    "file_removed",
}
CUSTOMS = {"file_all", "file_narrow", "file_confidential", "file_by_customs"}
SEES = {
    "lead_police": POLICE,
    "staff_police": POLICE | {"file_named"},
    "reader_police": POLICE,
    "client_police": POLICE,
    "lead_customs": CUSTOMS | {"file_named"},
    "staff_customs": CUSTOMS,
    "lead_former": {"file_hill"},
    "lead_elsewhere": {"file_hill"},
}


def names(world: World, found: "Iterator[Attachment] | list[Attachment]") -> set[str]:
    by_key = {attachment.pk: name for name, attachment in world.attachments.items()}
    return {by_key[attachment.pk] for attachment in found}


@contextmanager
def reading(world: World, persona: str) -> Iterator[Actor]:
    actor = world.actor(persona)
    with sight(actor.person_id):
        yield actor


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_wall_one_holds_without_wall_two(world: World, persona: str) -> None:
    with as_owner():
        visible = Attachment.objects.visible_to(world.actor(persona))
        assert names(world, list(visible)) == SEES.get(persona, set())


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_wall_two_holds_without_wall_one(world: World, persona: str) -> None:
    with reading(world, persona):
        assert names(world, list(Attachment.objects.all())) == SEES.get(persona, set())


# who else has a file, its originator's people know; others, that they have it themselves
KNOWS = {
    **dict.fromkeys(("lead_police", "staff_police", "reader_police", "client_police"), 3),
    **dict.fromkeys(("lead_customs", "staff_customs"), 2),
}


@pytest.mark.parametrize("persona", SIGNED_IN)
@pytest.mark.parametrize("wall", ["queryset", "policy"])
def test_each_wall_around_whom_a_file_is_for_holds_alone(world: World, persona: str, wall: str) -> None:
    if wall == "queryset":
        with as_owner():
            found = AttachmentRecipient.objects.visible_to(world.actor(persona)).count()
    else:
        with reading(world, persona):
            found = AttachmentRecipient.objects.count()
    assert found == KNOWS.get(persona, 0)


def test_without_a_reader_every_query_fails(world: World) -> None:
    for model in (Attachment, AttachmentRecipient):
        with connection.cursor() as cursor:
            cursor.execute("SELECT row_security_active(%s)", [model._meta.db_table])
            assert cursor.fetchone() == (True,)
        with pytest.raises(DatabaseError, match="no reader set"), transaction.atomic():
            list(model._base_manager.all())


def test_whoever_loses_the_note_loses_its_files_though_they_are_named_on_one(world: World) -> None:
    membership.suspend_member(
        actor=world.actor("coordinator"), membership=world.memberships["customs"], reason="Under inquiry"
    )
    with as_owner():
        assert not Attachment.objects.visible_to(world.actor("lead_customs")).exists()
    with reading(world, "lead_customs"):
        assert not Attachment.objects.exists()
        assert not AttachmentRecipient.objects.exists()


def test_a_file_for_some_stays_for_no_more_than_them_when_its_note_goes_to_others(world: World) -> None:
    note = world.notes["confidential"]
    with reading(world, "staff_police") as actor:
        taxes = Choice("agencies", members=[world.memberships["tax"]])
        edit_note(
            actor=actor, note=note, title=note.title, body=note.body, tlp=note.tlp, review_on=note.review_on,
            audience=taxes, recipients_know_each_other=False,
        )  # fmt: skip
    for persona in ("lead_tax", "lead_customs"):
        with as_owner():
            wall_one = names(world, list(Attachment.objects.visible_to(world.actor(persona))))
        with reading(world, persona):
            wall_two = names(world, list(Attachment.objects.all()))
        assert "file_confidential" not in wall_one | wall_two


def test_a_reader_cannot_change_what_they_may_read(world: World) -> None:
    narrow = world.attachments["file_narrow"]
    with reading(world, "staff_customs"):
        assert Attachment.objects.filter(pk=narrow.pk).update(audience="note") == 0
        assert AttachmentRecipient.objects.all().delete()[0] == 0
        row = AttachmentRecipient(
            attachment=narrow,
            note=world.notes["partnership"],
            partnership=world.partnerships["haven"],
            member=world.memberships["tax"],
        )
        with pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
            AttachmentRecipient.objects.bulk_create([row])


def forge(world: World, **more: object) -> None:
    columns = {
        "note": world.notes["customs"], "partnership": world.partnerships["haven"], "file": keep(text_file("forged")),
        "name": "forged.txt", "added_by": world.people["staff_police"], "added_at": clock.now(),
    } | more  # fmt: skip
    # in bulk: nothing is asked before the database is
    Attachment.objects.bulk_create([Attachment(**columns)])


def test_the_database_refuses_a_file_that_is_not_the_readers_to_add(world: World) -> None:
    with reading(world, "staff_customs"), pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
        forge(world, added_by=world.people["staff_customs"])
    with reading(world, "staff_police"):
        for more in (
            {"added_by": world.people["lead_police"]},
            {"note": world.notes["by_customs"]},
            {"note": world.notes["withdrawn"]},
            {"note": world.notes["by_company"]},
        ):
            with pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
                forge(world, **more)
        forge(world)
    with reading(world, "lead_police"), pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
        # to named people, by somebody else
        forge(world, note=world.notes["named"], added_by=world.people["lead_police"])


def test_the_database_keeps_a_file_within_its_note_and_partnership(world: World) -> None:
    narrow = world.attachments["file_narrow"]
    columns = {"attachment": narrow, "note": world.notes["partnership"], "partnership": world.partnerships["haven"]}

    def name(**more: object) -> None:
        AttachmentRecipient.objects.bulk_create([AttachmentRecipient(**columns | more)])

    with as_owner():
        with database_refuses("attachment_note_in_partnership"):
            forge(world, note=world.notes["hill"])
        with database_refuses("attachment_recipient_of_its_note"):
            name(note=world.notes["customs"], member=world.memberships["tax"])
        with database_refuses("attachment_recipient_in_partnership"):
            name(member=world.memberships["elsewhere"])
        with database_refuses("attachment_recipient_once"):
            name(member=world.memberships["customs"])
        with database_refuses("attachment_audience_known"):
            forge(world, audience="all")
        with database_refuses("attachment_has_its_file"):
            forge(world, file=None)


def test_what_was_removed_does_not_come_back_and_no_file_takes_the_place_of_another(world: World) -> None:
    removed, there = world.attachments["file_removed"], world.attachments["file_all"]
    other = keep(text_file("other"))
    with as_owner():
        with database_refuses("does not come back"):
            Attachment.objects.filter(pk=removed.pk).update(removed_at=None, file=other, removal_reason="")
        for attachment in (removed, there):
            with database_refuses("never replaced"):
                Attachment.objects.filter(pk=attachment.pk).update(file=other)
    with reading(world, "staff_police"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Attachment.objects.filter(pk=there.pk).update(name="other.txt")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Attachment.objects.filter(pk=there.pk)._raw_delete("default")


def test_nobody_knows_a_stored_file_by_its_name(world: World) -> None:
    """What is known of a stored file stands behind no wall: so it holds nothing that tells."""
    stored = StoredFile.objects.get(pk=world.attachments["file_all"].file_id)
    assert not any(marker("file_all") in str(value) for value in vars(stored).values())


@pytest.mark.parametrize("persona", [one for one in SIGNED_IN if not one.startswith("client_")])
def test_pages_show_what_both_walls_show_and_give_the_bytes_of_the_same(world: World, persona: str) -> None:
    client = caller(world, persona)
    for name, attachment in world.attachments.items():
        note = world.notes[FILES[name][0]].public_id
        page = client.get(f"/notes/{note}/")
        sees = name in SEES.get(persona, set())
        assert (marker(name) in page.content.decode()) == sees, name
        answer = client.get(f"/notes/{note}/files/{attachment.public_id}/")
        gets = sees and name != "file_removed"
        assert answer.status_code == (200 if gets else 404), name
        assert (marker(name) in f"{answer.headers} {answer.content.decode()}") == gets, name
