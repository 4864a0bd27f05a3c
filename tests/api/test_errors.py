"""Whatever goes wrong is a problem with a stable code, and changes nothing."""

import json

import pytest
from django.db import OperationalError
from django.test import Client

from infosharing.notes import selectors
from infosharing.notes.models import Note
from partnership.membership.api import MembershipView
from tests.api.client import FORM, Program, id_of, problem
from tests.world import World
from tests.world.roles import as_owner

PATHS = ["/agencies", "/partnerships", "/memberships", "/notes"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "FIND"])
def test_without_a_token_every_method_is_refused(nobody: Program, path: str, method: str) -> None:
    response = nobody.send(method, path)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="concord"'


def test_the_answer_to_a_missing_token_says_how_to_get_one(nobody: Program) -> None:
    assert problem(nobody.get("/memberships")) == (401, "not_authenticated")
    assert "/api/oauth/token" in nobody.get("/memberships").json()["detail"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_without_the_scope_nothing_is_read_or_written(reader: Program, method: str) -> None:
    response = reader.send(method, "/notes", "{}")
    assert response.status_code == 403
    assert 'error="insufficient_scope"' in response["WWW-Authenticate"]


def test_reading_does_not_include_writing(world: World) -> None:
    program = Program("client_police", scope="notes:read")
    path = f"/notes/{id_of(world, 'notes', 'own')}"
    assert program.get(path).status_code == 200
    assert problem(program.post("/notes", {})) == (403, "insufficient_scope")
    assert problem(program.patch(path, {})) == (403, "insufficient_scope")
    assert problem(program.post(f"{path}/withdrawal", {"reason": "x"})) == (403, "insufficient_scope")
    assert problem(program.get("/memberships")) == (403, "insufficient_scope")


def test_writing_does_not_include_reading(world: World) -> None:
    program = Program("client_police", scope="notes:write")
    assert problem(program.get("/notes")) == (403, "insufficient_scope")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/memberships", "GET, HEAD"),
        ("DELETE", "/agencies", "GET, HEAD"),
        ("OPTIONS", "/agencies", "GET, HEAD"),
        ("PUT", "/notes", "GET, HEAD, POST"),
        ("DELETE", "/notes/{note}", "GET, HEAD, PATCH"),
        ("PUT", "/notes/{note}", "GET, HEAD, PATCH"),
        ("GET", "/notes/{note}/withdrawal", "POST"),
        ("TRACE", "/notes", "GET, HEAD, POST"),
    ],
)
def test_a_method_that_is_not_there_is_named_so(
    world: World, police: Program, method: str, path: str, allow: str
) -> None:
    response = police.send(method, path.format(note=id_of(world, "notes", "own")))
    assert problem(response) == (405, "method_not_allowed")
    assert set(response["Allow"].split(", ")) == set(allow.split(", "))


def test_head_tells_what_get_tells_without_the_body(police: Program) -> None:
    for path in PATHS:
        head, get = police.send("HEAD", path), police.get(path)
        assert (head.status_code, head.content) == (200, b"")
        assert {name for name, _value in head.items()} == {name for name, _value in get.items()}


@pytest.mark.parametrize(
    "path",
    ["", "/", "/agencies/", "/Agencies", "/nothing", "/notes/x", "/notes/%00", "/../admin/", "/people", "/users"],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "DELETE"])
def test_an_unknown_address_is_a_problem_too(police: Program, nobody: Program, method: str, path: str) -> None:
    for program in (police, nobody):
        assert problem(program.send(method, f"/api/v1{path}")) == (404, "not_found")


def test_what_is_not_json_is_not_acceptable(police: Program) -> None:
    for path in PATHS:
        assert problem(police.get(path, Accept="text/html")) == (406, "not_acceptable")
    assert problem(police.get("/notes", Accept="application/ld+json")) == (406, "not_acceptable")
    assert police.get("/notes", Accept="text/html, */*;q=0.1").status_code == 200


