"""Commitments and responsibilities for programs: what they read, and the steps that they take."""

from datetime import timedelta

import pytest

from partnership.commitments.models import Commitment
from tests.api.client import Program, id_of, problem
from tests.world import World

LISTS = ["/commitments", "/responsibilities"]


def path(world: World, name: str, step: str = "") -> str:
    return f"/commitments/{id_of(world, 'commitments', name)}{step}"


def test_a_program_reads_the_commitments_of_its_partnerships_and_no_other(world: World, police: Program) -> None:
    seen = police.ids("/commitments")
    haven = Commitment.objects.filter(partnership=world.partnerships["haven"])
    assert seen == {str(commitment.public_id) for commitment in haven}
    assert id_of(world, "commitments", "hill") not in seen
    assert problem(police.get(path(world, "hill"))) == (404, "not_found")
    assert "hill" not in police.get("/commitments?limit=200").content.decode()


def test_a_program_reads_the_responsibilities_of_its_partnerships(world: World, police: Program) -> None:
    rows = police.pages("/responsibilities?limit=2")
    assert {row["id"] for row in rows} == {str(duty.public_id) for duty in world.responsibilities.values()}
    (patrol,) = [row for row in rows if row["duty"] == "Duty patrol"]
    assert patrol["accountable"]["code"] == "police"
    assert {part["agency"]["code"]: part["part"] for part in patrol["parts"]}["tax"] == "I"
    accepted = police.ids("/responsibilities?status=accepted&partnership=haven")
    assert accepted == {id_of(world, "responsibilities", "patrol")}


def test_a_commitment_says_who_helps_what_it_waits_for_and_what_it_needs(world: World, police: Program) -> None:
    repeating = police.get(path(world, "repeating")).json()
    assert [agency["code"] for agency in repeating["contributors"]] == ["tax"]
    assert (repeating["repeats"], repeating["approaches"], repeating["blocked"]) == ("FREQ=WEEKLY", ["AD"], None)
    blocked = police.get(path(world, "blocked")).json()["blocked"]
    assert (blocked["agency"]["code"], blocked["words"], blocked["reason"]) == (
        "tax", "", "The list of firms is missing",
    )  # fmt: skip
    assert police.get(path(world, "report")).json()["needs"] == [id_of(world, "commitments", "check")]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("partnership=haven&status=blocked", {"blocked"}),
        ("agency={police}", {"check", "guard", "from_input"}),
        ("agency={police}&due_to={check}", {"check"}),
        ("agency={police}&due_from={guard}", {"guard"}),
        ("agency={elsewhere}", set()),
    ],
)
def test_a_list_is_narrowed_by_its_parameters(world: World, police: Program, query: str, names: set[str]) -> None:
    asked = query.format(
        police=id_of(world, "agencies", "police"),
        elsewhere=id_of(world, "agencies", "elsewhere"),
        check=world.commitments["check"].due_on,
        guard=world.commitments["guard"].due_on,
    )
    assert police.ids(f"/commitments?{asked}") == {id_of(world, "commitments", name) for name in names}


@pytest.mark.parametrize("query", ["status=late", "partnership=hill", "agency=x", "due_to=soon", "whose=ours"])
def test_what_a_list_does_not_know_is_an_error(world: World, police: Program, query: str) -> None:
    assert problem(police.get(f"/commitments?{query}")) == (400, "invalid")


@pytest.mark.parametrize("address", [*LISTS, "/commitments/{check}"])
def test_nothing_new_is_answered_304(world: World, police: Program, address: str) -> None:
    address = address.format(check=id_of(world, "commitments", "check"))
    first = police.get(address)
    assert police.get(address, If_None_Match=first["ETag"]).status_code == 304
    Commitment.objects.filter(pk=world.commitments["check"].pk).update(promise="Look again")
    changed = police.get(address, If_None_Match=first["ETag"]).status_code
    assert changed == (304 if address == "/responsibilities" else 200)


def test_pages_hold_every_commitment_once(world: World, police: Program) -> None:
    ids = [row["id"] for row in police.pages("/commitments?limit=2")]
    assert len(ids) == len(set(ids)) == len(police.ids("/commitments?limit=200"))


def test_a_program_accepts_and_names_nobody_of_itself(world: World, police: Program) -> None:
    answer = police.post(path(world, "guard", "/accept"), {})
    assert (answer.status_code, answer.json()["status"], answer.json()["person"]) == (200, "accepted", None)
    assert problem(police.post(path(world, "guard", "/accept"), {})) == (409, "out_of_turn")


def test_a_program_accepts_for_a_colleague_and_for_nobody_else(world: World, police: Program) -> None:
    stranger = {"person": id_of(world, "people", "lead_customs")}
    assert problem(police.post(path(world, "guard", "/accept"), stranger)) == (400, "invalid")
    answer = police.post(path(world, "guard", "/accept"), {"person": id_of(world, "people", "staff_police")})
    assert answer.json()["person"]["name"] == "Person staff_police"


