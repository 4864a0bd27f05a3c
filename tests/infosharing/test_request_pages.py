"""Pages of requests: who reads what on them, and what needs whom."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client

from foundation import clock
from partnership.reminders.calendars import add_working_days
from tests.access.callers import caller
from tests.infosharing.test_request_walls import SEES
from tests.infosharing.test_requests import answer, take_back
from tests.world import World
from tests.world.cast import marker

LIST = "/partnerships/haven/requests/"


def page(client: Client, address: str) -> str:
    answered = client.get(address)
    assert answered.status_code == 200, (address, answered.status_code)
    return str(answered.content.decode())


def one(world: World, persona: str, name: str, path: str = "") -> str:
    return page(caller(world, persona), f"{LIST}{world.requests[name].public_id}/{path}")


@pytest.mark.parametrize("persona", ["lead_police", "reader_police", "staff_customs", "lead_tax", "lead_company"])
def test_the_list_and_its_table_hold_what_one_sees_and_no_question(world: World, persona: str) -> None:
    for text in (page(caller(world, persona), LIST), page(caller(world, persona), f"{LIST}?format=csv")):
        listed = {name for name in world.requests if marker(f"request_{name}") in text}
        assert listed == SEES[persona]
        assert "Question" not in text
        assert marker("answer_answered") not in text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("whose=asked", {"to_customs", "hidden", "answered", "refused"}),
        ("whose=to_us", {"by_customs", "by_former"}),
        ("state=open", {"to_customs", "hidden", "by_customs"}),
        ("state=closed", {"answered", "refused", "by_former"}),
        ("whose=asked&state=closed", {"answered", "refused"}),
    ],
)
def test_the_filter_lives_in_the_address(world: World, query: str, names: set[str]) -> None:
    text = page(caller(world, "staff_police"), f"{LIST}?{query}")
    assert {name for name in world.requests if marker(f"request_{name}") in text} == names


def test_who_was_asked_sees_who_else_only_where_it_may(world: World) -> None:
    assert "Haven Terminals" in one(world, "staff_customs", "to_customs")
    hidden = one(world, "staff_customs", "hidden")
    assert "Haven Tax Office" not in hidden
    assert "the asker keeps to itself" in hidden
    table = page(caller(world, "staff_customs"), f"{LIST}?format=csv")
    rows = {line["title"]: line["asked of"] for line in csv.DictReader(io.StringIO(table.lstrip("\ufeff")))}
    assert rows[world.requests["hidden"].title] == "Haven Customs"


def test_an_asked_member_reads_its_own_answer_and_no_other(world: World) -> None:
    assert marker("answer_hidden") in one(world, "lead_tax", "hidden")
    assert marker("answer_hidden") in one(world, "reader_police", "hidden")
    assert marker("answer_hidden") not in one(world, "lead_customs", "hidden")


def test_a_page_offers_what_its_reader_may_do_and_nothing_else(world: World) -> None:
    asked, asking = one(world, "staff_customs", "to_customs"), one(world, "staff_police", "to_customs")
    reading = one(world, "reader_police", "to_customs")
    assert "Refuse, on a ground" in asked
    assert "Take it back" not in asked
    assert "Take it back" in asking
    assert "Refuse, on a ground" not in asking
    assert "Take it back" not in reading
    for text in (asked, asking):
        assert f"competences/who/?request={world.requests['to_customs'].public_id}" in text
    take_back(world, "staff_police", "to_customs")
    later = one(world, "staff_customs", "to_customs")
    assert "Taken back on" in later
    assert "Refuse, on a ground" not in later


def test_the_form_begins_with_ten_working_days_and_what_the_address_names(world: World) -> None:
    member, competence = world.memberships["customs"], world.competences["search"]
    text = page(caller(world, "staff_police"), f"{LIST}new/?to={member.public_id}&competence={competence.public_id}")
    assert add_working_days(clock.today(), 10, "NL").isoformat() in text
    assert f'value="{member.pk}"' in text
    assert text.count("checked") >= 2
    assert f'<option value="{competence.public_id}" selected>' in text
    assert "TLP:RED" not in text
    page(caller(world, "staff_police"), f"{LIST}new/?to=nonsense&competence=%00")


def test_who_can_act_leads_to_asking_another_member_and_not_oneself(world: World) -> None:
    text = page(caller(world, "staff_police"), "/partnerships/haven/competences/who/?q=search")
    customs, police = world.memberships["customs"], world.memberships["police"]
    competence = world.competences["search"].public_id
    assert f"requests/new/?to={customs.public_id}&amp;competence={competence}" in text
    assert f"requests/new/?to={police.public_id}" not in text
    assert "Ask for information" not in page(
        caller(world, "reader_police"), "/partnerships/haven/competences/who/?q=search"
    )


def test_what_waits_for_a_member_stands_in_its_work_until_it_decides(world: World) -> None:
    title = world.requests["to_customs"].title
    assert title in page(caller(world, "staff_customs"), "/")
    assert title not in page(caller(world, "lead_tax"), "/")
    answer(world, "staff_customs", "to_customs")
    assert title not in page(caller(world, "staff_customs"), "/")


def test_who_asked_finds_the_answer_and_what_did_not_come_in_time_in_its_work(world: World) -> None:
    text = page(caller(world, "staff_police"), "/")
    assert f"{world.requests['answered'].title}: answered" in text
    assert "has not answered in time" not in text
    with clock.standing_at(clock.now() + timedelta(days=20)):
        late = page(caller(world, "staff_police"), "/")
        assert "Haven Customs has not answered in time" in late
        # nobody waits for who left or is suspended
        assert "Suspended Association has not" not in late
        assert "Not answered in time" in one(world, "staff_police", "to_customs")


def test_the_coordinator_sees_numbers_and_no_request(world: World) -> None:
    answer(world, "lead_police", "by_customs")
    text = page(caller(world, "coordinator"), LIST)
    assert "Members were asked 10 times" in text
    assert "canary" not in text
    assert "Haven Customs" not in text
    assert "in numbers" not in page(caller(world, "lead_police"), LIST)


def test_somebody_without_requests_reads_what_they_are_for(world: World) -> None:
    assert "so that silence is no answer" in page(caller(world, "coordinator"), LIST)
    assert "Choose less in the filter" in page(caller(world, "lead_company"), f"{LIST}?whose=asked")


def test_a_refused_form_says_what_is_wrong_and_keeps_what_was_typed(world: World) -> None:
    client = caller(world, "staff_customs")
    address = f"{LIST}{world.requests['to_customs'].public_id}/"
    refused = client.post(f"{address}refuse/", {"ground": "R1", "reason": ""})
    assert refused.status_code == 422
    assert "Say why, in words that the asker can work with." in refused.content.decode()
    half = client.post(f"{address}answer/", {"outcome": "partly_answered", "answer": "Kept words"})
    assert half.status_code == 422
    assert "Say what is left out, and why." in half.content.decode()
    assert "Kept words" in half.content.decode()


def test_a_form_that_was_left_open_says_that_it_is_decided(world: World) -> None:
    answer(world, "staff_customs", "to_customs")
    client = caller(world, "lead_customs")
    address = f"{LIST}{world.requests['to_customs'].public_id}/"
    refusal = {"ground": "R1", "reason": "No"}
    for path, body in (("answer/", {"outcome": "answered", "answer": "Too"}), ("refuse/", refusal)):
        for late in (client.get(f"{address}{path}", follow=True), client.post(f"{address}{path}", body, follow=True)):
            assert late.redirect_chain == [(address, 302)]
            assert "has decided already" in late.content.decode()
