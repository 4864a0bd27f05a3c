"""Competences for programs: the catalogue, a register, a barrier model; and nothing that is not theirs."""

import csv
from datetime import timedelta

import pytest

from foundation import clock
from partnership.competences.cataloguing import FILE
from partnership.competences.facts import Facts
from partnership.competences.models import Barrier, Competence, Holding
from partnership.membership import services as membership
from tests.api.client import Program, id_of, problem
from tests.world import World
from tests.world.cast import marker
from tests.world.competences import hold


def addresses(world: World, partnership: str = "haven") -> dict[str, str]:
    base = f"/partnerships/{id_of(world, 'partnerships', partnership)}"
    return {"catalogue": "/competences", "register": f"{base}/competences", "steps": f"{base}/steps"}


@pytest.fixture
def register(world: World) -> str:
    return addresses(world)["register"]


@pytest.fixture
def steps(world: World) -> str:
    return addresses(world)["steps"]


def test_the_catalogue_is_what_its_file_says_also_how_far_it_was_checked(world: World, reader: Program) -> None:
    with FILE.open(encoding="utf-8", newline="") as file:
        expected = {row["code"]: row for row in csv.DictReader(file)}
    got = {row["code"]: row for row in reader.pages("/competences?limit=7")}
    assert set(got) == set(expected)
    for code, row in got.items():
        told = {name: " ".join(value) if isinstance(value, list) else value for name, value in row.items()}
        assert {name: value for name, value in told.items() if name != "id"} == expected[code]


def test_a_register_says_who_holds_what_and_how(world: World, police: Program, register: str) -> None:
    rows = {row["name"]: row for row in police.pages(f"{register}?limit=2")}
    assert {name: sorted(held["agency"]["code"] for held in row["holdings"]) for name, row in rows.items()} == {
        "Can close": ["municipality"],
        "Can report": ["police"],  # what the coordinator proposed of customs, its lead has not confirmed
        "Can search": ["customs", "police"],
        "Can shelter": [],
    }
    (closing,) = rows["Can close"]["holdings"]
    holding = world.holdings["municipality_close"]
    assert closing == {
        "id": str(holding.public_id),
        "agency": {"id": id_of(world, "agencies", "municipality"), "code": "municipality", "name": "Haven City"},
        "extent": "fully",
        "decided_by": "",
        "lead_days": 14,
        "capacity": "",
        "limits": "",
        "needs": [id_of(world, "competences", "report")],
        "needs_words": "",
        "valid_until": None,
        "since": holding.since.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }
    assert {name: (row["confirmed"], row["confirmed_at"], row["entry"]) for name, row in rows.items()} == dict.fromkeys(
        rows, (False, None, None)
    )


def test_a_copy_names_its_entry_and_a_confirmed_competence_its_source(
    world: World, police: Program, register: str
) -> None:
    Competence.objects.filter(name="Can close").update(
        entry=world.entries["closure"], confirmed_at=clock.now(), confirmed_against="The law of 2027"
    )
    (row,) = [row for row in police.pages(register) if row["name"] == "Can close"]
    assert (row["entry"], row["confirmed"], row["confirmed_against"]) == ("C01", True, "The law of 2027")
    assert row["confirmed_at"]


@pytest.mark.parametrize("how", ["it ended", "its day has passed", "the member is suspended", "it was retired"])
def test_what_does_not_count_today_is_neither_in_the_register_nor_at_a_step(
    world: World, police: Program, register: str, steps: str, how: str
) -> None:
    member = world.memberships["customs"]
    search = Holding.objects.filter(membership=member, competence__name="Can search")
    match how:
        case "it ended":
            search.update(ended_at=clock.now())
        case "its day has passed":
            search.update(valid_until=clock.today() - timedelta(days=1))
        case "the member is suspended":
            membership.suspend_member(actor=world.actor("coordinator"), membership=member, reason="For a test")
        case _:
            Competence.objects.filter(name="Can search").update(retired_at=clock.now())
    holders = {row["name"]: {held["agency"]["code"] for held in row["holdings"]} for row in police.pages(register)}
    arrival = next(row for row in police.pages(steps) if row["name"] == "Step arrival")
    if how == "it was retired":
        assert "Can search" not in holders
        assert (arrival["coverage"], arrival["barriers"][0]["competences"]) == ("gap", [])
    else:
        assert holders["Can search"] == {"police"}
        assert (arrival["coverage"], [agency["code"] for agency in arrival["holders"]]) == ("single", ["police"])


