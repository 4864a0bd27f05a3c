"""Notes for programs: the same walls and rules as for people."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation import clock
from infosharing.notes import policy
from infosharing.notes.audiences import Choice
from infosharing.notes.models import Note
from infosharing.notes.recipients import recipients_of
from infosharing.notes.services import share_note
from infosharing.notes.services_conventions import set_conventions
from partnership.membership import services as membership
from partnership.membership.sight import sight
from tests.api.client import Program, id_of, problem
from tests.infosharing.test_walls import SEES
from tests.world import World
from tests.world.cast import marker
from tests.world.roles import as_owner

LATER = (clock.today() + timedelta(days=30)).isoformat()
FIELDS = [
    "id", "partnership", "agency", "author", "title", "body", "category", "purpose", "legal_basis", "personal_data",
    "competence", "agreement", "handling", "destroy_by", "grading", "source_grade", "information_grade", "tlp",
    "audience", "recipients_know_each_other", "share_from", "share_until", "may_pass_on", "review_on", "status",
    "files", "version", "created_at", "updated_at",
]  # fmt: skip


def note_in(**changed: Any) -> dict[str, Any]:
    """Return a body that is taken; a field changed to None is left out."""
    body = {"partnership": "haven", "title": "Seals", "body": "Broken.", "tlp": "AMBER", "review_on": LATER, **changed}
    return {name: value for name, value in body.items() if value is not None}


def count() -> int:
    with as_owner():
        return Note.objects.count()


# --- reading ---------------------------------------------------------------------------------------


def test_a_program_sees_what_its_service_account_sees_and_no_more(world: World, police: Program) -> None:
    assert police.ids("/notes") == {id_of(world, "notes", name) for name in SEES["client_police"]}


def test_nothing_of_an_invisible_note_leaves_the_server(world: World, police: Program) -> None:
    text = police.get("/notes?limit=200").content.decode()
    for name in world.notes:
        path = f"/notes/{id_of(world, 'notes', name)}"
        body = police.get(path).content.decode()
        seen = name in SEES["client_police"]
        assert (marker(name) in text, marker(name) in body) == (seen, seen), name
        assert seen or problem(police.get(path)) == (404, "not_found")


def test_a_note_has_the_fields_that_programs_rely_on(world: World, police: Program) -> None:
    note = world.notes["several"]
    response = police.get(f"/notes/{note.public_id}")
    body = response.json()
    assert list(body) == FIELDS
    assert body["agency"] == {"id": id_of(world, "agencies", "police"), "code": "police", "name": "Haven Police"}
    assert body["author"] == {"name": "Person staff_police"}
    assert body["created_at"].endswith("Z")
    assert body["audience"] == {
        "kind": "agencies",
        "agencies": [id_of(world, "agencies", name) for name in ("former", "customs", "suspended")],
        "circles": [],
        "people": [],
        "partnership": False,
    }
    assert response["Cache-Control"] == "no-store"


def test_notes_come_newest_first_page_by_page(police: Program) -> None:
    whole = police.pages("/notes?limit=200")
    assert [row["created_at"] for row in whole] == sorted((row["created_at"] for row in whole), reverse=True)
    assert police.pages("/notes?limit=2") == whole
    assert police.pages("/notes?limit=2&partnership=haven") == whole
    amber = [row for row in whole if row["tlp"] == "AMBER"]
    assert police.pages("/notes?limit=1&tlp=AMBER") == amber


def test_a_walk_goes_on_when_the_last_note_of_a_page_goes_out_of_sight(world: World) -> None:
    police = Program("client_police")
    whole = [row["id"] for row in police.pages("/notes")]
    shared_by_customs = whole.index(id_of(world, "notes", "by_customs"))
    page = police.get(f"/notes?limit={shared_by_customs + 1}").json()
    assert page["results"][-1]["id"] == whole[shared_by_customs]
    with sight(world.person("staff_customs").pk):
        world.notes["by_customs"].group_grants.filter(group=world.memberships["police"].group).delete()
    assert [row["id"] for row in police.pages(page["next"])] == whole[shared_by_customs + 1 :]


@pytest.mark.parametrize("persona", [name for name in SEES if name != "site_admin"])
def test_recipients_are_shown_to_those_who_may_know_them(world: World, persona: str) -> None:
    actor = world.actor(persona)
    with sight(actor.person_id):
        notes = list(Note.objects.visible_to(actor))
        shared = recipients_of(actor, notes)
        for note in notes:
            others = [agency for agency in shared[note.pk].agencies if agency != actor.agency_public_id]
            if not policy.may_know_recipients(actor, note):
                assert others == []
                assert shared[note.pk].people in ([], [actor.person_public_id])
    by_key = {note.pk: name for name, note in world.notes.items()}
    named = {by_key[key]: len(found.agencies) for key, found in shared.items()}
    if persona == "staff_customs":
        assert (named["several"], named["confidential"]) == (3, 1)
    if persona == "staff_police":
        assert (named["several"], named["confidential"]) == (3, 3)


def test_without_the_second_wall_the_first_hides_recipients_too(world: World) -> None:
    with as_owner():
        actor = world.actor("staff_customs")
        shared = recipients_of(actor, [Note.objects.get(pk=world.notes["confidential"].pk)])
        assert [found.agencies for found in shared.values()] == [[world.agencies["customs"].public_id]]


def test_a_long_list_takes_no_more_queries_than_a_short_one(world: World, police: Program) -> None:
    with CaptureQueriesContext(connection) as few:
        short = police.get("/notes?limit=3").json()["results"]
    for number in range(30):
        with sight(world.person("staff_customs").pk):
            share_note(
                actor=world.actor("staff_customs"),
                partnership=world.partnerships["haven"],
                title=f"Note {number}",
                body="Text",
                tlp="AMBER",
                audience=Choice("agencies", members=[world.memberships["police"]]),
                review_on=clock.today() + timedelta(days=9),
            )
    with CaptureQueriesContext(connection) as many:
        long = police.get("/notes?limit=30").json()["results"]
    assert (len(short), len(long)) == (3, 30)
    assert len(many) == len(few)


# --- writing ---------------------------------------------------------------------------------------


def test_a_program_shares_a_note_with_the_agencies_it_names(world: World, police: Program) -> None:
    customs = id_of(world, "agencies", "customs")
    response = police.post("/notes", note_in(audience={"agencies": [customs, customs]}))
    assert response.status_code == 201
    body = response.json()
    assert response["Location"] == f"http://testserver/api/v1/notes/{body['id']}"
    assert (body["tlp"], body["status"], body["author"]) == ("AMBER", "live", {"name": "client_police"})
    assert body["audience"] == {
        "kind": "agencies",
        "agencies": [customs],
        "circles": [],
        "people": [],
        "partnership": False,
    }
    assert police.get(response["Location"]).json() == body
    with as_owner():
        note = Note.objects.get(public_id=body["id"])
        assert Note.objects.visible_to(world.actor("staff_customs")).filter(pk=note.pk).exists()
        assert not Note.objects.visible_to(world.actor("lead_tax")).filter(pk=note.pk).exists()


def test_a_note_is_for_the_own_agency_alone_unless_it_says_otherwise(world: World, police: Program) -> None:
    for audience in (None, {}, {"agencies": [], "partnership": False, "people": [], "circles": []}):
        body = police.post("/notes", note_in(tlp=None, audience=audience)).json()
        assert (body["tlp"], body["audience"]["kind"]) == ("AMBER+STRICT", "own_agency")


def test_a_note_for_the_whole_partnership_or_for_named_people(world: World, police: Program) -> None:
    body = police.post("/notes", note_in(tlp="GREEN", audience={"partnership": True})).json()
    assert body["audience"] == {"kind": "partnership", "agencies": [], "circles": [], "people": [], "partnership": True}
    person = str(world.people["lead_customs"].public_id)
    body = police.post("/notes", note_in(tlp="RED", audience={"people": [person]})).json()
    assert body["audience"] == {
        "kind": "persons",
        "agencies": [],
        "circles": [],
        "people": [person],
        "partnership": False,
    }


def test_whether_recipients_know_each_other_is_the_owners_choice(police: Program) -> None:
    assert police.post("/notes", note_in()).json()["recipients_know_each_other"] is True
    body = police.post("/notes", note_in(recipients_know_each_other=False)).json()
    assert body["recipients_know_each_other"] is False


def wrong_bodies(world: World) -> list[tuple[dict[str, Any], str]]:
    """Return bodies that do not hold together, each with the field at fault."""
    customs, suspended = id_of(world, "agencies", "customs"), id_of(world, "agencies", "suspended")
    other, own = id_of(world, "agencies", "elsewhere"), id_of(world, "agencies", "police")
    stranger, account = world.people["lead_elsewhere"].public_id, world.person("client_reader").public_id
    nowhere = "01900000-0000-7000-8000-000000000000"
    return [
        (note_in(title=None), "title"),
        (note_in(title=" "), "title"),
        (note_in(title="x" * 201), "title"),
        (note_in(title="nul\0"), "title"),
        (note_in(title=["x"]), "title"),
        (note_in(body="x" * 20_001), "body"),
        (note_in(review_on="2020-01-01"), "review_on"),
        (note_in(review_on="soon"), "review_on"),
        (note_in(partnership="hill"), "partnership"),
        (note_in(partnership=None), "partnership"),
        (note_in(partnership=7), "partnership"),
        (note_in(tlp="TLP:AMBER"), "tlp"),
        (note_in(tlp="amber"), "tlp"),
        (note_in(tlp="RED"), "audience"),
        (note_in(tlp="GREEN"), "audience"),
        (note_in(tlp="AMBER", audience={"partnership": True}), "audience"),
        (note_in(tlp="RED", audience={"agencies": [customs]}), "audience"),
        (note_in(audience={"agencies": [customs], "partnership": True}), "audience"),
        (note_in(audience="everybody"), "audience"),
        (note_in(audience={"agencies": [suspended]}), "audience.agencies"),
        (note_in(audience={"agencies": [other]}), "audience.agencies"),
        (note_in(audience={"agencies": [nowhere]}), "audience.agencies"),
        (note_in(audience={"agencies": [own]}), "audience.agencies"),
        (note_in(audience={"agencies": ["police"]}), "audience.agencies.0"),
        (note_in(audience={"agencies": [customs] * 201}), "audience.agencies"),
        (note_in(tlp="RED", audience={"people": [str(stranger)]}), "audience.people"),
        (note_in(tlp="RED", audience={"people": [str(account)]}), "audience.people"),
        (note_in(audience={"circles": [nowhere]}), "audience.circles"),
        (note_in(audience={"agency": customs}), "audience.agency"),
        (note_in(source_grade="A"), "source_grade"),
        (note_in(handling=["no copies"]), "handling.0"),
        (note_in(personal_data=True), "personal_data"),
        (note_in(personal_data=["suspects"]), "purpose"),
        (note_in(personal_data=["suspects"], purpose="Inquiry"), "legal_basis"),
        (note_in(category="rumour"), "category"),
        (note_in(agreement=nowhere), "agreement"),
        (note_in(agreement=str(world.versions["draft"].agreement.public_id)), "agreement"),
        (note_in(agreement="covenant"), "agreement"),
        # what only the server decides
        (note_in(id=nowhere), "id"),
        (note_in(owner=other), "owner"),
        (note_in(agency=other), "agency"),
        (note_in(author={"name": "Somebody"}), "author"),
        (note_in(status="withdrawn"), "status"),
        (note_in(created_at="2020-01-01T00:00:00Z"), "created_at"),
        (note_in(title="x", public_id=nowhere), "public_id"),
    ]


def test_a_note_that_does_not_hold_together_is_refused_by_field_and_changes_nothing(
    world: World, police: Program
) -> None:
    before = count()
    for body, field in wrong_bodies(world):
        response = police.post("/notes", body)
        assert problem(response) == (400, "invalid"), body
        assert [error["field"] for error in response.json()["errors"]] == [field]
    assert count() == before


def test_an_invisible_agency_and_one_that_is_not_are_refused_in_the_same_words(world: World, police: Program) -> None:
    def words(agency: str) -> str:
        body = police.post("/notes", note_in(audience={"agencies": [agency]})).json()
        return str(body["detail"]).replace(agency, "…")

    assert words(id_of(world, "agencies", "elsewhere")) == words("01900000-0000-7000-8000-000000000000")


def test_a_note_rests_on_the_agreement_that_a_program_names(world: World, police: Program) -> None:
    covenant = str(world.versions["covenant"].agreement.public_id)
    customs = {"agencies": [id_of(world, "agencies", "customs")]}
    body = police.post("/notes", note_in(agreement=covenant, category="aggregate", audience=customs)).json()
    assert body["agreement"] == covenant
    assert [row["id"] for row in police.pages(f"/notes?agreement={covenant}")] == [body["id"]]
    refused = police.post("/notes", note_in(agreement=covenant, category="financial", audience=customs))
    assert [error["field"] for error in refused.json()["errors"]] == ["audience.agencies"]


def test_where_a_colleague_releases_a_program_lets_nothing_out(world: World, police: Program) -> None:
    with as_owner():
        set_conventions(
            actor=world.actor("coordinator"), partnership=world.partnerships["haven"], grading="", second_pair=True
        )
    refused = police.post("/notes", note_in(audience={"agencies": [id_of(world, "agencies", "customs")]}))
    assert problem(refused) == (400, "invalid")
    assert [error["field"] for error in refused.json()["errors"]] == ["audience"]
    assert police.post("/notes", note_in()).status_code == 201


def test_what_is_not_said_may_be_sent_empty(police: Program) -> None:
    empty = {"source_grade": "", "information_grade": None, "purpose": "", "handling": [], "personal_data": []}
    empty["agreement"] = None
    sent = {**note_in(), **empty, "audience": {"circles": []}}
    assert police.post("/notes", sent).status_code == 201


def test_a_read_only_service_account_writes_nothing(world: World, police: Program) -> None:
    account = world.person("client_police")
    account.role = "read_only"
    account.save()
    before = count()
    assert problem(police.post("/notes", note_in())) == (403, "not_allowed")
    path = f"/notes/{id_of(world, 'notes', 'own')}"
    assert problem(police.post(f"{path}/withdrawal", {"reason": "x"})) == (403, "not_allowed")
    assert problem(police.patch(path, {"title": "x"}, If_Match="*")) == (403, "not_allowed")
    assert count() == before


def test_a_program_of_a_suspended_agency_neither_reads_nor_writes(world: World, police: Program) -> None:
    membership.suspend_member(actor=world.actor("coordinator"), membership=world.memberships["police"], reason="asked")
    before = count()
    assert police.pages("/notes") == []
    response = police.post("/notes", note_in())
    assert problem(response) == (400, "invalid")
    assert response.json()["errors"][0]["field"] == "partnership"
    path = f"/notes/{id_of(world, 'notes', 'own')}"
    assert problem(police.post(f"{path}/withdrawal", {"reason": "x"})) == (404, "not_found")
    assert count() == before


# --- withdrawing and changing ----------------------------------------------------------------------


def test_a_note_is_withdrawn_with_a_reason_and_gone_for_others(world: World, police: Program) -> None:
    note = world.notes["customs"]
    response = police.post(f"/notes/{note.public_id}/withdrawal", {"reason": "It was wrong"})
    assert (response.status_code, response.json()["status"]) == (200, "withdrawn")
    assert response.json()["audience"]["agencies"] == []
    with as_owner():
        assert not Note.objects.visible_to(world.actor("staff_customs")).filter(pk=note.pk).exists()
    again = police.post(f"/notes/{note.public_id}/withdrawal", {"reason": "Again"})
    assert problem(again) == (409, "out_of_turn")


def test_a_withdrawal_without_a_reason_is_refused(world: World, police: Program) -> None:
    path = f"/notes/{id_of(world, 'notes', 'customs')}/withdrawal"
    for body in ({}, {"reason": " "}, {"reason": None}, {"reason": "x" * 501}, {"reason": "x", "status": "live"}):
        assert problem(police.post(path, body)) == (400, "invalid")
    assert police.get(f"/notes/{id_of(world, 'notes', 'customs')}").json()["status"] == "live"


def test_the_note_of_another_agency_is_read_but_neither_withdrawn_nor_changed(world: World, police: Program) -> None:
    path = f"/notes/{id_of(world, 'notes', 'by_customs')}"
    etag = police.get(path)["ETag"]
    assert problem(police.post(f"{path}/withdrawal", {"reason": "Ours now"})) == (403, "not_allowed")
    assert problem(police.patch(path, {"title": "Ours now"}, If_Match=etag)) == (403, "not_allowed")
    hidden = f"/notes/{id_of(world, 'notes', 'by_company')}"
    assert problem(police.post(f"{hidden}/withdrawal", {"reason": "x"})) == (404, "not_found")
    assert problem(police.patch(hidden, {"title": "x"}, If_Match="*")) == (404, "not_found")


def test_a_change_leaves_alone_what_it_does_not_speak_of(world: World, police: Program) -> None:
    path = f"/notes/{id_of(world, 'notes', 'customs')}"
    before = police.get(path)
    changed = police.patch(path, {"title": "Corrected"}, If_Match=before["ETag"])
    assert changed.status_code == 200
    left_alone = [name for name in FIELDS if name not in {"title", "version", "updated_at"}]
    assert [changed.json()[name] for name in left_alone] == [before.json()[name] for name in left_alone]
    assert changed.json()["title"] == "Corrected"
    assert changed["ETag"] == police.get(path)["ETag"] != before["ETag"]


def test_a_change_of_a_confidential_note_keeps_it_confidential(world: World, police: Program) -> None:
    path = f"/notes/{id_of(world, 'notes', 'confidential')}"
    changed = police.patch(path, {"title": "Corrected"}, If_Match="*").json()
    assert changed["recipients_know_each_other"] is False


def test_a_change_needs_to_know_what_it_changes(world: World, police: Program) -> None:
    path = f"/notes/{id_of(world, 'notes', 'customs')}"
    etag = police.get(path)["ETag"]
    assert problem(police.patch(path, {"title": "x"})) == (428, "precondition_required")
    assert problem(police.patch(path, {"title": "x"}, If_Match='"old"')) == (412, "precondition_failed")
    assert police.patch(path, {"title": "First"}, If_Match=f'"old", {etag}').status_code == 200
    assert problem(police.patch(path, {"title": "Second"}, If_Match=etag)) == (412, "precondition_failed")
    assert police.get(path).json()["title"] == "First"


def test_nobody_changes_a_note_between_the_comparison_and_the_change(world: World, police: Program) -> None:
    with CaptureQueriesContext(connection) as queries:
        police.patch(f"/notes/{id_of(world, 'notes', 'customs')}", {"title": "x"}, If_Match='"old"')
    # refused by the comparison, which had locked the note already
    assert [query["sql"] for query in queries if "FOR UPDATE" in query["sql"] and "notes_note" in query["sql"]]


def test_a_narrower_audience_takes_the_note_away_at_once(world: World, police: Program) -> None:
    note = world.notes["customs"]
    changed = police.patch(f"/notes/{note.public_id}", {"audience": {}}, If_Match="*").json()
    assert changed["audience"]["kind"] == "own_agency"
    with as_owner():
        assert not Note.objects.visible_to(world.actor("staff_customs")).filter(pk=note.pk).exists()


def test_a_change_that_does_not_hold_together_changes_nothing(world: World, police: Program) -> None:
    path = f"/notes/{id_of(world, 'notes', 'customs')}"
    before = police.get(path).content
    for body in ({"tlp": "GREEN"}, {"partnership": "haven"}, {"review_on": "2020-01-01"}, {"title": None}):
        assert problem(police.patch(path, body, If_Match="*")) == (400, "invalid")
    assert police.get(path).content == before
