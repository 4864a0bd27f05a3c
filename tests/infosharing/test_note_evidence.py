"""A note shows how a commitment is kept to those who see the note, and leaves no trace for the others."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.people.actor import Actor
from foundation import clock
from foundation.audit.models import Event
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from infosharing.notes.audiences import Choice
from infosharing.notes.evidence import services
from infosharing.notes.models import Note, NoteEvidence
from infosharing.notes.services import edit_note, share_note, withdraw_note
from partnership.commitments import services as commitments
from partnership.membership import services as membership
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.infosharing.test_walls import SIGNED_IN
from tests.world import World
from tests.world.attempts import database_refuses, undone
from tests.world.cast import marker
from tests.world.roles import as_owner

# Worked out by hand: those who see the note; of the confidential one, its originator and the member that named it.
BOTH = {"customs", "confidential"}
SEES = {
    "lead_police": BOTH | {"named_by_lead"},
    "staff_police": BOTH,
    "reader_police": BOTH,
    "client_police": BOTH,
    "lead_customs": BOTH,
    "staff_customs": BOTH | {"named_by_lead"},
}
BROWSERS = [persona for persona in SIGNED_IN if not persona.startswith("client_")]


def names(world: World, found: "Iterator[NoteEvidence] | list[NoteEvidence]") -> set[str]:
    by_key = {evidence.pk: name for name, evidence in world.note_evidence.items()}
    return {by_key[evidence.pk] for evidence in found}


@contextmanager
def reading(world: World, persona: str) -> Iterator[Actor]:
    actor = world.actor(persona)
    with sight(actor.person_id):
        yield actor


def add(world: World, persona: str, note: Note, commitment: str = "report") -> NoteEvidence:
    with reading(world, persona) as actor:
        return services.add_note(actor=actor, commitment=world.commitments[commitment], note=note)


def page(world: World, persona: str, commitment: str = "report", path: str = "") -> str:
    address = f"/partnerships/haven/commitments/{world.commitments[commitment].public_id}/{path}"
    return caller(world, persona).get(address).content.decode()


# --- walls -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("persona", SIGNED_IN)
def test_wall_one_holds_without_wall_two(world: World, persona: str) -> None:
    with as_owner():
        visible = NoteEvidence.objects.visible_to(world.actor(persona))
        assert names(world, list(visible)) == SEES.get(persona, set())


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_wall_two_holds_without_wall_one(world: World, persona: str) -> None:
    with reading(world, persona):
        assert names(world, list(NoteEvidence.objects.all())) == SEES.get(persona, set())


def test_without_a_reader_every_query_fails(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_security_active('notes_noteevidence')")
        assert cursor.fetchone() == (True,)
    with pytest.raises(DatabaseError, match="no reader set"), transaction.atomic():
        list(NoteEvidence._base_manager.all())


@pytest.mark.parametrize("persona", BROWSERS)
def test_the_page_shows_what_both_walls_show(world: World, persona: str) -> None:
    shown = page(world, persona)
    assert {name for name in world.notes if marker(name) in shown} == SEES.get(persona, set())


def test_the_database_refuses_what_is_not_the_readers_to_add_change_or_remove(world: World) -> None:
    evidence = world.note_evidence["customs"]

    def forge(**more: object) -> None:
        columns = {
            "note": world.notes["customs"], "commitment": world.commitments["check"],
            "partnership": world.partnerships["haven"], "member": world.memberships["police"],
            "added_by": world.people["staff_police"], "added_at": clock.now(),
        } | more  # fmt: skip
        # in bulk: nothing is asked before the database is
        NoteEvidence.objects.bulk_create([NoteEvidence(**columns)])

    with reading(world, "staff_police"):
        assert NoteEvidence.objects.filter(pk=evidence.pk).update(added_at=clock.now()) == 0
        # of another member, on the commitment of another
        assert NoteEvidence.objects.filter(pk=evidence.pk).delete()[0] == 0
        for more in (
            {"member": world.memberships["customs"]},
            {"added_by": world.people["lead_police"]},
            {"note": world.notes["by_company"]},
            {"note": world.notes["withdrawn"]},
        ):
            with pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
                forge(**more)
        with database_refuses("note_evidence_commitment_in_partnership"):
            forge(commitment=world.commitments["hill"])
        forge()
    with reading(world, "lead_tax"):
        assert NoteEvidence.objects.all().delete()[0] == 0


def test_a_note_of_another_partnership_fits_no_commitment_here(world: World) -> None:
    with as_owner(), database_refuses("note_evidence_note_in_partnership"):
        NoteEvidence.objects.create(
            note=world.notes["hill"], commitment=world.commitments["check"], partnership=world.partnerships["haven"],
            member=world.memberships["police"], added_by=world.people["staff_police"], added_at=clock.now(),
        )  # fmt: skip


# --- no trace --------------------------------------------------------------------------------------------
def everything_of(world: World, persona: str) -> list[str]:
    """Return all that somebody gets of the commitment: page, list, table, and for programs its representation."""
    report = world.commitments["report"].public_id
    base = "/partnerships/haven/"
    client = caller(world, persona)
    if persona.startswith("client_"):
        addresses = [f"/api/v1/commitments/{report}", "/api/v1/commitments"]
    else:
        addresses = [f"{base}commitments/{report}/", f"{base}commitments/", f"{base}commitments/?format=csv", base, "/"]
    answers = [client.get(address) for address in addresses]
    return [f"{answer.get('ETag')} {TOKEN.sub('', answer.content.decode())}" for answer in answers]


TOKEN = re.compile(r"[A-Za-z0-9]{64}")


@pytest.mark.parametrize("persona", ["lead_tax", "coordinator", "lead_company", "client_police"])
def test_who_does_not_see_the_note_gets_the_same_pages_before_and_after(world: World, persona: str) -> None:
    if persona == "client_police":
        # the programs of the police see this one; their own answers do not tell of it either
        note = world.notes["by_customs"]
    else:
        with reading(world, "staff_customs") as actor:
            note = share_note(
                actor=actor, partnership=world.partnerships["haven"], title="Seals", body="Text", tlp="AMBER+STRICT",
                audience=Choice("own_agency"), review_on=clock.today() + timedelta(days=9),
            )  # fmt: skip
    before = everything_of(world, persona)
    added = add(world, "staff_customs", note)
    assert everything_of(world, persona) == before
    with reading(world, "staff_customs") as actor:
        services.remove_note(actor=actor, evidence=added)
    assert everything_of(world, persona) == before


def test_the_history_of_the_commitment_says_nothing_and_the_trail_names_no_content(world: World) -> None:
    before = world.commitments["report"].changes.count()
    add(world, "staff_customs", world.notes["by_customs"])
    assert world.commitments["report"].changes.count() == before
    event = Event.objects.filter(verb="notes.evidence_added").latest("pk")
    assert event.object_id == world.notes["by_customs"].public_id
    assert event.detail == {"commitment": str(world.commitments["report"].public_id)}


def test_where_recipients_do_not_know_each_other_nobody_learns_that_another_has_the_note(world: World) -> None:
    """That customs names it tells that customs has it."""
    with reading(world, "staff_police") as actor:
        note = share_note(
            actor=actor, partnership=world.partnerships["haven"], title="Between us", body="Text", tlp="AMBER",
            audience=Choice("agencies", members=[world.memberships["customs"], world.memberships["tax"]]),
            review_on=clock.today() + timedelta(days=9), recipients_know_each_other=False,
        )  # fmt: skip
    add(world, "staff_customs", note)
    assert "Between us" not in page(world, "lead_tax")
    assert "Between us" in page(world, "staff_police")
    assert "Between us" in page(world, "lead_customs")
    with reading(world, "lead_tax") as tax:
        assert not NoteEvidence.objects.filter(note=note).exists()
    with as_owner():
        assert not NoteEvidence.objects.visible_to(tax).filter(note=note).exists()


def test_nor_does_a_refusal_tell_it(world: World) -> None:
    """Tax helps with this promise, and names the same note as customs, which it does not know to have it."""
    with reading(world, "staff_police") as actor:
        note = share_note(
            actor=actor, partnership=world.partnerships["haven"], title="Between us", body="Text", tlp="AMBER",
            audience=Choice("agencies", members=[world.memberships["customs"], world.memberships["tax"]]),
            review_on=clock.today() + timedelta(days=9), recipients_know_each_other=False,
        )  # fmt: skip
    add(world, "staff_customs", note, "repeating")
    add(world, "lead_tax", note, "repeating")
    # the originator knows of both, and sees it once
    assert page(world, "staff_police", "repeating").count("Between us") == 1
    with pytest.raises(Invalid, match="named already"):
        add(world, "lead_tax", note, "repeating")


# --- at the next query -----------------------------------------------------------------------------------
def test_withdrawn_it_is_gone_for_everybody(world: World) -> None:
    with reading(world, "staff_police") as actor:
        withdraw_note(actor=actor, note=world.notes["customs"], reason="It was wrong")
    for persona in ("staff_police", "staff_customs"):
        assert marker("customs") not in page(world, persona)
        with reading(world, persona):
            assert not NoteEvidence.objects.filter(pk=world.note_evidence["customs"].pk).exists()
        with as_owner():
            visible = NoteEvidence.objects.visible_to(world.actor(persona))
            assert not visible.filter(pk=world.note_evidence["customs"].pk).exists()


def test_when_the_grant_ends_it_is_gone_for_who_lost_the_note(world: World) -> None:
    note = world.notes["customs"]
    with reading(world, "staff_police") as actor:
        edit_note(
            actor=actor, note=note, title=note.title, body=note.body, tlp=note.tlp, audience=Choice("own_agency"),
            review_on=note.review_on,
        )  # fmt: skip
    assert marker("customs") not in page(world, "staff_customs")
    assert marker("customs") in page(world, "staff_police")


def test_a_member_that_is_suspended_loses_it_and_has_it_back_when_reinstated(world: World) -> None:
    coordinator, customs = world.actor("coordinator"), world.memberships["customs"]
    membership.suspend_member(actor=coordinator, membership=customs, reason="Asked")
    with reading(world, "staff_customs") as actor:
        assert not NoteEvidence.objects.exists()
    with as_owner():
        assert not NoteEvidence.objects.visible_to(actor).exists()
    membership.reinstate_member(actor=coordinator, membership=customs, reason="Answered")
    with reading(world, "staff_customs"):
        assert names(world, list(NoteEvidence.objects.all())) == SEES["staff_customs"]


# --- who and what ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("persona", SIGNED_IN)
def test_the_member_that_promised_and_those_that_help_name_notes(world: World, persona: str) -> None:
    with undone():
        if persona in {"lead_customs", "staff_customs", "lead_tax"}:
            assert add(world, persona, world.notes["clear"], "repeating").added_by == world.people[persona]
        else:
            with pytest.raises(NotAllowed):
                add(world, persona, world.notes["clear"], "repeating")


@pytest.mark.parametrize("name", ["own", "by_company", "named", "withdrawn", "hill_open", "by_suspended", "customs"])
def test_only_a_live_note_of_this_partnership_that_one_sees_is_named_and_once(world: World, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        add(world, "staff_customs", world.notes[name])
    assert refused.value.field == "note"


def test_what_the_form_offers_is_what_may_be_named(world: World) -> None:
    offered = page(world, "staff_customs", path="evidence/note/")
    # what is named already is not offered again
    expected = {"several", "partnership", "clear", "by_customs", "by_former"}
    assert {name for name in world.notes if marker(name) in offered} == expected


def test_another_members_naming_is_removed_by_the_one_that_promised_alone(world: World) -> None:
    by_tax = add(world, "lead_tax", world.notes["clear"], "repeating")
    by_customs = add(world, "staff_customs", world.notes["partnership"], "repeating")
    for persona, evidence in (("lead_tax", by_customs), ("staff_police", by_tax), ("coordinator", by_tax)):
        with reading(world, persona) as actor, pytest.raises(NotAllowed):
            services.remove_note(actor=actor, evidence=evidence)
    with reading(world, "lead_customs") as actor:
        services.remove_note(actor=actor, evidence=by_tax)
        assert not NoteEvidence.objects.filter(pk=by_tax.pk).exists()


def test_what_was_verified_stands(world: World) -> None:
    report, evidence = world.commitments["report"], world.note_evidence["customs"]
    commitments.claim_done(actor=world.actor("staff_customs"), commitment=report, evidence="The report")
    commitments.verify_commitment(actor=world.actor("staff_police"), commitment=report)
    with pytest.raises(OutOfTurn):
        add(world, "staff_customs", world.notes["clear"])
    with reading(world, "staff_customs") as actor:
        with pytest.raises(OutOfTurn):
            services.remove_note(actor=actor, evidence=evidence)
        with database_refuses("evidence of what was verified stands"):
            evidence.delete()


def test_named_and_removed_by_the_page(world: World) -> None:
    client = caller(world, "staff_customs")
    base = f"/partnerships/haven/commitments/{world.commitments['report'].public_id}/"
    assert client.post(f"{base}evidence/note/", {"note": world.notes["clear"].public_id}).status_code == 302
    shown = page(world, "lead_tax")
    assert marker("clear") in shown
    assert "Remove" not in shown
    with reading(world, "lead_tax"):
        evidence = NoteEvidence.objects.get(note=world.notes["clear"])
    assert caller(world, "lead_tax").post(f"{base}evidence/note/{evidence.public_id}/remove/").status_code == 403
    hidden = world.note_evidence["customs"].public_id
    assert caller(world, "lead_tax").post(f"{base}evidence/note/{hidden}/remove/").status_code == 404
    assert client.post(f"{base}evidence/note/{evidence.public_id}/remove/").status_code == 302
    assert marker("clear") not in page(world, "lead_tax")
