"""Why an agency sees a note, for programs: the same answers and refusals as for people."""

from datetime import timedelta
from urllib.parse import quote

from foundation import clock
from tests.api.client import Program, id_of, problem
from tests.infosharing.test_explaining import TAKE_PART, really_sees
from tests.world import World


def agency_id(world: World, code: str) -> str:
    return id_of(world, "agencies", code)


def test_a_program_of_the_originator_asks_about_any_agency_and_day(world: World, police: Program) -> None:
    address = f"/notes/{id_of(world, 'notes', 'several')}/explanation"
    for code in TAKE_PART:
        body = police.get(f"{address}?agency={agency_id(world, code)}").json()
        assert body["visible"] == really_sees(world, world.notes["several"], code)
        assert body["reasons"]
    assert police.get(address).json()["visible"] is True
    then = quote((clock.now() - timedelta(hours=1)).isoformat())
    assert police.get(f"{address}?agency={agency_id(world, 'customs')}&at={then}").json()["visible"] is False


def test_a_program_is_refused_what_it_may_not_ask(world: World, police: Program) -> None:
    by_customs = f"/notes/{id_of(world, 'notes', 'by_customs')}/explanation"
    assert police.get(by_customs).json()["visible"] is True
    assert police.get(f"{by_customs}?agency={agency_id(world, 'police')}").json()["visible"] is True
    for query in (f"agency={agency_id(world, 'tax')}", "at=2026-01-01"):
        assert problem(police.get(f"{by_customs}?{query}")) == (403, "not_allowed")
    several = f"/notes/{id_of(world, 'notes', 'several')}/explanation"
    for query in ("agency=x", f"agency={agency_id(world, 'elsewhere')}", "at=soon", "at=2999-01-01", "day=1"):
        assert problem(police.get(f"{several}?{query}")) == (400, "invalid")
    hidden = f"/notes/{id_of(world, 'notes', 'named')}/explanation?at=soon"
    assert problem(police.get(hidden)) == (404, "not_found")
