"""Who takes part in what, for programs."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.agencies.models import Agency
from partnership.membership import services as membership
from tests.api.client import Program, id_of, problem
from tests.world import World

FIELDS = [
    "id", "partnership", "agency", "role", "status", "level", "sector", "joined_on", "left_on", "representatives",
    "updated_at",
]  # fmt: skip
HAVEN = {"municipality", "police", "customs", "tax", "company", "former", "suspended", "invited"}
LISTS = ["/agencies", "/partnerships", "/memberships"]


def ids(world: World, kind: str, names: set[str]) -> set[str]:
    return {id_of(world, kind, name) for name in names}


@pytest.mark.parametrize("persona", ["client_police", "client_reader"])
def test_a_member_sees_its_partnership_and_all_its_memberships(world: World, persona: str) -> None:
    program = Program(persona)
    assert program.ids("/partnerships") == ids(world, "partnerships", {"haven"})
    assert program.ids("/memberships") == ids(world, "memberships", HAVEN)
    assert program.ids("/agencies") == ids(world, "agencies", HAVEN)
    haven = id_of(world, "partnerships", "haven")
    assert program.ids(f"/partnerships/{haven}/memberships") == ids(world, "memberships", HAVEN)


def test_a_membership_has_the_fields_that_programs_rely_on(world: World, police: Program) -> None:
    body = police.get(f"/memberships/{id_of(world, 'memberships', 'company')}").json()
    assert list(body) == FIELDS
    assert body["partnership"] == {
        "id": id_of(world, "partnerships", "haven"), "slug": "haven", "name": "Haven against undermining",
    }  # fmt: skip
    assert body["agency"] == {"id": id_of(world, "agencies", "company"), "code": "company", "name": "Haven Terminals"}
    assert (body["role"], body["status"], body["level"], body["sector"]) == ("associate", "active", "local", "private")
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z", body["updated_at"])
    assert [named | {"id": None} for named in body["representatives"]] == [
        {"id": None, "name": "Person lead_company", "function": "", "part": "representative", "mandate": ""}
    ]


def test_an_ended_membership_stays_in_the_list_with_its_last_day(world: World, police: Program) -> None:
    rows = {row["agency"]["code"]: row for row in police.pages("/memberships")}
    assert rows["former"]["status"] == "withdrawn"
    assert rows["former"]["left_on"]
    assert (rows["invited"]["status"], rows["invited"]["joined_on"]) == ("invited", None)


def test_no_answer_holds_an_email_address_or_an_integer_key(world: World, police: Program) -> None:
    for path in LISTS:
        text = police.get(path).content.decode()
        assert "@" not in text
        for row in police.pages(path):
            assert not [value for value in row.values() if isinstance(value, int)]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_walked_page_by_page_to_its_end(police: Program, path: str) -> None:
    whole = police.pages(path)
    assert police.pages(f"{path}?limit=3") == whole
    first = police.get(f"{path}?limit=1")
    if len(whole) > 1:
        assert first["Link"] == f'<{first.json()["next"]}>; rel="next"'
    else:
        assert first.json()["next"] is None
        assert "Link" not in first


@pytest.mark.parametrize("path", [*LISTS, "/notes"])
@pytest.mark.parametrize("limit", ["0", "-1", "201", "many", "", "1.5", "9" * 5000])
def test_a_limit_out_of_range_is_refused(police: Program, path: str, limit: str) -> None:
    response = police.get(f"{path}?limit={limit}")
    assert problem(response) == (400, "invalid")
    assert [error["field"] for error in response.json()["errors"]] == ["limit"]


@pytest.mark.parametrize("cursor", ["x", "a:b:c", "e30:1:x", "%00", "é", "%F0%9F%98%80"])
@pytest.mark.parametrize("path", [*LISTS, "/notes"])
def test_a_cursor_that_was_not_given_is_refused(police: Program, path: str, cursor: str) -> None:
    response = police.get(f"{path}?cursor={cursor}")
    assert problem(response) in [(400, "invalid_cursor"), (400, "invalid")]


def test_a_cursor_of_another_list_or_tampered_with_is_refused(world: World, police: Program) -> None:
    given = police.get("/memberships?limit=1").json()["next"].split("cursor=")[1].split("&")[0]
    assert problem(police.get(f"/agencies?cursor={given}")) == (400, "invalid_cursor")
    assert problem(police.get(f"/notes?cursor={given}")) == (400, "invalid_cursor")
    assert problem(police.get(f"/memberships?cursor=A{given}")) == (400, "invalid_cursor")
    haven = id_of(world, "partnerships", "haven")
    assert problem(police.get(f"/partnerships/{haven}/memberships?cursor={given}")) == (400, "invalid_cursor")


@pytest.mark.parametrize("path", [*LISTS, "/notes"])
def test_a_misspelt_filter_is_refused_rather_than_ignored(police: Program, path: str) -> None:
    response = police.get(f"{path}?partnershp=haven")
    assert problem(response) == (400, "invalid")
    assert response.json()["errors"][0]["field"] == "partnershp"


def test_memberships_are_filtered_by_partnership(world: World, police: Program) -> None:
    wanted = ids(world, "memberships", HAVEN)
    assert police.ids("/memberships?partnership=haven") == wanted
    assert police.ids(f"/memberships?partnership={id_of(world, 'partnerships', 'haven')}") == wanted


@pytest.mark.parametrize("path", ["/memberships", "/notes"])
def test_filtering_by_an_invisible_partnership_is_as_by_one_that_is_not(
    world: World, police: Program, path: str
) -> None:
    hill = id_of(world, "partnerships", "hill")
    answers = [
        police.get(f"{path}?partnership={name}").content
        for name in ("hill", hill, "nowhere", "01900000-0000-7000-8000-000000000000")
    ]
    assert len(set(answers)) == 1
    assert problem(police.get(f"{path}?partnership=hill")) == (400, "invalid")


@pytest.mark.parametrize(
    ("kind", "name"),
    [("agencies", "elsewhere"), ("partnerships", "hill"), ("memberships", "elsewhere"), ("notes", "hill")],
)
def test_what_is_invisible_is_answered_as_what_is_not_there(
    world: World, police: Program, kind: str, name: str
) -> None:
    invisible = police.get(f"/{kind}/{id_of(world, kind, name)}")
    missing = police.get(f"/{kind}/01900000-0000-7000-8000-000000000000")
    nonsense = police.get(f"/{kind}/7")
    assert problem(invisible) == (404, "not_found")
    assert invisible.content == missing.content == nonsense.content
    assert dict(invisible.items()).keys() == dict(missing.items()).keys()


def test_a_program_whose_agency_left_sees_its_own_agency_and_nothing_else(world: World, police: Program) -> None:
    membership.withdraw_member(
        actor=world.actor("coordinator"), membership=world.memberships["police"], reason="Reorganised"
    )
    assert police.ids("/agencies") == ids(world, "agencies", {"police"})
    for path in ("/partnerships", "/memberships", "/notes"):
        assert police.pages(path) == []
    assert problem(police.get(f"/partnerships/{id_of(world, 'partnerships', 'haven')}/memberships")) == (
        404, "not_found",
    )  # fmt: skip


def test_an_unchanged_answer_is_not_sent_again(world: World, police: Program) -> None:
    haven = id_of(world, "partnerships", "haven")
    for path in (*LISTS, f"/partnerships/{haven}", f"/partnerships/{haven}/memberships"):
        first = police.get(path)
        assert re.fullmatch(r'"[0-9a-f]{32}"', first["ETag"])
        assert first["Cache-Control"] == "private, no-cache"
        assert {"Accept", "Authorization"} <= set(first["Vary"].split(", "))
        for condition in (first["ETag"], f'"x", W/{first["ETag"]}', "*"):
            again = police.get(path, If_None_Match=condition)
            assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
            assert again["API-Version"] == "1.0.0"
        assert police.get(path, If_None_Match='"other"').status_code == 200


def test_a_page_is_unchanged_an_hour_later_too(police: Program) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first = police.get("/memberships?limit=2")
        clock.shift(timedelta(minutes=50))
        assert police.get("/memberships?limit=2", If_None_Match=first["ETag"]).status_code == 304


def test_a_change_changes_the_etag(world: World, police: Program) -> None:
    path = f"/memberships/{id_of(world, 'memberships', 'customs')}"
    before = police.get(path)["ETag"]
    membership.suspend_member(actor=world.actor("coordinator"), membership=world.memberships["customs"], reason="asked")
    after = police.get(path, If_None_Match=before)
    assert (after.status_code, after.json()["status"]) == (200, "suspended")


def test_nobody_else_gets_a_304_for_what_they_may_not_see(world: World, police: Program, nobody: Program) -> None:
    path = f"/memberships/{id_of(world, 'memberships', 'customs')}"
    etag = police.get(path)["ETag"]
    assert nobody.get(path, If_None_Match=etag).status_code == 401
    membership.suspend_member(actor=world.actor("coordinator"), membership=world.memberships["police"], reason="asked")
    assert police.get(path, If_None_Match=etag).status_code == 404


def test_memberships_are_also_linked_data(world: World, police: Program) -> None:
    path = f"/memberships/{id_of(world, 'memberships', 'company')}"
    response = police.get(path, Accept="application/ld+json")
    assert response["Content-Type"] == "application/ld+json"
    body, base = response.json(), "http://testserver/api/v1"
    assert body["@context"]["org"] == "http://www.w3.org/ns/org#"
    assert (body["@type"], body["@id"]) == ("org:Membership", f"{base}{path}")
    assert body["org:member"]["@id"] == f"{base}/agencies/{id_of(world, 'agencies', 'company')}"
    assert body["org:organization"]["@id"] == f"{base}/partnerships/{id_of(world, 'partnerships', 'haven')}"
    assert body["org:organization"]["@type"] == "org:OrganizationalCollaboration"
    assert body["org:role"]["skos:notation"] == "associate"
    assert response["ETag"] != police.get(path)["ETag"]
    for resource in (body["org:member"]["@id"], body["org:organization"]["@id"]):
        assert police.get(resource, Accept="application/ld+json").json()["@id"] == resource


def test_a_list_as_linked_data_holds_the_same_rows_and_token(police: Program) -> None:
    plain = police.get("/memberships").json()
    linked = police.get("/memberships", Accept="application/ld+json").json()
    assert [row["@id"].rsplit("/", 1)[1] for row in linked["results"]] == [row["id"] for row in plain["results"]]
    assert linked["token"] == plain["token"]


def test_a_problem_stays_a_problem_for_who_asks_for_linked_data(police: Program) -> None:
    assert problem(police.get("/memberships?limit=0", Accept="application/ld+json")) == (400, "invalid")


@pytest.mark.parametrize("path", LISTS)
def test_a_long_list_takes_no_more_queries_than_a_short_one(world: World, police: Program, path: str) -> None:
    with CaptureQueriesContext(connection) as few:
        short = police.get(f"{path}?limit=200").json()["results"]
    for number in range(30):
        agency = Agency.objects.create(
            name=f"New {number:02}", code=f"new-{number}", city="Haven", kind="other", sector="public", level="local",
            country="NL",
        )  # fmt: skip
        membership.invite_member(
            actor=world.actor("coordinator"), partnership=world.partnerships["haven"], agency=agency, role="expert"
        )
    with CaptureQueriesContext(connection) as many:
        long = police.get(f"{path}?limit=200").json()["results"]
    assert len(many) == len(few)
    if path != "/partnerships":
        assert len(long) == len(short) + 30
