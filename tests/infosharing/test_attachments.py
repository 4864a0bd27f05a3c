"""Files of notes: added, had, given to fewer, removed, and destroyed with their note."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from pytest_django import Settings

from accounts.people.actor import Actor
from foundation import clock
from foundation.audit.models import Event
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.files import tasks
from foundation.files.models import StoredFile
from foundation.files.services import check, storage
from foundation.notifications.models import Notice
from infosharing.attachments import services
from infosharing.attachments.models import Attachment
from infosharing.attachments.selectors import possible_recipients
from infosharing.notes.audiences import Choice
from infosharing.notes.basis import Basis
from infosharing.notes.models import Note
from infosharing.notes.reviewing.services import keep_review_dates
from infosharing.notes.services import accept_conditions, edit_note, keep_destroy_dates, withdraw_note
from infosharing.readers.models import Reading
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.foundation.scanner import HARMFUL, scanning
from tests.world import World
from tests.world.attachments import FILES, attach
from tests.world.attempts import undone
from tests.world.cast import marker
from tests.world.files import PDF, Sample, picture
from tests.world.roles import as_owner


@contextmanager
def reading(world: World, persona: str = "staff_police") -> Iterator[Actor]:
    actor = world.actor(persona)
    with sight(actor.person_id):
        yield actor


def attached(world: World, name: str) -> Attachment:
    """Return a file of the world, its note at hand."""
    found = world.attachments[name]
    found.note = world.notes[FILES[name][0]]
    return found


def get(world: World, persona: str, name: str, path: str = "") -> HttpResponse:
    attachment = attached(world, name)
    return caller(world, persona).get(f"/notes/{attachment.note.public_id}/files/{attachment.public_id}/{path}")


def post(world: World, persona: str, note: str, path: str, **body: Any) -> HttpResponse:
    return caller(world, persona).post(f"/notes/{world.notes[note].public_id}/files/{path}", body)


def note_page(world: World, persona: str, note: str) -> str:
    return caller(world, persona).get(f"/notes/{world.notes[note].public_id}/").content.decode()


def stored_at(attachment: Attachment) -> Path:
    return Path(storage().path(StoredFile.objects.get(pk=attachment.file_id).stored_as))


def conditions(world: World, note: str = "customs") -> None:
    """Put a handling condition on a note."""
    found = world.notes[note]
    with reading(world) as actor:
        edit_note(
            actor=actor, note=found, title=found.title, body=found.body, tlp=found.tlp, review_on=found.review_on,
            audience=Choice("agencies", members=[world.memberships["customs"]]),
            basis=Basis(handling=("call_first",)),
        )  # fmt: skip


# --- had -------------------------------------------------------------------------------------------------
def test_a_file_comes_out_as_it_went_in_to_be_saved_and_never_shown(world: World) -> None:
    answer = post(
        world, "staff_police", "customs", "add/", file=Sample("../secret/plan of the quay.pdf", PDF), audience="note"
    )
    assert answer.status_code == 302
    with reading(world):
        added = Attachment.objects.get(name="plan of the quay.pdf")
        assert stored_at(added).is_relative_to(settings.STORAGES["files"]["OPTIONS"]["location"])
        assert "plan" not in stored_at(added).name
    answer = caller(world, "staff_customs").get(f"/notes/{world.notes['customs'].public_id}/files/{added.public_id}/")
    assert answer.content == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="plan of the quay.pdf"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"


def test_a_picture_loses_where_it_was_taken(world: World) -> None:
    taken = picture("JPEG", comment=b"quay 9")
    post(world, "staff_police", "customs", "add/", file=Sample("quay.jpg", taken), audience="note")
    with reading(world):
        added = Attachment.objects.get(name="quay.jpg")
    assert b"quay 9" in taken
    assert b"quay 9" not in stored_at(added).read_bytes()


def test_a_download_stands_in_the_footprint_with_its_name_and_is_no_reading_of_the_text(
    world: World,
) -> None:
    get(world, "lead_customs", "file_all")
    with reading(world, "lead_police"):
        read = Reading.objects.get(note=world.notes["customs"])
        assert (read.how, read.attachment_id) == ("downloaded", world.attachments["file_all"].pk)
    page = caller(world, "lead_police").get(f"/notes/{world.notes['customs'].public_id}/readers/").content.decode()
    assert f"downloaded {marker('file_all')}.txt" in page
    edited = world.notes["customs"]
    with reading(world) as actor:
        edit_note(
            actor=actor, note=edited, title="Another", body="Another", tlp=edited.tlp, review_on=edited.review_on,
            audience=Choice("agencies", members=[world.memberships["customs"]]),
        )  # fmt: skip
    # they never opened it: nothing is said to have changed since, and what stood there before is not theirs
    assert "Changed since you read it" not in note_page(world, "lead_customs", "customs")
    with reading(world, "lead_customs"):
        assert not edited.versions.exists()


def test_its_author_is_not_recorded_nor_is_a_question_about_the_file_alone(world: World) -> None:
    attachment = attached(world, "file_all")
    get(world, "staff_police", "file_all")
    caller(world, "lead_customs").head(f"/notes/{attachment.note.public_id}/files/{attachment.public_id}/")
    with as_owner():
        assert not Reading.objects.filter(note=attachment.note).exists()


def test_who_has_not_accepted_the_conditions_gets_neither_names_nor_bytes(world: World) -> None:
    conditions(world)
    assert marker("file_all") not in note_page(world, "lead_customs", "customs")
    refused = get(world, "lead_customs", "file_all")
    assert refused.status_code == 403
    assert "Accept the handling conditions" in refused.content.decode()
    # whether there is such a file makes no difference
    unknown = caller(world, "lead_customs").get(
        f"/notes/{world.notes['customs'].public_id}/files/{world.attachments['file_own'].public_id}/"
    )
    assert unknown.status_code == 403
    with reading(world, "lead_customs") as actor:
        accept_conditions(actor=actor, note=Note.objects.get(pk=world.notes["customs"].pk))
    assert marker("file_all") in note_page(world, "lead_customs", "customs")
    assert get(world, "lead_customs", "file_all").status_code == 200


def test_a_file_is_of_the_note_in_its_address(world: World) -> None:
    wrong = f"/notes/{world.notes['partnership'].public_id}/files/{world.attachments['file_all'].public_id}/"
    assert caller(world, "lead_customs").get(wrong).status_code == 404


def test_what_is_damaged_in_the_store_is_not_given_out(world: World) -> None:
    path = stored_at(world.attachments["file_all"])
    taken = path.read_bytes()
    try:
        path.write_bytes(b"something else")
        answer = get(world, "lead_customs", "file_all")
        assert answer.status_code == 302
        with as_owner():
            assert not Reading.objects.filter(note=world.notes["customs"]).exists()
    finally:
        path.write_bytes(taken)


# --- added -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("note", "who"), [
    ("customs", {"lead_police", "staff_police", "client_police"}),
    ("named", {"staff_police"}),
    ("by_customs", {"lead_customs", "staff_customs"}),
])  # fmt: skip
def test_who_may_change_a_note_may_add_files_to_it(world: World, note: str, who: set[str]) -> None:
    for persona, actor in world.actors().items():
        with undone(), sight(actor.person_id):
            if persona in who:
                assert attach(world, "file_more", note, persona).added_by_id == actor.person_id
            else:
                with pytest.raises(NotAllowed):
                    attach(world, "file_more", note, persona)


def test_a_withdrawn_note_takes_no_file_and_keeps_those_it_has(world: World) -> None:
    with reading(world) as actor:
        with pytest.raises(OutOfTurn):
            attach(world, "file_more", "withdrawn")
        with pytest.raises(OutOfTurn):
            services.remove_file(actor=actor, attachment=attached(world, "file_withdrawn"), reason="Wrong")
        with pytest.raises(OutOfTurn):
            services.choose_audience(actor=actor, attachment=attached(world, "file_withdrawn"), audience="note")
    assert post(world, "staff_police", "withdrawn", "add/", file=Sample("a.pdf", PDF)).status_code == 403


def test_a_note_has_so_many_files_and_no_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_FILES", 2)
    with reading(world):
        attach(world, "file_more", "customs")
        with pytest.raises(Invalid, match="at most 2 files"):
            attach(world, "file_most", "customs")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"audience": "note"}, "Choose a file."),
        ({"audience": "note", "file": Sample("a.pdf", b"MZ\0\0")}, "no file that can be kept"),
        ({"audience": "note", "file": Sample("a.exe", PDF)}, "Give it a name that ends in .pdf"),
        ({"file": Sample("a.pdf", PDF)}, "Choose one."),
        ({"audience": "named", "file": Sample("a.pdf", PDF)}, "Name at least one member"),
        ({"audience": "named", "members": [1], "file": Sample("a.pdf", PDF)}, "That choice is not there"),
    ],
)
def test_the_page_says_what_is_wrong(world: World, body: dict[str, Any], said: str) -> None:
    with undone():
        answer = post(world, "staff_police", "customs", "add/", **body)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "govuk-error-summary" in page
    assert said in page


def test_adding_and_removing_is_on_record_without_its_name(world: World) -> None:
    with reading(world) as actor:
        added = attach(world, "file_more", "customs", to=("customs",))
        services.choose_audience(actor=actor, attachment=added, audience="note")
        services.remove_file(actor=actor, attachment=added, reason="Wrong")
    events = list(Event.objects.filter(object_id=added.public_id).order_by("pk"))
    assert [event.verb for event in events] == [
        "attachments.added", "attachments.audience_chosen", "attachments.removed",
    ]  # fmt: skip
    assert not any(marker("file_more") in f"{event.detail}" for event in events)
    assert all(event.detail["note"] == str(world.notes["customs"].public_id) for event in events)


# --- for fewer -------------------------------------------------------------------------------------------
def names(world: World, note: str, persona: str = "staff_police") -> set[str]:
    with reading(world, persona) as actor:
        return {member.agency.code for member in possible_recipients(actor, Note.objects.get(pk=world.notes[note].pk))}


def test_a_file_can_be_for_fewer_of_those_who_see_the_note_and_for_nobody_else(world: World) -> None:
    assert names(world, "customs") == {"customs"}
    assert names(world, "confidential") == {"customs"}
    assert {"customs", "tax", "company"} <= names(world, "partnership")
    assert names(world, "own") == names(world, "named") == set()
    for note, members in (("customs", ["tax"]), ("own", ["customs"]), ("named", ["customs"]), ("customs", [])):
        with reading(world) as actor, pytest.raises(Invalid) as refused:
            services.add_file(
                actor=actor, note=world.notes[note], file=check("a.pdf", PDF), audience="named",
                members=[world.memberships[code] for code in members],
            )  # fmt: skip
        assert refused.value.field == "members"


def test_narrowing_takes_a_file_at_once_and_widening_gives_it_back(world: World) -> None:
    attachment = attached(world, "file_narrow")
    address = f"{attachment.public_id}/audience/"
    assert get(world, "staff_customs", "file_narrow").status_code == 200
    taxes = world.memberships["tax"].pk
    assert post(world, "lead_police", "partnership", address, audience="named", members=[taxes]).status_code == 302
    assert get(world, "staff_customs", "file_narrow").status_code == 404
    assert marker("file_narrow") not in note_page(world, "staff_customs", "partnership")
    assert get(world, "lead_tax", "file_narrow").status_code == 200
    assert post(world, "lead_police", "partnership", address, audience="note", members=[taxes]).status_code == 302
    assert get(world, "staff_customs", "file_narrow").status_code == 200
    assert get(world, "lead_company", "file_narrow").status_code == 200


def test_the_originator_reads_whom_a_file_is_for_and_the_others_only_that_it_is_for_some(world: World) -> None:
    ours, theirs = (note_page(world, persona, "partnership") for persona in ("reader_police", "lead_customs"))
    customs = world.agencies["customs"].name
    assert f"Only for your own agency and {customs}." in ours
    assert "Not for everybody who sees this note." in theirs
    assert "Only for your own agency" not in theirs


def test_a_preview_shows_the_files_as_that_agency_sees_them(world: World) -> None:
    def preview(agency: str) -> str:
        address = f"/notes/{world.notes['partnership'].public_id}/preview/{world.agencies[agency].public_id}/"
        page = caller(world, "staff_police").get(address).content.decode()
        return page.partition('id="in-full"')[0]

    assert marker("file_narrow") in preview("customs")
    assert marker("file_narrow") not in preview("tax")
    assert marker("file_removed") not in preview("customs")


# --- gone ------------------------------------------------------------------------------------------------
def test_a_removed_file_is_gone_for_everybody_and_its_originator_sees_that_it_was_there(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    attachment = attached(world, "file_all")
    path = stored_at(attachment)
    kept = path.read_bytes()
    try:
        with django_capture_on_commit_callbacks(execute=True):
            answer = post(
                world, "lead_police", "customs", f"{attachment.public_id}/remove/", reason="It was the wrong one"
            )
        assert answer.status_code == 302
        assert not path.exists()
    finally:
        # the world is the same for every test
        path.write_bytes(kept)
    assert not StoredFile.objects.filter(pk=attachment.file_id).exists()
    for persona in ("lead_customs", "staff_police"):
        assert get(world, persona, "file_all").status_code == 404
    assert marker("file_all") not in note_page(world, "lead_customs", "customs")
    ours = note_page(world, "reader_police", "customs")
    assert marker("file_all") in ours
    assert "It was the wrong one" in ours


def test_removing_asks_first_and_wants_a_reason(world: World) -> None:
    path = f"{world.attachments['file_all'].public_id}/remove/"
    question = get(world, "staff_police", "file_all", "remove/").content.decode()
    assert "This cannot be undone" in question
    assert post(world, "staff_police", "customs", path, reason=" ").status_code == 422
    assert get(world, "staff_police", "file_all").status_code == 200
    for persona, status in (("lead_customs", 403), ("reader_police", 403), ("lead_tax", 404)):
        assert post(world, persona, "customs", path, reason="Mine").status_code == status


def test_who_loses_the_note_loses_its_files_at_the_next_request(world: World) -> None:
    assert get(world, "lead_customs", "file_all").status_code == 200
    with reading(world) as actor:
        withdraw_note(actor=actor, note=world.notes["customs"], reason="It was wrong")
    assert get(world, "lead_customs", "file_all").status_code == 404
    assert get(world, "lead_police", "file_all").status_code == 200


def dated(world: World, note: str, **days: object) -> None:
    assignments = ", ".join(f"{column} = %s" for column in days)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE notes_note SET {assignments} WHERE id = %s", [*days.values(), world.notes[note].pk])


def test_on_its_day_of_destruction_others_lose_the_files_with_the_note(world: World) -> None:
    # the database counts days in its own zone
    earlier = clock.today() - timedelta(days=2)
    dated(world, "customs", destroy_by=earlier, handling=[])
    assert keep_destroy_dates() == 1
    assert get(world, "lead_customs", "file_all").status_code == 404
    assert get(world, "lead_police", "file_all").status_code == 200
    assert services.destroy_files() == 0


def test_what_is_destroyed_loses_its_files_names_first_and_the_trail_says_so(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    attachment = attached(world, "file_all")
    get(world, "lead_customs", "file_all")
    path = stored_at(attachment)
    kept = path.read_bytes()
    dated(world, "customs", review_on=clock.today() - timedelta(days=2))
    assert keep_review_dates() == 1
    for persona in ("lead_customs", "lead_police", "staff_police"):
        assert get(world, persona, "file_all").status_code == 404
        assert marker("file_all") not in note_page(world, persona, "customs")
    footprint = caller(world, "lead_police").get(f"/notes/{attachment.note.public_id}/readers/").content.decode()
    assert "downloaded Destroyed file" in footprint
    try:
        with django_capture_on_commit_callbacks(execute=True):
            assert services.destroy_files() == 1
        assert not path.exists()
    finally:
        path.write_bytes(kept)
    assert not StoredFile.objects.filter(pk=attachment.file_id).exists()
    event = Event.objects.get(verb="attachments.destroyed")
    assert (event.object_id, event.detail["note"]) == (attachment.public_id, str(attachment.note.public_id))
    assert services.destroy_files() == 0


# --- looked at -------------------------------------------------------------------------------------------
def test_until_it_was_looked_at_only_the_originators_people_have_a_file_and_a_harmful_one_nobody(
    world: World, settings: Settings, django_capture_on_commit_callbacks: Any
) -> None:
    with scanning() as scanner:
        settings.CLAMD = scanner.address
        content = b"in it " + HARMFUL
        post(world, "lead_police", "customs", "add/", file=Sample("offer.txt", content), audience="note")
        with reading(world):
            added = Attachment.objects.get(name="offer.txt")
        address = f"/notes/{world.notes['customs'].public_id}/files/{added.public_id}/"
        assert caller(world, "reader_police").get(address).content == content
        waits = caller(world, "lead_customs").get(address)
        assert waits.status_code == 302
        assert "waits for the virus scanner" in note_page(world, "lead_customs", "customs")
        with django_capture_on_commit_callbacks(execute=True):
            assert tasks.scan(added.file_id) == "infected"
    for persona in ("reader_police", "lead_customs"):
        assert caller(world, persona).get(address).status_code == 302
        page = note_page(world, persona, "customs")
        assert "harmful, so deleted" in page
        assert f'href="{address}"' not in page
    assert not stored_at(added).exists()
    with as_owner():
        assert (
            not Reading.objects.filter(note=world.notes["customs"], person=world.people["lead_customs"])
            .filter(how="downloaded")
            .exists()
        )
    told = Notice.objects.filter(kind="attachments.harmful")
    assert {notice.recipient.email for notice in told} == {
        world.people[name].email for name in ("lead_police", "staff_police")
    }
    assert not any("offer" in str(notice.facts) for notice in told)
    # a second look at it, which has nothing to look at, tells nobody again
    assert tasks.scan(added.file_id) == ""
    # and it can be removed like any other
    assert post(world, "lead_police", "customs", f"{added.public_id}/remove/", reason="Harmful").status_code == 302


# --- programs --------------------------------------------------------------------------------------------
def test_a_program_finds_the_files_of_a_note_and_has_their_bytes(world: World) -> None:
    client = caller(world, "client_police")
    note = world.notes["by_customs"]
    (shown,) = client.get(f"/api/v1/notes/{note.public_id}").json()["files"]
    stored = StoredFile.objects.get(pk=world.attachments["file_by_customs"].file_id)
    assert shown == {
        "id": str(world.attachments["file_by_customs"].public_id), "name": f"{marker('file_by_customs')}.txt",
        "kind": "text", "size": stored.size, "sha256": stored.sha256, "state": "unscanned",
        "url": f"/api/v1/notes/{note.public_id}/files/{world.attachments['file_by_customs'].public_id}",
    }  # fmt: skip
    answer = client.get(shown["url"], headers={"Accept": "text/plain"})
    assert answer.content == f"Content {marker('file_by_customs')}".encode()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    with as_owner():
        read = Reading.objects.filter(note=note, how="downloaded").get()
    assert read.person_id == world.person("client_police").pk


def test_a_program_has_no_file_before_its_agency_accepted_nor_of_another_note(world: World) -> None:
    client, note = caller(world, "client_police"), world.notes["by_customs"]
    with reading(world, "staff_customs") as actor:
        edit_note(
            actor=actor, note=note, title=note.title, body=note.body, tlp=note.tlp, review_on=note.review_on,
            audience=Choice("agencies", members=[world.memberships["police"]]),
            basis=Basis(handling=("call_first",)),
        )  # fmt: skip
    base = f"/api/v1/notes/{note.public_id}"
    assert client.get(base).json()["files"] == []
    refused = client.get(f"{base}/files/{world.attachments['file_by_customs'].public_id}")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    other = f"/api/v1/notes/{world.notes['customs'].public_id}/files/{world.attachments['file_own'].public_id}"
    wrong = client.get(other)
    assert (wrong.status_code, wrong.json()["code"]) == (404, "not_found")
