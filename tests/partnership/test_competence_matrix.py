"""The matrix of steps and members: what it shows, that it is counted right, and that it stays quick."""

import csv
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.agencies.models import Agency
from foundation import clock
from partnership.competences.coverage import Matrix, matrix
from partnership.competences.facts import Facts
from partnership.competences.models import Barrier, Competence, Holding, Process, Serving, Step
from partnership.competences.services import barriers
from partnership.membership.models import Membership
from partnership.membership.services import new_group
from tests.access.callers import caller
from tests.world import World
from tests.world.competences import hold

PAGE = "/partnerships/haven/competences/"
MOST_QUERIES = 12

# how many active members can act at each step in use, and who is the only one: by hand, apart from the code
BY_HAND = """
    SELECT t.id,
           count(DISTINCT m.id) AS members,
           CASE WHEN count(DISTINCT m.id) = 1 THEN max(a.name) END AS only_one,
           count(DISTINCT b.id) AS barriers,
           count(DISTINCT b.id) - count(DISTINCT b.id) FILTER (WHERE m.id IS NOT NULL) AS open_barriers
    FROM competences_step t
    JOIN competences_process p ON p.id = t.process_id AND p.retired_at IS NULL
    LEFT JOIN competences_barrier b ON b.step_id = t.id
    LEFT JOIN competences_serving v ON v.barrier_id = b.id
    LEFT JOIN competences_competence c
           ON c.id = v.competence_id AND c.retired_at IS NULL
          AND (%(approach)s = '' OR c.approaches @> ARRAY[%(approach)s]::varchar[])
    LEFT JOIN competences_holding h
           ON h.competence_id = c.id AND h.ended_at IS NULL AND (h.valid_until IS NULL OR h.valid_until >= %(today)s)
    LEFT JOIN membership_membership m ON m.id = h.membership_id AND m.status = 'active'
    LEFT JOIN agencies_agency a ON a.id = m.agency_id
    WHERE t.partnership_id = %(partnership)s
    GROUP BY t.id, p.id, t.position
    ORDER BY p.id, t.position
"""


def by_hand(world: World, approach: str = "") -> list[tuple[Any, ...]]:
    given = {"partnership": world.partnerships["haven"].pk, "today": clock.today(), "approach": approach}
    with connection.cursor() as cursor:
        cursor.execute(BY_HAND, given)
        return cursor.fetchall()


def read(world: World, approach: str = "") -> Matrix:
    return matrix(world.actor("lead_tax"), world.partnerships["haven"], clock.today(), approach=approach)


def as_counted(found: Matrix) -> list[tuple[Any, ...]]:
    return [
        (
            row.step.pk,
            len(row.holders),
            row.holders[0] if row.is_single else None,
            len(row.barriers),
            len(row.open_barriers),
        )
        for row in found.rows
    ]


def assert_counted_right(world: World, approach: str = "") -> None:
    found, expected = read(world, approach), by_hand(world, approach)
    assert as_counted(found) == expected
    gaps = [row for row in expected if row[1] == 0]
    assert [row.step.pk for row in found.gaps] == [row[0] for row in gaps]
    assert [row.step.pk for row in found.singles] == [row[0] for row in expected if row[1] == 1]
    assert found.percent == 100 * (len(expected) - len(gaps)) // len(expected)


@pytest.mark.parametrize("approach", ["", "CJ", "AD", "VF"])
def test_gaps_single_dependences_and_the_share_covered_are_what_sql_by_hand_finds(world: World, approach: str) -> None:
    assert_counted_right(world, approach)


def test_what_ended_ran_out_was_retired_or_is_of_no_active_member_covers_nothing(world: World) -> None:
    everything = by_hand(world)
    Holding.objects.filter(pk=world.holdings["customs_search"].pk).update(valid_until=clock.today().replace(year=2020))
    Membership.objects.filter(pk=world.memberships["police"].pk).update(status="suspended")
    assert by_hand(world) != everything
    assert_counted_right(world)
    Holding.objects.filter(pk=world.holdings["municipality_close"].pk).update(ended_at=clock.now())
    Competence.objects.filter(pk=world.competences["search"].pk).update(retired_at=clock.now())
    assert read(world).percent == 0
    assert_counted_right(world)