def test_a_program_declines_with_a_reason(world: World, police: Program) -> None:
    assert problem(police.post(path(world, "guard", "/decline"), {})) == (400, "invalid")
    answer = police.post(path(world, "guard", "/decline"), {"reason": "No boat"}).json()
    assert (answer["status"], answer["reason"]) == ("declined", "No boat")


def test_a_program_asks_for_another_date_with_a_reason(world: World, police: Program) -> None:
    later = str(world.commitments["guard"].due_on + timedelta(days=9))
    assert problem(police.post(path(world, "guard", "/date"), {"due_on": later})) == (400, "invalid")
    answer = police.post(path(world, "guard", "/date"), {"due_on": later, "reason": "No boat"}).json()
    assert (answer["status"], answer["date_asked"]) == ("proposed", {"due_on": later, "reason": "No boat"})
    assert problem(police.post(path(world, "check", "/date"), {"due_on": later, "reason": "x"})) == (409, "out_of_turn")


@pytest.mark.parametrize("body", [{}, {"agreed": False}, {"agreed": True, "reason": "x"}, {"agreed": True, "x": 1}])
def test_an_answer_to_a_date_is_a_yes_or_a_no_with_a_reason(
    world: World, police: Program, body: dict[str, object]
) -> None:
    assert problem(police.post(path(world, "asking", "/date-answer"), body)) == (400, "invalid")


def test_a_member_does_not_answer_for_the_coordinator(world: World, police: Program) -> None:
    for body in ({"agreed": True}, {"agreed": False, "reason": "No"}):
        assert problem(police.post(path(world, "asking", "/date-answer"), body)) == (403, "not_allowed")


def test_a_program_says_how_it_stands(world: World, police: Program) -> None:
    def progress(**body: str) -> dict[str, object]:
        return police.post(path(world, "check", "/progress"), body).json()

    assert progress(status="in_progress")["status"] == "in_progress"
    blocked = progress(status="blocked", waits_for="A permit", reason="It takes six weeks")
    assert blocked["blocked"] == {"agency": None, "words": "A permit", "reason": "It takes six weeks"}
    assert progress(status="in_progress")["blocked"] is None
    named = progress(status="blocked", waits_for_agency=id_of(world, "agencies", "tax"), reason="No list")
    assert named["blocked"]["agency"]["code"] == "tax"  # type: ignore[index]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"status": "done"},
        {"status": "blocked"},
        {"status": "blocked", "reason": "x"},
        {"status": "blocked", "reason": "x", "waits_for": "y", "waits_for_agency": "{tax}"},
        {"status": "blocked", "reason": "x", "waits_for_agency": "{police}"},
        {"status": "blocked", "reason": "x", "waits_for_agency": "{elsewhere}"},
        {"status": "in_progress", "reason": "x"},
    ],
)
def test_progress_that_does_not_hold_together_is_refused(world: World, police: Program, body: dict[str, str]) -> None:
    ids = {code: id_of(world, "agencies", code) for code in ("tax", "police", "elsewhere")}
    sent = {name: value.format(**ids) for name, value in body.items()}
    assert problem(police.post(path(world, "check", "/progress"), sent)) == (400, "invalid")
    assert Commitment.objects.get(pk=world.commitments["check"].pk).status == "accepted"


def test_a_program_claims_done_with_evidence(world: World, police: Program) -> None:
    address = path(world, "check", "/complete")
    for body in ({}, {"evidence": ""}, {"evidence": "x", "evidence_link": "http://reports.example/7"}):
        assert problem(police.post(address, body)) == (400, "invalid")
    answer = police.post(address, {"evidence": "Report 7", "evidence_link": "https://reports.example/7"}).json()
    assert (answer["status"], answer["evidence"]) == ("done", "Report 7")
    (piece,) = answer["evidence_items"]
    assert (piece["kind"], piece["link"], piece["file"]) == ("link", "https://reports.example/7", None)


@pytest.mark.parametrize("step", ["accept", "decline", "progress", "complete"])
def test_a_program_takes_no_step_for_another_member(world: World, police: Program, step: str) -> None:
    body = {
        "accept": {},
        "decline": {"reason": "x"},
        "progress": {"status": "in_progress"},
        "complete": {"evidence": "x"},
    }
    assert problem(police.post(path(world, "report", f"/{step}"), body[step])) == (403, "not_allowed")
    assert problem(police.post(path(world, "hill", f"/{step}"), body[step])) == (404, "not_found")


def test_reading_and_writing_take_a_scope_each(world: World, reader: Program) -> None:
    may_read = Program("client_police", scope="commitments:read")
    assert may_read.get("/commitments").status_code == 200
    assert problem(may_read.post(path(world, "guard", "/accept"), {})) == (403, "insufficient_scope")
    may_write = Program("client_police", scope="commitments:write")
    assert problem(may_write.get("/commitments")) == (403, "insufficient_scope")
    for address in LISTS:
        assert problem(reader.get(address)) == (403, "insufficient_scope")