def test_a_barrier_model_tells_gaps_and_single_dependences(world: World, police: Program, steps: str) -> None:
    rows = sorted(police.pages(f"{steps}?limit=1"), key=lambda row: row["position"])
    assert [(row["position"], row["name"], row["coverage"]) for row in rows] == [
        (1, "Step arrival", "covered"),
        (2, "Step storage", "single"),
        (3, "Step recruiting", "gap"),
    ]
    assert {row["process"]["name"] for row in rows} == {"Cocaine through the port"}
    arrival = rows[0]
    assert [agency["code"] for agency in arrival["holders"]] == ["customs", "police"]
    (barrier,) = arrival["barriers"]
    (competence,) = barrier["competences"]
    assert (barrier["name"], competence["name"], competence["approaches"]) == ("Barrier arrival", "Can search", ["CJ"])
    assert [(held["agency"]["code"], held["extent"]) for held in competence["holders"]] == [
        ("customs", "fully"), ("police", "partly"),
    ]  # fmt: skip


def test_a_member_that_serves_a_step_twice_is_counted_once(world: World, police: Program, steps: str) -> None:
    haven = world.partnerships["haven"]
    second = Barrier.objects.create(step=world.steps["storage"], partnership=haven, name="Another")
    second.servings.create(competence=world.competences["report"], partnership=haven)
    hold(world, "report", "municipality", "lead_municipality", Facts())

    def storage() -> tuple[str, list[str]]:
        row = next(row for row in police.pages(steps) if row["name"] == "Step storage")
        return row["coverage"], [agency["code"] for agency in row["holders"]]

    assert storage() == ("covered", ["municipality", "police"])
    Holding.objects.filter(pk=world.holdings["police_report"].pk).update(ended_at=clock.now())
    assert storage() == ("single", ["municipality"])


@pytest.mark.parametrize("name", ["register", "steps"])
def test_what_belongs_to_another_partnership_is_not_found(world: World, police: Program, name: str) -> None:
    assert problem(police.get(addresses(world, "hill")[name])) == (404, "not_found")


def test_no_answer_holds_a_remark_also_not_to_whoever_may_read_it(world: World, police: Program) -> None:
    for address in addresses(world).values():
        assert marker("remark") not in police.get(f"{address}?limit=200").content.decode()


def test_the_catalogue_takes_one_scope_the_register_and_its_steps_another(world: World) -> None:
    for name, address in addresses(world).items():
        scope, other = "membership:read", "agreements:read"
        if name != "catalogue":
            scope, other = other, scope
        assert Program("client_police", scope=scope).get(address).status_code == 200
        assert problem(Program("client_police", scope=other).get(address)) == (403, "insufficient_scope")


@pytest.mark.parametrize("name", ["catalogue", "register", "steps"])
def test_what_is_there_still_is_answered_304_and_what_is_asked_wrongly_400(
    world: World, police: Program, name: str
) -> None:
    address = addresses(world)[name]
    first = police.get(address)
    assert police.get(address, If_None_Match=first["ETag"]).status_code == 304
    for query in ("limit=0", "limit=x", "cursor=x", "approach=AD"):
        status, code = problem(police.get(f"{address}?{query}"))
        assert (status, code.startswith("invalid")) == (400, True)
    if name != "catalogue":
        hold(world, "shelter", "municipality", "lead_municipality", Facts())
        assert police.get(address, If_None_Match=first["ETag"]).status_code == 200


def test_a_cursor_of_one_register_opens_no_other_list(world: World, police: Program, register: str, steps: str) -> None:
    following = police.get(f"{register}?limit=1").json()["next"]
    cursor = following.partition("cursor=")[2].partition("&")[0]
    assert problem(police.get(f"{steps}?cursor={cursor}"))[0] == 400