def test_a_barrier_that_nobody_can_put_up_is_counted_beside_one_that_somebody_can(world: World) -> None:
    barriers.write_barrier(
        actor=world.actor("coordinator"),
        step=world.steps["arrival"],
        name="Help for the young",
        competences=[world.competences["shelter"]],
    )
    row = read(world).rows[0]
    assert (row.words, row.words_on_barriers) == ("2 members", "1 of 2 barriers have nobody")
    assert_counted_right(world)


def test_the_page_names_the_gap_and_the_single_dependence_and_says_how_much_is_covered(world: World) -> None:
    text = caller(world, "lead_company").get(PAGE).content.decode()
    assert "2 of 3 steps are covered (66 %)." in text
    assert "Nobody can act on “Step recruiting”." in text
    assert "Only Haven City can act on “Step storage”." in text
    assert text.count('<tr class="gap">') == 1
    assert "Only Haven City</span>" in text
    assert "1 of 1 barrier has nobody" in text


def test_a_member_that_can_only_partly_is_told_apart_in_words(world: World) -> None:
    row = read(world).rows[0]
    told = {cell.member.agency.name: (cell.approaches, cell.unsure) for cell in row.cells if cell}
    assert told == {"Haven Customs": (("CJ",), ""), "Haven Police": (("CJ",), "partly")}


def test_who_holds_one_competence_fully_is_sure_whatever_else_it_holds_partly(world: World) -> None:
    hold(world, "shelter", "police", "lead_police", Facts())
    barriers.write_barrier(
        actor=world.actor("coordinator"),
        step=world.steps["arrival"],
        name="Barrier arrival",
        competences=[world.competences["search"], world.competences["shelter"]],
        barrier=world.barriers["arrival"],
    )
    cell = next(cell for cell in read(world).rows[0].cells if cell and cell.member == world.memberships["police"])
    assert (cell.approaches, cell.unsure) == (("CJ", "VF"), "")


def test_the_matrix_is_narrowed_to_a_process_an_approach_and_those_who_act(world: World) -> None:
    other = barriers.write_process(
        actor=world.actor("coordinator"),
        partnership=world.partnerships["haven"],
        name="Waste",
        phenomenon="waste crime",
    )
    barriers.write_step(actor=world.actor("coordinator"), process=other, name="Dumping")
    reader = caller(world, "reader_police")
    one = reader.get(PAGE, {"process": other.public_id}).content.decode()
    assert "0 of 1 step is covered (0 %)." in one
    assert "Step storage" not in one
    zoomed = reader.get(PAGE, {"approach": "AD"}).content.decode()
    assert "1 of 4 steps are covered (25 %)." in zoomed
    acting = reader.get(PAGE, {"members": "acting", "format": "csv"}).content.decode("utf-8-sig")
    assert next(csv.reader(acting.splitlines()))[4:] == ["Haven City", "Haven Customs", "Haven Police"]
    for nonsense in ({"process": "x"}, {"approach": "ZZ"}, {"members": "none"}):
        assert "2 of 4 steps are covered (50 %)." in reader.get(PAGE, nonsense).content.decode()


def test_who_zooms_into_one_approach_sees_no_letters_of_another(world: World) -> None:
    barriers.write_barrier(
        actor=world.actor("coordinator"),
        step=world.steps["storage"],
        name="Report",
        competences=[world.competences["report"]],
    )
    cells = {approach: read(world, approach).rows[1].cells for approach in ("", "AD")}
    of_police = {
        approach: next(cell.approaches for cell in row if cell and cell.member == world.memberships["police"])
        for approach, row in cells.items()
    }
    assert of_police == {"": ("CJ", "AD"), "AD": ("AD",)}


