"""Who read a note is recorded after the answer, shown to its originator alone; who loses it is told, and says so."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.signals import request_finished
from django.db import DatabaseError, close_old_connections, transaction
from django.http import HttpResponse
from django.test import Client

from foundation import clock
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.models import Notice
from infosharing.notes import services
from infosharing.notes.audiences import Choice
from infosharing.notes.basis import Basis
from infosharing.notes.models import Note, NoteVersion
from infosharing.readers import selectors
from infosharing.readers.models import Reading, Recall
from infosharing.readers.recording import record_after
from infosharing.readers.services import acknowledge_recall, remind_of_recalls
from partnership.membership.sight import sight
from tests.access.callers import call, caller
from tests.world import World
from tests.world.cast import PERSONAS
from tests.world.readings import read
from tests.world.roles import as_owner

POLICE = {"lead_police", "staff_police", "reader_police", "client_police"}
OTHERS = sorted(set(PERSONAS) - POLICE - {"anonymous", "site_admin"})


def readings(world: World, note: str) -> list[tuple[str, str, int]]:
    with as_owner():
        rows = Reading.objects.filter(note=world.notes[note]).select_related("person").order_by("pk")
        return [(row.person.email, row.how, row.version) for row in rows]


def edit(world: World, note: str, *, as_: str = "staff_police", **changed: object) -> Note:
    actor = world.actor(as_)
    with sight(actor.person_id):
        found = Note.objects.get(pk=world.notes[note].pk)
        said = {
            "title": found.title, "body": found.body, "tlp": found.tlp, "review_on": found.review_on,
            "audience": Choice("agencies", members=[world.memberships["customs"]]),
        }  # fmt: skip
        return services.edit_note(actor=actor, note=found, **said | changed)


def withdraw(world: World, note: str, *, as_: str = "staff_police") -> None:
    actor = world.actor(as_)
    with sight(actor.person_id):
        services.withdraw_note(actor=actor, note=world.notes[note], reason="The source took it back")


def recalls(world: World, note: str) -> dict[str, Recall]:
    with as_owner():
        return {one.person.email: one for one in Recall.objects.filter(note=world.notes[note]).select_related("person")}


def test_opening_a_note_is_recorded_once_for_each_time_and_by_whom(world: World) -> None:
    client = caller(world, "lead_customs")
    for _ in range(2):
        client.get(f"/notes/{world.notes['customs'].public_id}/")
    assert readings(world, "customs") == [(world.people["lead_customs"].email, "opened", 1)] * 2


def test_a_program_is_recorded_for_each_note_whose_text_it_fetches(world: World) -> None:
    client = caller(world, "client_police")
    call(client, "GET", f"/api/v1/notes/{world.notes['by_customs'].public_id}")
    call(client, "GET", "/api/v1/notes")
    program = world.person("client_police").email
    assert readings(world, "by_customs") == [(program, "program", 1)] * 2


def test_the_author_and_a_page_without_the_text_are_not_recorded(world: World) -> None:
    caller(world, "staff_police").get(f"/notes/{world.notes['customs'].public_id}/")
    edit(world, "customs", basis=Basis(handling=("call_first",)))
    client = caller(world, "lead_customs")
    client.get(f"/notes/{world.notes['customs'].public_id}/")
    client.get(f"/notes/{world.notes['customs'].public_id}/explanation/")
    client.get("/notes/?q=canary")
    assert readings(world, "customs") == []


def test_a_reading_is_recorded_when_the_server_closes_the_answer_and_not_before(world: World) -> None:
    response = HttpResponse("text")
    record_after(response, actor=world.actor("lead_customs"), notes=[world.notes["customs"]], how="opened")
    assert readings(world, "customs") == []
    # as the test client does: the connection is the test's
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)
    assert len(readings(world, "customs")) == 1


def footprint(world: World, persona: str, note: str) -> list[str]:
    actor = world.actor(persona)
    with sight(actor.person_id):
        return [one.name for one in selectors.footprints(actor, world.notes[note])]


def test_the_originators_people_see_who_read_and_nobody_else_does(world: World) -> None:
    read(world, "lead_customs", world.notes["several"])
    for persona in ("lead_police", "staff_police", "reader_police"):
        assert footprint(world, persona, "several") == [world.people["lead_customs"].name]
        assert caller(world, persona).get(f"/notes/{world.notes['several'].public_id}/readers/").status_code == 200
    for persona in OTHERS:
        assert footprint(world, persona, "several") == []
        answer = caller(world, persona).get(f"/notes/{world.notes['several'].public_id}/readers/")
        assert answer.status_code in {302, 401, 403, 404}, persona


def test_who_read_a_note_to_named_people_its_author_alone_knows(world: World) -> None:
    read(world, "lead_customs", world.notes["named"])
    assert footprint(world, "staff_police", "named") == [world.people["lead_customs"].name]
    assert footprint(world, "lead_police", "named") == []


@pytest.mark.parametrize("wall", ["queryset", "policy"])
def test_each_wall_around_readings_holds_alone(world: World, wall: str) -> None:
    read(world, "lead_customs", world.notes["several"])
    read(world, "lead_customs", world.notes["named"])
    with as_owner():
        known = {row.pk: row.note_id for row in Reading.objects.all()}
    several, named, withdrawn = (world.notes[name].pk for name in ("several", "named", "withdrawn"))
    expected = {
        "lead_customs": {several, named, withdrawn},
        "staff_customs": set(),
        "staff_police": {several, named, withdrawn},
        "lead_police": {several, withdrawn},
        "coordinator": set(),
        "lead_company": set(),
    }
    for persona, notes in expected.items():
        assert {known[pk] for pk in _seen(world, persona, Reading, wall)} == notes, persona


@pytest.mark.parametrize("wall", ["queryset", "policy"])
def test_each_wall_around_recalls_holds_alone(world: World, wall: str) -> None:
    call(caller(world, "client_police"), "GET", "/api/v1/notes")
    withdraw(world, "by_customs", as_="staff_customs")
    program = recalls(world, "by_customs")[world.person("client_police").email].pk
    human = world.recalls["withdrawn"].pk
    expected = {
        "lead_customs": {human, program},
        "staff_customs": {program},
        "client_police": {human, program},
        "staff_police": {human, program},
        "coordinator": set(),
        "lead_company": set(),
        "lead_tax": set(),
    }
    for persona, seen in expected.items():
        assert set(_seen(world, persona, Recall, wall)) == seen, persona


def _seen(world: World, persona: str, model: type, wall: str) -> Iterator[int]:
    if wall == "queryset":
        with as_owner():
            yield from model.objects.visible_to(world.actor(persona)).values_list("pk", flat=True)
    else:
        with sight(world.person(persona).pk):
            yield from model.objects.values_list("pk", flat=True)


def test_a_reading_is_never_changed_removed_or_written_for_somebody_else(world: World) -> None:
    reading = read(world, "lead_customs", world.notes["customs"])
    with sight(world.person("lead_customs").pk):
        for attempt in (
            lambda: Reading.objects.filter(pk=reading.pk).update(version=7),
            lambda: Reading.objects.filter(pk=reading.pk)._raw_delete("default"),
            lambda: Reading.objects.create(
                note=world.notes["customs"],
                version=1,
                person=world.person("staff_customs"),
                how="opened",
                at=clock.now(),
            ),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                attempt()


def test_whoever_read_a_note_is_told_when_it_is_withdrawn_and_says_once_that_they_heard(world: World) -> None:
    read(world, "lead_customs", world.notes["customs"])
    read(world, "staff_police", world.notes["by_customs"])
    withdraw(world, "customs")
    told = recalls(world, "customs")
    assert list(told) == [world.people["lead_customs"].email]
    recall = told[world.people["lead_customs"].email]
    assert (recall.cause, recall.reason) == ("withdrawn", "The source took it back")
    client = caller(world, "lead_customs")
    page = client.get(recall.get_absolute_url()).content.decode()
    assert "The source took it back" in page
    assert world.notes["customs"].title not in page
    assert "took back a note that you read" in client.get("/").content.decode()
    client.post(f"{recall.get_absolute_url()}acknowledge/")
    assert recalls(world, "customs")[world.people["lead_customs"].email].acknowledged_at is not None
    actor = world.actor("lead_customs")
    with sight(actor.person_id), pytest.raises(OutOfTurn):
        acknowledge_recall(actor=actor, recall=recall)


def test_a_colleague_of_the_reader_neither_sees_nor_acknowledges_it(world: World) -> None:
    recall = world.recalls["withdrawn"]
    client = caller(world, "staff_customs")
    assert client.get(recall.get_absolute_url()).status_code == 404
    assert client.post(f"{recall.get_absolute_url()}acknowledge/").status_code == 404
    actor = world.actor("staff_customs")
    with sight(actor.person_id), pytest.raises(NotAllowed):
        acknowledge_recall(actor=actor, recall=recall)


def test_what_a_program_read_its_agency_acknowledges(world: World) -> None:
    call(caller(world, "client_police"), "GET", "/api/v1/notes")
    withdraw(world, "by_customs", as_="staff_customs")
    program = recalls(world, "by_customs")[world.person("client_police").email]
    listed = call(caller(world, "client_police"), "GET", "/api/v1/recalls").json()["results"]
    assert [one["note"] for one in listed] == [str(world.notes["by_customs"].public_id)]
    with as_owner():
        assert Notice.objects.filter(kind="notes.recalled", recipient=world.people["lead_police"]).exists()
    answer = caller(world, "staff_police").post(f"{program.get_absolute_url()}acknowledge/")
    assert answer.status_code == 302
    assert recalls(world, "by_customs")[world.person("client_police").email].acknowledged_at is not None


def test_who_is_dropped_from_an_audience_is_told_why_and_who_stays_is_not(world: World) -> None:
    read(world, "lead_customs", world.notes["customs"])
    tax = Choice("agencies", members=[world.memberships["tax"]])
    edit(world, "customs", audience=tax, reason="It is about another port")
    told = recalls(world, "customs")[world.people["lead_customs"].email]
    assert (told.cause, told.reason) == ("narrowed", "It is about another port")
    read(world, "lead_tax", world.notes["customs"])
    edit(world, "customs", audience=tax, body="Longer")
    assert list(recalls(world, "customs")) == [world.people["lead_customs"].email]


def test_a_reading_written_when_the_note_is_gone_already_is_recalled_all_the_same(world: World) -> None:
    """The answer went out, the note was withdrawn, and only then the reading was written."""
    withdraw(world, "customs")
    read(world, "lead_customs", world.notes["customs"])
    told = recalls(world, "customs")[world.people["lead_customs"].email]
    assert (told.cause, told.reason) == ("withdrawn", "The source took it back")


def test_a_note_that_the_program_takes_back_on_its_day_is_recalled_from_its_readers(world: World) -> None:
    edit(world, "customs", basis=Basis(destroy_by=clock.today() + timedelta(days=1)))
    read(world, "lead_customs", world.notes["customs"])
    read(world, "lead_police", world.notes["customs"])
    with as_owner():
        Note.objects.filter(pk=world.notes["customs"].pk).update(destroy_by=clock.today() - timedelta(days=1))
    assert services.keep_destroy_dates() == 1
    assert list(recalls(world, "customs")) == [world.people["lead_customs"].email]
    with as_owner():
        told = Notice.objects.filter(kind="notes.recalled", recipient=world.people["lead_customs"])
        assert told.count() == 2, "of this note, and of that which was withdrawn before"


def test_the_originator_tells_those_again_who_have_not_acknowledged_but_not_twice_a_day(world: World) -> None:
    client = caller(world, "staff_police")
    page = f"/notes/{world.notes['withdrawn'].public_id}/readers/"
    assert "Not acknowledged" in client.get(page).content.decode()

    def notices() -> int:
        with as_owner():
            return Notice.objects.filter(kind="notes.recalled", recipient=world.people["lead_customs"]).count()

    assert notices() == 1
    for _ in range(2):
        client.post(f"{page}remind/")
        assert notices() == 2
    lead = world.actor("lead_customs")
    with sight(lead.person_id):
        acknowledge_recall(actor=lead, recall=world.recalls["withdrawn"])
    actor = world.actor("staff_police")
    with sight(actor.person_id), pytest.raises(Invalid):
        remind_of_recalls(actor=actor, note=world.notes["withdrawn"])


def test_an_edit_keeps_what_stood_there_and_tells_those_who_read_it(world: World) -> None:
    read(world, "lead_customs", world.notes["customs"])
    old = world.notes["customs"].body
    assert edit(world, "customs", body="A white van", as_="lead_police").version == 2
    assert edit(world, "customs", body="A white van at berth 9").version == 3
    with as_owner():
        kept = list(NoteVersion.objects.filter(note=world.notes["customs"]).order_by("number"))
        told = Notice.objects.filter(kind="notes.changed", recipient=world.people["lead_customs"])
        assert told.count() == 2
    assert [(one.number, one.body, one.written_by_id) for one in kept] == [
        (1, old, world.people["staff_police"].pk),
        (2, "A white van", world.people["lead_police"].pk),
    ]
    client = caller(world, "lead_customs")
    page = client.get(f"/notes/{world.notes['customs'].public_id}/").content.decode()
    assert "Changed since you read it" in page
    compared = client.get(f"/notes/{world.notes['customs'].public_id}/changes/").content.decode()
    assert "<ins>" in compared
    assert "Changed since you read it" not in client.get(f"/notes/{world.notes['customs'].public_id}/").content.decode()


def test_an_edit_of_the_audience_alone_is_no_new_version(world: World) -> None:
    both = Choice("agencies", members=[world.memberships["customs"], world.memberships["tax"]])
    assert edit(world, "customs", audience=both).version == 1


@pytest.mark.parametrize("wall", ["queryset", "policy"])
def test_a_reader_sees_of_earlier_versions_those_alone_that_they_read(world: World, wall: str) -> None:
    read(world, "lead_customs", world.notes["customs"])
    edit(world, "customs", body="Between the two")
    note = edit(world, "customs", body="As it is")
    read(world, "staff_customs", note)
    expected = {
        "lead_customs": {1}, "staff_customs": set(), "staff_police": {1, 2}, "reader_police": {1, 2},
        "lead_tax": set(), "coordinator": set(),
    }  # fmt: skip
    with as_owner():
        known = {one.pk: one.number for one in NoteVersion.objects.all()}
    for persona, numbers in expected.items():
        assert {known[pk] for pk in _seen(world, persona, NoteVersion, wall)} == numbers, persona
    withdraw(world, "customs")
    assert set(_seen(world, "lead_customs", NoteVersion, wall)) == set()


def test_the_page_of_changes_shows_no_text_that_its_reader_was_never_given(world: World) -> None:
    edit(world, "customs", body="SECRET of the second")
    edit(world, "customs", body="As it is")
    client = caller(world, "staff_customs")
    page = f"/notes/{world.notes['customs'].public_id}/changes/"
    assert "SECRET" not in client.get(page).content.decode()
    assert client.get(f"{page}?since=2").status_code == 404
    assert "SECRET" in caller(world, "staff_police").get(f"{page}?since=2").content.decode()


def test_earlier_versions_are_written_by_the_database_alone(world: World) -> None:
    edit(world, "customs", body="Longer")
    with sight(world.person("staff_police").pk):
        for attempt in (
            lambda: NoteVersion.objects.filter(number=1).update(body="never said"),
            lambda: NoteVersion.objects.filter(number=1)._raw_delete("default"),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                attempt()


def test_a_tab_a_token_and_a_feed_that_were_open_are_refused_from_the_next_request_on(world: World) -> None:
    tab: Client = caller(world, "lead_customs")
    program = caller(world, "client_police")
    page, data = (f"/notes/{world.notes['customs'].public_id}/", f"/api/v1/notes/{world.notes['by_customs'].public_id}")
    assert (tab.get(page).status_code, call(program, "GET", data).status_code) == (200, 200)
    withdraw(world, "customs")
    withdraw(world, "by_customs", as_="staff_customs")
    for address in (page, f"{page}changes/", f"{page}explanation/", f"{page}accept/"):
        assert tab.get(address).status_code in {404, 405}
    assert call(program, "GET", data).status_code == 404
    assert world.notes["customs"].title not in tab.get("/notes/").content.decode()
