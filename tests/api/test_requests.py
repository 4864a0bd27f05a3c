"""Requests for programs: asked, answered and refused by the same rules as on the pages."""

import pytest

from tests.access.callers import call, caller
from tests.access.request_routes import API, bodies
from tests.world import World
from tests.world.cast import marker


def post(world: World, path: str, body: dict[str, object], persona: str = "client_police") -> tuple[int, dict]:
    answer = call(caller(world, persona), "POST", f"{API}{path}", body)
    return answer.status_code, answer.json()


def one(world: World, name: str) -> dict:
    return call(caller(world, "client_police"), "GET", f"{API}/{world.requests[name].public_id}").json()


def test_a_program_asks_and_reads_what_it_asked(world: World) -> None:
    body = bodies(world)[API]
    answer = call(caller(world, "client_police"), "POST", API, body)
    assert answer.status_code == 201
    said = answer.json()
    assert answer["Location"].endswith(f"{API}/{said['id']}")
    assert {name: said[name] for name in ("title", "question", "purpose", "legal_basis", "tlp", "due_on")} == {
        name: body[name] for name in ("title", "question", "purpose", "legal_basis", "tlp", "due_on")
    }
    assert [(asked["agency"]["code"], asked["status"]) for asked in said["to"]] == [("company", "waiting")]
    assert (said["agency"]["code"], said["state"]) == ("police", "open")


def test_the_list_is_what_the_agency_asked_and_was_asked_newest_first(world: World) -> None:
    listed = [
        each["title"] for each in call(caller(world, "client_police"), "GET", f"{API}?limit=200").json()["results"]
    ]
    names = ("by_former", "refused", "answered", "by_customs", "hidden", "to_customs")
    assert listed == [f"Title {marker(f'request_{name}')}" for name in names]


def test_the_list_goes_on_from_page_to_page(world: World) -> None:
    client, address, seen = caller(world, "client_police"), f"{API}?limit=4", []
    while address:
        page = call(client, "GET", address).json()
        seen += [each["id"] for each in page["results"]]
        address = page["next"] and page["next"].partition("testserver")[2]
    assert len(seen) == len(set(seen)) == 6


@pytest.mark.parametrize(
    ("query", "count"),
    [("whose=asked", 4), ("whose=to_us", 2), ("state=open", 3), ("state=closed", 3), ("partnership=haven", 6)],
)
def test_the_list_is_narrowed(world: World, query: str, count: int) -> None:
    assert len(call(caller(world, "client_police"), "GET", f"{API}?{query}").json()["results"]) == count


def test_a_program_answers_in_part_and_then_in_full(world: World) -> None:
    path = f"/{world.requests['by_customs'].public_id}/answer"
    status, said = post(world, path, {"outcome": "partly_answered", "answer": "Half", "reason": "Secret"})
    assert (status, said["to"][0]["status"], said["to"][0]["reason"]) == (200, "partly_answered", "Secret")
    status, said = post(world, path, {"note": str(world.notes["customs"].public_id)})
    assert (status, said["to"][0]["note"]) == (200, str(world.notes["customs"].public_id))
    status, problem = post(world, path, {"answer": "Again"})
    assert (status, problem["code"]) == (409, "out_of_turn")


def test_a_program_refuses_on_a_ground_with_a_reason(world: World) -> None:
    path = f"/{world.requests['by_customs'].public_id}/refuse"
    status, problem = post(world, path, {"ground": "R99", "reason": "So"})
    assert (status, problem["errors"][0]["field"]) == (400, "ground")
    status, problem = post(world, path, {"ground": "R3"})
    assert (status, problem["errors"][0]["field"]) == (400, "reason")
    status, said = post(world, path, {"ground": "R3", "reason": "An inquiry"})
    assert (status, said["to"][0]["ground"], said["to"][0]["reason"]) == (200, "R3", "An inquiry")


def test_a_note_that_answers_is_named_only_to_who_sees_it(world: World) -> None:
    (asked,) = one(world, "answered")["to"]
    assert asked["note"] == str(world.notes["by_customs"].public_id)
    assert marker("answer_answered") in asked["answer"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"to": []}, "to"),
        ({"to": ["019a1f6e-7a93-7a41-8a37-1b6d0f2c9e88"]}, "to"),
        ({"tlp": "RED"}, "tlp"),
        ({"tlp": "GREEN"}, "tlp"),
        ({"purpose": ""}, "purpose"),
        ({"legal_basis": None}, "legal_basis"),
        ({"due_on": "2020-01-01"}, "due_on"),
        ({"category": "nonsense"}, "category"),
        ({"partnership": "hill"}, "partnership"),
        ({"status": "answered"}, "status"),
    ],
)
def test_what_does_not_hold_together_is_refused_by_its_field(
    world: World, change: dict[str, object], field: str
) -> None:
    status, problem = post(world, "", {**bodies(world)[API], **change})
    assert (status, problem["code"], problem["errors"][0]["field"].partition(".")[0]) == (400, "invalid", field)


def test_what_a_program_does_not_see_is_not_there(world: World) -> None:
    path = f"/{world.requests['hill'].public_id}"
    assert call(caller(world, "client_police"), "GET", f"{API}{path}").status_code == 404
    assert post(world, f"{path}/answer", {"answer": "Yes"})[0] == 404
    assert post(world, f"{path}/refuse", {"ground": "R1", "reason": "No"})[0] == 404


def test_the_asker_does_not_answer_itself_and_others_take_nothing_back(world: World) -> None:
    status, problem = post(world, f"/{world.requests['to_customs'].public_id}/answer", {"answer": "Yes"})
    assert (status, problem["code"]) == (403, "not_allowed")
    status, problem = post(world, f"/{world.requests['by_customs'].public_id}/withdrawal", {"reason": "No"})
    assert (status, problem["code"]) == (403, "not_allowed")


def test_a_request_is_taken_back_once(world: World) -> None:
    path = f"/{world.requests['to_customs'].public_id}/withdrawal"
    status, said = post(world, path, {"reason": "Found it"})
    assert (status, said["state"], said["withdrawal_reason"]) == (200, "withdrawn", "Found it")
    assert post(world, path, {"reason": "Found it"})[0] == 409


def test_without_the_scope_nothing_is_told(world: World) -> None:
    assert call(caller(world, "client_reader"), "GET", API).status_code == 403
