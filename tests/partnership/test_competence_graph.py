"""Who needs whom, and the charts: what they draw is what they say."""

import csv
import json
import re
from typing import Any

import pytest
from django.db import connection

from foundation import clock
from partnership.competences import charting
from partnership.competences.coverage import matrix
from partnership.competences.dependence import Network
from partnership.competences.facts import Facts
from partnership.competences.graphing import NOBODY, Picture
from partnership.competences.models import Holding
from partnership.competences.services import catalogue
from tests.access.callers import caller
from tests.world import World
from tests.world.competences import hold

PAGE = "/partnerships/haven/competences/graph/"
MATRIX = "/partnerships/haven/competences/"


def picture(world: World) -> Picture:
    return Picture.of(Network.of(world.actor("lead_tax"), world.partnerships["haven"], clock.today()))


def drawn(text: str, block: str) -> Any:
    found = re.search(rf'<script id="{block}" type="application/json">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_the_picture_is_titled_by_whom_a_member_hangs_on_most(world: World) -> None:
    assert picture(world).finding == "Haven City needs Haven Police before its only competence"
    hold(world, "shelter", "municipality", "lead_municipality", Facts())
    assert picture(world).finding == "Haven City needs Haven Police before 1 of its 2 competences"


def test_what_several_could_give_hangs_on_nobody_and_what_one_has_itself_is_no_tie(world: World) -> None:
    hold(world, "report", "tax", "lead_tax", Facts())
    assert picture(world).finding == "Several members could give whatever another needs first"
    assert {tie.giver_name for tie in picture(world).ties} == {"Haven Police", "Haven Tax Office"}
    hold(world, "report", "municipality", "lead_municipality", Facts())
    assert picture(world).finding == "No member needs another before it can act"


def test_what_nobody_covers_leads_to_nobody(world: World) -> None:
    Holding.objects.filter(pk=world.holdings["police_report"].pk).update(ended_at=clock.now())
    found = picture(world)
    assert found.finding == "Haven City needs “Can report”, which nobody here has"
    assert [edge.sentence for edge in found.uncovered] == [
        "Haven City needs “Can report” from nobody here before “Can close”."
    ]
    data = drawn(caller(world, "lead_tax").get(PAGE).content.decode(), "graph-data")
    assert {"id": NOBODY, "name": "Nobody"} in data["nodes"]
    assert [link["to"] for link in data["links"]] == [NOBODY]


def test_a_long_list_of_what_nobody_covers_does_not_push_the_picture_away(world: World) -> None:
    partnership = world.partnerships["haven"]
    names = [f"Can do {number}" for number in range(6)]
    catalogue.write_competences(
        actor=world.actor("coordinator"),
        partnership=partnership,
        descriptions=[catalogue.Description(name, ["AD"]) for name in names],
    )
    hold(world, "close", "police", "lead_police", Facts(needs=names))
    assert len(picture(world).uncovered) >= 6
    text = caller(world, "lead_tax").get(PAGE).content.decode()
    caption = text[text.index("<figcaption>") : text.index("</figcaption>")]
    assert caption.count("from nobody here") == 5
    assert f"All {len(picture(world).uncovered)} needs" in caption


def test_the_page_draws_what_its_table_and_its_sentences_say(world: World) -> None:
    answer = caller(world, "lead_company").get(PAGE)
    text = answer.content.decode()
    data = drawn(text, "graph-data")
    names = {node["id"]: node["name"] for node in data["nodes"]}
    assert [(names[one["from"]], names[one["to"]], one["count"]) for one in data["links"]] == [
        ("Haven City", "Haven Police", 1)
    ]
    assert "<li>Haven City needs “Can report” from Haven Police before “Can close”.</li>" in text
    table = caller(world, "lead_company").get(PAGE, {"format": "csv"}).content.decode("utf-8-sig")
    assert list(csv.reader(table.splitlines()))[1:] == [["Haven City", "Can close", "Can report", "Haven Police"]]


@pytest.mark.parametrize("approach", ["CJ", "AD", "VF"])
def test_the_bars_are_as_long_as_sql_by_hand_finds(world: World, approach: str) -> None:
    shown = matrix(world.actor("lead_tax"), world.partnerships["haven"], clock.today())
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t.name, count(DISTINCT h.membership_id)
            FROM competences_step t
            LEFT JOIN competences_barrier b ON b.step_id = t.id
            LEFT JOIN competences_serving v ON v.barrier_id = b.id
            LEFT JOIN competences_competence c ON c.id = v.competence_id AND %s = ANY(c.approaches)
            LEFT JOIN competences_holding h ON h.competence_id = c.id AND h.ended_at IS NULL
            WHERE t.process_id = %s GROUP BY t.id, t.name, t.position ORDER BY t.position
            """,
            [approach, world.processes["cocaine"].pk],
        )
        by_hand = cursor.fetchall()
    assert [(bar.row.step.name, bar.counts[approach]) for bar in charting.coverage(shown).bars] == by_hand


def test_the_chart_is_titled_by_what_it_shows_and_drawn_from_the_page(world: World) -> None:
    text = caller(world, "lead_tax").get(MATRIX).content.decode()
    assert "Nobody can act at “Step recruiting”; most members can at “Step arrival” (2)" in text
    data = drawn(text, "chart-data")
    assert data["steps"] == ["Step arrival", "Step storage", "Step recruiting"]
    assert {one["code"]: one["counts"] for one in data["series"]} == {"CJ": [2, 0, 0], "AD": [0, 1, 0], "VF": [0, 0, 0]}
    assert "Step arrival: 2 members; 2 criminal justice." in text
    hold(world, "shelter", "tax", "lead_tax", Facts())
    text = caller(world, "lead_tax").get(MATRIX).content.decode()
    assert "Fewest members can act at “Step storage” (1); most members can at “Step arrival” (2)" in text
