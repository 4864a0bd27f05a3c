"""Pages of meetings: what they show to whom, tables, forms that bad input does not break, and My work."""

import csv
import io
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from foundation import clock, printing
from partnership.meetings import services, work
from partnership.meetings.models import Meeting, Series
from tests.access.callers import caller
from tests.world import World
from tests.world.meetings import record_all
from tests.world.work import needs_of

BASE = "/partnerships/haven/meetings/"


@pytest.fixture
def coordinator(world: World) -> Client:
    return caller(world, "coordinator")


def table(response: HttpResponse) -> list[dict[str, str]]:
    assert response["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def later(days: int = 40) -> str:
    return timezone.localtime(clock.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def meeting_form(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "title": "Quay",
        "starts_at": later(),
        "minutes": 60,
        "chair": world.memberships["police"].pk,
        "quorum_rule": "share",
        "quorum_percent": 50,
        **changes,
    }


@pytest.mark.parametrize("name", ["called", "planned", "sitting", "due", "closed", "cancelled"])
@pytest.mark.parametrize("persona", ["coordinator", "lead_police", "reader_police", "lead_company"])
def test_every_meeting_shows_to_every_member_with_nothing_undefined(world: World, persona: str, name: str) -> None:
    client, address = caller(world, persona), world.meetings[name].get_absolute_url()
    pages = [address, f"{address}minutes/", f"{address}?format=csv", f"{address}calendar/"]
    if persona in {"coordinator", "lead_police"}:
        pages += [f"{address}session/", f"{address}attendance/", f"{address}close/"]
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200, page
        assert "undefined" not in response.content.decode(), page


def test_the_address_of_a_button_says_that_nothing_was_done_and_leads_to_its_page(
    world: World, coordinator: Client
) -> None:
    """As one comes to it who was signed out, pressed the button, and signed in again."""
    meeting = world.meetings["called"].get_absolute_url()
    answer = coordinator.get(f"{meeting}call/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    page = answer.content.decode()
    assert "Nothing was done" in page
    assert f'href="{meeting}"' in page


def test_lists_give_the_same_rows_as_tables(world: World, coordinator: Client) -> None:
    coming = table(coordinator.get(f"{BASE}?format=csv"))
    assert {"Called", "Planned", "Sitting", "Due", "Monthly table"} >= {row["title"] for row in coming}
    assert [row["title"] for row in table(coordinator.get(f"{BASE}?format=csv&when=past"))][-1] == "Closed"
    assert [row["title"] for row in table(coordinator.get(f"{BASE}?format=csv&state=cancelled"))] == ["Cancelled"]
    [series] = table(coordinator.get(f"{BASE}series/?format=csv"))
    assert series["rhythm"] == "the second Tuesday of every month"
    decided = {row["decision"]: row for row in table(coordinator.get(f"{BASE}decisions/?format=csv"))}
    assert decided["Decision closed"]["dissent"] == "Haven Terminals: Too costly"
    seats = {
        row["member"]: row
        for row in table(coordinator.get(f"{world.meetings['closed'].get_absolute_url()}?format=csv"))
    }
    assert seats["Haven Tax Office"]["attendance"] == "deputy"


@pytest.mark.parametrize(
    "query", ["when=never", "state=lost", "when=past&state=planned", "year=x", "force=may-be-with-you"]
)
def test_a_filter_that_means_nothing_hides_nothing(world: World, coordinator: Client, query: str) -> None:
    assert coordinator.get(f"{BASE}?{query}").status_code == 200
    assert coordinator.get(f"{BASE}decisions/?{query}").status_code == 200


def test_decisions_that_were_corrected_are_found_apart(world: World, coordinator: Client) -> None:
    closed = world.decisions["closed"]
    services.record_decision(
        actor=world.actor("lead_police"),
        meeting=world.meetings["sitting"],
        text="Not so",
        rule="consensus",
        corrects=closed,
    )
    in_force = {row["decision"] for row in table(coordinator.get(f"{BASE}decisions/?format=csv"))}
    assert in_force == {"Decision sitting", "Not so"}
    [corrected] = table(coordinator.get(f"{BASE}decisions/?format=csv&force=corrected"))
    assert (corrected["decision"], bool(corrected["corrected by"])) == ("Decision closed", True)
    assert "Corrected by" in coordinator.get(closed.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"starts_at": "yesterday"},
        {"starts_at": "2020-01-01T10:00"},
        {"starts_at": "2027-03-28T02:30"},  # the clocks skip it
        {"minutes": "0"},
        {"minutes": "many"},
        {"chair": "999999"},
        {"link": "javascript:alert(1)"},
        {"quorum_rule": "luck"},
        {"quorum_percent": "0"},
        {"quorum_rule": "named"},
        {"place": "\0"},
    ],
)
def test_bad_input_is_answered_at_the_field_and_changes_nothing(
    world: World, coordinator: Client, changes: dict[str, Any]
) -> None:
    before = Meeting.objects.count()
    for address in (f"{BASE}new/", f"{world.meetings['planned'].get_absolute_url()}edit/"):
        response = coordinator.post(address, meeting_form(world, **changes))
        assert response.status_code == 422, address
        assert "error-summary" in response.content.decode()
    assert Meeting.objects.count() == before


def test_a_chair_or_presenter_of_another_partnership_does_not_exist(world: World, coordinator: Client) -> None:
    elsewhere = world.memberships["elsewhere"].pk
    assert coordinator.post(f"{BASE}new/", meeting_form(world, chair=elsewhere)).status_code == 422
    item = {"title": "Cranes", "kind": "discuss", "minutes": 10, "presenter": elsewhere}
    assert coordinator.post(f"{world.meetings['called'].get_absolute_url()}items/new/", item).status_code == 422


def test_a_series_is_started_from_the_form(world: World, coordinator: Client) -> None:
    form = meeting_form(world, every="FREQ=WEEKLY;INTERVAL=2", nth="3", weekday="TU", starts_at="10:00")
    response = coordinator.post(f"{BASE}series/new/", {**form, "first_on": later()[:10]})
    assert response.status_code == 302
    assert Series.objects.latest("pk").rule == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"
    bad = coordinator.post(f"{BASE}series/new/", {**form, "first_on": "2020-01-01", "starts_at": "25:00"})
    assert bad.status_code == 422


def test_a_paper_needs_a_link_or_a_text(world: World) -> None:
    client, item = caller(world, "staff_police"), world.items["patrol"]
    address = f"{world.meetings['called'].get_absolute_url()}items/{item.public_id}/papers/new/"
    for body in (
        {"title": "Map"},
        {"title": "Map", "link": "https://a.example", "text": "B"},
        {"title": "", "text": "B"},
    ):
        assert client.post(address, body).status_code == 422
    assert client.post(address, {"title": "Map", "link": "https://a.example/map"}).status_code == 302


def test_the_chair_walks_the_agenda_to_the_end(world: World) -> None:
    """From opening to minutes, as somebody of the member that chairs, without a script."""
    client, meeting = caller(world, "lead_police"), world.meetings["due"]
    address = meeting.get_absolute_url()
    items = [
        services.propose_item(
            actor=world.actor("lead_customs"), meeting=meeting, title=title, presenter=world.memberships["customs"]
        )
        for title in ("First matter", "Second matter")
    ]
    opened = client.post(f"{address}start/", follow=True).content.decode()
    assert "Record who is there" in opened
    assert "Item 1 of 2" in opened
    noted = client.post(
        f"{address}items/{items[0].public_id}/outcome/", {"status": "done", "outcome": "All agreed"}, follow=True
    ).content.decode()
    assert "Item 2 of 2" in noted
    empty = client.post(f"{address}items/{items[1].public_id}/outcome/", {"status": "done", "outcome": ""})
    assert (empty.status_code, "Say what came of it" in empty.content.decode()) == (422, True)
    decided = client.post(
        f"{address}decide/?item={items[1].public_id}",
        {"text": "We go on", "rule": "majority", "item": items[1].pk},
        follow=True,
    ).content.decode()
    assert "We go on" in decided
    alone = client.post(f"{address}decide/", {"text": "Mine", "rule": "member_alone"})
    assert (alone.status_code, "Name the member" in alone.content.decode()) == (422, True)
    refused = client.post(f"{address}close/")
    assert (refused.status_code, "First record how these" in refused.content.decode()) == (422, True)
    form = {f"status-{member.public_id}": "present" for member in meeting.partnership.memberships.active()}
    assert client.post(f"{address}attendance/", form).status_code == 302
    minutes = client.post(f"{address}close/", follow=True).content.decode()
    for words in ("Minutes: Due", "5 of 5 active members are represented", "All agreed", "We go on", "Put off"):
        assert words in minutes, words


def test_attendance_takes_only_people_of_the_member(world: World, coordinator: Client) -> None:
    tax = world.memberships["tax"].public_id
    address = f"{world.meetings['sitting'].get_absolute_url()}attendance/"
    wrong = {f"status-{tax}": "present", f"person-{tax}": world.people["lead_customs"].pk}
    assert coordinator.post(address, wrong).status_code == 422
    assert coordinator.post(address, {f"status-{tax}": "asleep"}).status_code == 422


def test_minutes_that_cannot_become_pdf_say_so_and_offer_to_print(
    world: World, coordinator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    printing.makes_pdf.cache_clear()
    address = f"{world.meetings['closed'].get_absolute_url()}minutes/"
    assert "pdf/" not in coordinator.get(address).content.decode()
    response = coordinator.get(f"{address}pdf/")
    printing.makes_pdf.cache_clear()
    text = response.content.decode()
    assert response.status_code == 501
    assert "Pango" in text
    assert f"{world.meetings['closed'].get_absolute_url()}minutes/" in text


def test_minutes_as_pdf(world: World, coordinator: Client) -> None:
    pytest.importorskip("weasyprint", exc_type=ImportError)
    response = coordinator.get(f"{world.meetings['closed'].get_absolute_url()}minutes/pdf/")
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")


# --- My work, panels -------------------------------------------------------------------------------
def wanted(world: World, persona: str) -> set[tuple[str, str]]:
    return {
        (need.what, need.action) for need in needs_of(world.actor(persona), group="haven") if need.url.startswith(BASE)
    }


def test_my_work_asks_for_an_answer_and_for_papers_until_they_are_given(world: World) -> None:
    tax = world.actor("lead_tax")
    asked = {("Called: does your agency come?", "Answer"), ("Called: a paper to read", "Read")}
    assert wanted(world, "lead_tax") == asked
    services.answer_call(actor=tax, meeting=world.meetings["called"], announced="apology")
    assert wanted(world, "lead_tax") == {("Called: a paper to read", "Read")}
    services.read_paper(actor=tax, paper=world.papers["plan"])
    services.read_paper(actor=tax, paper=world.papers["plan"])
    assert wanted(world, "lead_tax") == set()


@pytest.mark.parametrize("persona", ["reader_police", "staff_police", "lead_former", "lead_suspended", "site_admin"])
def test_my_work_asks_nobody_who_is_not_called(world: World, persona: str) -> None:
    assert wanted(world, persona) == set()


def test_the_coordinator_is_told_what_is_to_be_called_and_to_be_closed(world: World) -> None:
    with clock.standing_at(world.meetings["planned"].starts_at - timedelta(days=3)):
        told = wanted(world, "coordinator")
    assert ("Planned: nobody is called yet", "Call") in told
    with clock.standing_at(world.meetings["sitting"].ends_at + timedelta(hours=1)):
        assert ("Sitting: still open", "Close") in wanted(world, "coordinator")


def test_decisions_are_news_once_their_meeting_is_closed(world: World) -> None:
    told = {news.what for news in work.decisions(world.actor("lead_tax"))}
    label = world.decisions["closed"].label
    assert f"Decision {label}: Decision closed" in told
    assert not any("Decision sitting" in what for what in told)
    assert work.decisions(world.actor("lead_elsewhere")) == []


def test_the_partnership_shows_the_meeting_that_sits_or_comes_next(world: World) -> None:
    page = caller(world, "lead_tax").get("/partnerships/haven/").content.decode()
    assert "Next meeting" in page
    assert world.meetings["due"].get_absolute_url() in page or world.meetings["sitting"].get_absolute_url() in page


def test_members_carry_a_sign_for_each_of_the_last_two_meetings(world: World, coordinator: Client) -> None:
    page = coordinator.get("/partnerships/haven/members/").content.decode()
    assert "Last two meetings" in page
    assert "Apology," in page
    own = coordinator.get(world.memberships["company"].get_absolute_url()).content.decode()
    assert "Apology" in own


def test_a_commitment_says_where_it_was_decided(world: World, coordinator: Client) -> None:
    sitting = world.meetings["sitting"]
    made = services.commit_in_meeting(
        actor=world.actor("lead_police"),
        meeting=sitting,
        decision=world.decisions["sitting"],
        promise="To look twice",
        owner=world.memberships["police"],
        due_on=clock.today() + timedelta(days=9),
        done_when="Looked at",
    )
    page = coordinator.get(made.get_absolute_url()).content.decode()
    assert "Decided in" in page
    assert world.decisions["sitting"].get_absolute_url() in page
    assert made.get_absolute_url() in coordinator.get(world.decisions["sitting"].get_absolute_url()).content.decode()
    assert "Decided in" not in coordinator.get(world.commitments["report"].get_absolute_url()).content.decode()


def test_the_record_of_the_closed_meeting_reads_the_same_after_members_left(world: World, coordinator: Client) -> None:
    page = coordinator.get(f"{world.meetings['closed'].get_absolute_url()}minutes/").content.decode()
    assert "Former Inspectorate" in page
    assert "5 of 7 active members are represented" in page
    record_all(world, world.meetings["sitting"])