BODIES = [
    ("{", "application/json", 400, "malformed"),
    ("", "application/json", 400, "invalid"),
    ("null", "application/json", 400, "invalid"),
    ("[]", "application/json", 400, "invalid"),
    ('"text"', "application/json", 400, "invalid"),
    ("NaN", "application/json", 400, "malformed"),
    ("[" * 100_000, "application/json", 400, "malformed"),
    ("9" * 10_000, "application/json", 400, "malformed"),
    (b"\xff\xfe", "application/json", 400, "malformed"),
    ('{"title": "\\u0000"}', "application/json", 400, "invalid"),
    ('{"title": "\\ud800"}', "application/json", 400, "invalid"),
    ("{}", "application/json; charset=base64", 400, "invalid"),
    ("{}", "text/plain", 415, "unsupported_media_type"),
    ("title=x", FORM, 415, "unsupported_media_type"),
    ("--x\r\n", "multipart/form-data; boundary=x", 415, "unsupported_media_type"),
    (json.dumps({"title": "x" * 1_100_000}), "application/json", 413, "too_large"),
    ("x=" + "x" * 1_100_000, FORM, 415, "unsupported_media_type"),
]


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"), BODIES, ids=[f"{number}-{row[3]}" for number, row in enumerate(BODIES)]
)
def test_a_body_that_cannot_be_taken_changes_nothing(
    world: World, police: Program, body: str | bytes, content_type: str, status: int, code: str
) -> None:
    note = world.notes["own"]
    paths = ["/notes", f"/notes/{note.public_id}/withdrawal"]
    for path in paths:
        assert problem(police.send("POST", path, body, content_type)) == (status, code)
    patched = police.send("PATCH", f"/notes/{note.public_id}", body, content_type, If_Match="*")
    if status != 400 or code == "malformed":
        assert problem(patched) == (status, code)
    with as_owner():
        assert Note.objects.count() == len(world.notes)
        same = Note.objects.get(pk=note.pk)
        assert (same.title, same.status) == (note.title, "live")


@pytest.mark.parametrize("query", ["tlp=%00", "partnership=%00", "tlp=amber", "partnership=", "limit=%00", "cursor="])
def test_a_query_that_cannot_be_taken_is_a_problem(police: Program, query: str) -> None:
    assert problem(police.get(f"/notes?{query}")) == (400, "invalid")


@pytest.mark.parametrize("query", ["x=%GG", "%", "x=%ff", "&&&="])
def test_a_broken_query_is_no_defect(police: Program, query: str) -> None:
    assert police.get(f"/memberships?{query}").status_code in {200, 400}


def test_a_defect_of_ours_is_a_problem_without_details(police: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*args: object, **options: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(selectors, "newest_notes", break_down)
    police.http = Client(raise_request_exception=False)
    response = police.get("/notes")
    assert problem(response) == (500, "defect")
    assert b"secret" not in response.content


def test_an_outage_is_answered_503(police: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: object, **options: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(selectors, "newest_notes", away)
    police.http = Client(raise_request_exception=False)
    response = police.get("/notes")
    assert (response.status_code, response.json()["code"]) == (503, "unavailable")
    assert response["Retry-After"]


def test_a_strange_host_gets_a_problem(police: Program) -> None:
    assert problem(police.get("/notes", Host="elsewhere.example")) == (400, "malformed")


def test_a_method_whose_view_names_no_scope_is_closed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    police = Program("client_police")
    monkeypatch.setattr(MembershipView, "scopes", {})
    for path in ("/memberships", "/agencies", "/partnerships"):
        assert problem(police.get(path)) == (403, "not_allowed")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": 5}, "title"),
        ({"body": 5}, "body"),
        ({"body": True}, "body"),
        ({"tlp": 1}, "tlp"),
        ({"review_on": 20270101}, "review_on"),
        ({"audience": {"agencies": [5]}}, "audience.agencies.0"),
    ],
)
def test_a_number_where_text_belongs_is_refused_by_field(
    world: World, police: Program, body: dict[str, object], field: str
) -> None:
    note = {"partnership": "haven", "title": "Quay", "body": "Seen", "review_on": "2027-01-01", **body}
    answer = police.post("/notes", note)
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, [field])
    assert "quotation marks" in answer.json()["errors"][0]["detail"]


def test_a_number_is_no_reason_and_no_person(world: World, police: Program) -> None:
    address = f"/commitments/{id_of(world, 'commitments', 'guard')}"
    for step, sent in (
        ("/decline", {"reason": 5}),
        ("/accept", {"person": 5}),
        ("/date", {"due_on": 5, "reason": "x"}),
    ):
        answer = police.post(address + step, sent)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, next(iter(sent)))


def test_what_is_out_of_turn_is_said_in_words_for_programs(world: World, police: Program) -> None:
    answer = police.post(f"/commitments/{id_of(world, 'commitments', 'check')}/decline", {"reason": "No"})
    assert answer.status_code == 409
    assert "page" not in answer.json()["detail"]