def test_the_matrix_as_csv_says_who_can_do_what_and_how_surely(world: World) -> None:
    answer = caller(world, "lead_tax").get(PAGE, {"format": "csv"})
    lines = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))
    assert [line["covered by"] for line in lines] == ["2 members", "Only Haven City", "Nobody can act"]
    assert lines[0]["Haven Police"] == "CJ (partly): Can search"
    assert lines[2]["barriers"] == "1 of 1 barrier has nobody"


def test_an_empty_room_leads_the_coordinator_from_the_first_competence_to_the_first_step(world: World) -> None:
    haven, coordinator = world.partnerships["haven"], world.actor("coordinator")
    browser, reader = caller(world, "coordinator"), caller(world, "lead_tax")
    barriers.retire_process(actor=coordinator, process=world.processes["cocaine"], reason="Begun anew")
    assert "Describe the first crime" in browser.get(PAGE).content.decode()
    assert "Describe the first crime" not in reader.get(PAGE).content.decode()
    barriers.write_process(actor=coordinator, partnership=haven, name="Waste", phenomenon="waste crime")
    assert "Add the first step" in browser.get(PAGE).content.decode()
    assert "Add the first step" not in reader.get(PAGE).content.decode()
    Process.objects.update(retired_at=clock.now())
    Competence.objects.update(retired_at=clock.now())
    assert "Register a competence" in browser.get(PAGE).content.decode()


def fill(world: World, members: int, steps: int) -> None:
    """Let agencies join and steps be added up to so many; each member can do something at most steps."""
    haven, now, process = world.partnerships["haven"], clock.now(), world.processes["cocaine"]
    present = haven.memberships.active().count()
    agencies = Agency.objects.bulk_create(
        Agency(
            name=f"Agency {number:02}", code=f"wide-{number}", city="Haven", kind="police", sector="public",
            level="local", country="NL",
        )
        for number in range(present, members)
    )  # fmt: skip
    joined = Membership.objects.bulk_create(
        Membership(
            partnership=haven, agency=agency, role="core", status="active", joined_on=clock.today(), created_at=now,
            group=new_group("membership"),
        )
        for agency in agencies
    )  # fmt: skip
    for position in range(process.steps.count() + 1, steps + 1):
        step = Step.objects.create(process=process, partnership=haven, position=position, name=f"Step {position}")
        for number in range(3):
            approaches = [["CJ"], ["CJ", "AD"], ["VF"]][number]
            wall = Barrier.objects.create(step=step, partnership=haven, name=f"Barrier {number}")
            serving = Competence.objects.create(
                partnership=haven, name=f"Does {position}.{number}", approaches=approaches, created_at=now
            )
            Serving.objects.create(barrier=wall, competence=serving, partnership=haven)
    many = Competence.objects.filter(partnership=haven, name__startswith="Does ")
    Holding.objects.bulk_create(
        Holding(partnership=haven, competence=one, membership=member, since=now)
        for place, member in enumerate(joined)
        for number, one in enumerate(many)
        if (place + number) % 4 == 0
    )


def queries_of(world: World, persona: str, address: str = PAGE) -> int:
    browser = caller(world, persona)
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(address)
    assert answer.status_code == 200
    return len(queries)


@pytest.mark.parametrize("persona", ["coordinator", "lead_tax"])
def test_ten_steps_and_forty_members_are_one_request_of_at_most_twelve_queries(world: World, persona: str) -> None:
    fill(world, members=40, steps=10)
    found = read(world)
    assert (len(found.members), len(found.rows)) == (40, 10)
    assert_counted_right(world)
    assert queries_of(world, persona) <= MOST_QUERIES


@pytest.mark.parametrize(
    "address", [PAGE, f"{PAGE}?approach=CJ&members=acting", f"{PAGE}?format=csv", f"{PAGE}steps/{{step}}/"]
)
def test_eighty_members_ask_the_database_as_often_as_eight(world: World, address: str) -> None:
    fill(world, members=8, steps=4)
    address = address.format(step=Step.objects.get(position=4).public_id)
    few = queries_of(world, "coordinator", address)
    fill(world, members=80, steps=4)
    assert world.partnerships["haven"].memberships.active().count() == 80
    assert queries_of(world, "coordinator", address) == few
