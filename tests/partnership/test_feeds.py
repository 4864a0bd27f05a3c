"""Calendar feeds: what stands in them, for whom, and what an address that is not good (any more) gets."""

import logging
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client
from icalendar import Calendar, Event

from config.discretion import DiscreetFilter, discreet
from foundation import clock
from foundation.audit.models import Event as AuditEvent
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from partnership.commitments.models import Commitment
from partnership.feeds import limits, services
from partnership.feeds.calendars import calendar_of
from partnership.feeds.entries import Entry
from partnership.feeds.models import Feed
from partnership.meetings import invitations
from partnership.meetings import services as meeting_services
from partnership.meetings.models import Meeting
from partnership.membership import services as membership
from tests.access.callers import caller
from tests.world import World
from tests.world.attempts import database_refuses
from tests.world.plans import calendar_token


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    cache.clear()


def address(persona: str) -> str:
    return f"/calendar/{calendar_token(persona)}.ics"


def events(persona: str) -> dict[str, Event]:
    """Read a persona's feed as a calendar program does, strictly: a broken line is an error."""
    answer = Client().get(address(persona))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.content.isascii() or answer.content.decode()
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    calendar = Calendar.from_ical(answer.content)
    assert calendar.errors == []
    assert (calendar["version"], calendar["prodid"]) == ("2.0", "-//Concord//Calendar feed//EN")
    found = {str(event["summary"]): event for event in calendar.walk("VEVENT")}
    for event in found.values():
        assert event.errors == []
    return found


def promises(persona: str) -> dict[str, Event]:
    """Return what takes a whole day."""
    return {title: event for title, event in events(persona).items() if event["dtstart"].params.get("VALUE") == "DATE"}


def meetings(persona: str) -> dict[str, Event]:
    """Return what has hours, by its UID."""
    return {
        str(event["uid"]): event for event in events(persona).values() if event["dtstart"].params.get("VALUE") != "DATE"
    }


def test_a_feed_of_mine_shows_what_the_person_does(world: World) -> None:
    assert set(promises("staff_customs")) == {"Promise report", "Promise blocked", "Promise repeating"}


def test_a_feed_of_the_agency_shows_all_that_it_promised_or_contributes_to(world: World) -> None:
    assert set(promises("lead_customs")) == {
        "Promise report",
        "Promise claimed",
        "Promise blocked",
        "Promise repeating",
    }
    Feed.objects.filter(pk=world.feeds["lead_customs"].pk).update(person=world.people["lead_tax"])
    assert set(promises("lead_customs")) == {"Promise repeating"}


def test_an_entry_is_a_whole_day_with_the_address_of_its_page(world: World) -> None:
    report, event = world.commitments["report"], events("staff_customs")["Promise report"]
    assert UUID(str(event["uid"])) == report.public_id
    assert event.decoded("dtstart") == report.due_on
    assert event.decoded("dtend") == report.due_on + timedelta(days=1)
    assert event["dtstart"].params["VALUE"] == "DATE"
    assert str(event["url"]).endswith(report.get_absolute_url())
    assert "It is on the table" in str(event["description"])
    assert "waits for Haven Tax Office" in str(events("staff_customs")["Promise blocked"]["description"])


def test_a_feed_of_the_agency_has_all_meetings_of_its_partnerships_and_no_other(world: World) -> None:
    """Each is an entry of its own, also where several have one title."""
    answer = Client().get(address("lead_customs"))
    entries = [event for event in Calendar.from_ical(answer.content).walk("VEVENT") if "sequence" in event]
    haven = Meeting.objects.filter(partnership=world.partnerships["haven"])
    assert sorted(str(event["uid"]) for event in entries) == sorted(str(meeting.public_id) for meeting in haven)
    assert str(world.meetings["hill"].public_id) in meetings("lead_elsewhere")
    states = {str(event["uid"]): str(event["status"]) for event in entries}
    for name, state in {
        "planned": "TENTATIVE", "called": "CONFIRMED", "sitting": "CONFIRMED", "closed": "CONFIRMED",
        "cancelled": "CANCELLED",
    }.items():  # fmt: skip
        assert states[str(world.meetings[name].public_id)] == state


def test_a_feed_of_mine_has_the_meetings_that_the_person_is_called_to(world: World) -> None:
    assert meetings("staff_customs") == {}, "its leads speak for customs"
    membership.name_representatives(
        actor=world.actor("lead_customs"),
        membership=world.memberships["customs"],
        representative=world.people["staff_customs"],
        representative_mandate="May commit scans",
        deputy=None,
        deputy_mandate="",
    )
    assert str(world.meetings["called"].public_id) in meetings("staff_customs")


def test_an_entry_of_a_meeting_is_the_same_one_as_its_invitation(world: World) -> None:
    called, coordinator = world.meetings["called"], world.actor("coordinator")
    asked = {name: getattr(called, name) for name in ("title", "starts_at", "ends_at", "chair")}
    moved = called.starts_at + timedelta(days=1)
    asked |= {"starts_at": moved, "ends_at": moved + timedelta(hours=1)}
    for place, link in (("Room 5", ""), ("", "https://talk.example/7")):
        called = meeting_services.revise_meeting(actor=coordinator, meeting=called, **asked, place=place, link=link)
        event = meetings("lead_customs")[str(called.public_id)]
        mailed = Calendar.from_ical(invitations.request(called, world.people["lead_customs"])).walk("VEVENT")[0]
        for name in ("uid", "sequence", "dtstart", "dtend", "summary", "location", "status", "last-modified", "url"):
            assert event[name].to_ical() == mailed[name].to_ical(), name
    assert event["sequence"] == 2
    assert event.decoded("dtstart") == moved
    assert "https://talk.example/7" in str(event["description"])
    meeting_services.cancel_meeting(actor=coordinator, meeting=called, reason="Nobody has time")
    event = meetings("lead_customs")[str(called.public_id)]
    assert (str(event["status"]), event["sequence"], str(event["transp"])) == ("CANCELLED", 3, "TRANSPARENT")
    assert "Nobody has time" not in Client().get(address("lead_customs")).content.decode()


def test_meetings_long_past_leave_the_feed(world: World) -> None:
    closed = str(world.meetings["closed"].public_id)
    assert closed in meetings("lead_customs")
    with clock.standing_at(clock.now() + timedelta(days=100)):
        assert closed not in meetings("lead_customs")


def test_what_has_ended_leaves_the_feed(world: World) -> None:
    Commitment.objects.filter(pk=world.commitments["report"].pk).update(status="dropped", reason="x")
    assert "Promise report" not in events("staff_customs")


def test_nothing_of_another_partnership_is_in_a_feed(world: World) -> None:
    """The canary: each side's promise names its own side."""
    Commitment.objects.filter(partnership__slug="hill").update(promise="canary-of-the-hill")
    Commitment.objects.filter(partnership__slug="haven").update(promise="canary-of-the-haven")
    for persona in ("lead_customs", "staff_customs"):
        text = Client().get(address(persona)).content.decode()
        assert "canary-of-the-haven" in text
        assert "hill" not in text.lower()
    text = Client().get(address("lead_elsewhere")).content.decode()
    assert "canary-of-the-hill" in text
    assert "haven" not in text.lower()


def test_a_feed_shows_what_may_be_seen_at_that_moment(world: World) -> None:
    assert events("staff_customs")
    membership.suspend_member(
        actor=world.actor("coordinator"), membership=world.memberships["customs"], reason="Under inquiry"
    )
    assert events("staff_customs") == {}
    membership.reinstate_member(
        actor=world.actor("coordinator"), membership=world.memberships["customs"], reason="It is over"
    )
    assert events("staff_customs")


def test_an_address_that_is_not_good_gets_the_same_answer_whatever_the_cause(world: World) -> None:
    answers = [Client().get("/calendar/unknown.ics"), Client().get(f"/calendar/{'y' * 43}.ics")]
    services.revoke_feed(actor=world.actor("lead_customs"), feed=world.feeds["lead_customs"])
    gone = world.people["staff_customs"]
    gone.is_active = False
    gone.save()
    answers += [Client().get(address("lead_customs")), Client().get(address("staff_customs"))]
    own = caller(world, "lead_customs").get(address("lead_customs"))
    said = {(answer.status_code, answer.content, answer["Content-Type"], answer["Cache-Control"]) for answer in answers}
    assert said == {(404, b"There is no such calendar.", "text/plain; charset=utf-8", "private, no-store")}
    assert own.status_code == 404


def test_no_token_stands_in_the_log() -> None:
    token = calendar_token("lead_customs")
    line = logging.LogRecord("x", logging.WARNING, "", 0, "%s: %s", ("Not Found", f"/calendar/{token}.ics"), None)
    assert DiscreetFilter().filter(line)
    assert line.getMessage() == "Not Found: /calendar/…"
    assert discreet(f"GET /unsubscribe/{token}/ 200") == "GET /unsubscribe/…/ 200"
    assert discreet("/partnerships/haven/commitments/") == "/partnerships/haven/commitments/"


def test_an_answer_is_kept_by_nobody_and_sets_no_cookie(world: World) -> None:
    answer = Client().get(address("lead_customs"))
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert not answer.cookies


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_an_address_is_for_reading(world: World, method: str) -> None:
    assert Client().generic(method, address("lead_customs")).status_code == 405


def test_who_is_signed_in_reads_a_feed_as_its_person_and_stays_who_they_are(world: World) -> None:
    client = caller(world, "lead_elsewhere")
    text = client.get(address("staff_customs")).content.decode()
    assert "Promise report" in text
    assert client.get("/notes/?format=csv").status_code == 200
    assert client.get("/partnerships/haven/").status_code == 404


def test_a_program_that_asks_all_the_time_is_asked_to_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_010.0)
    statuses = [Client().get(address("lead_customs")).status_code for _ in range(32)]
    assert statuses == [200] * 30 + [429] * 2
    assert Client().get(address("staff_customs")).status_code == 200


def test_a_token_is_shown_once_and_only_its_digest_is_kept(world: World) -> None:
    client = caller(world, "lead_police")
    page = client.post("/settings/calendar/new/", {"scope": "mine"})
    shown = page.context["address"]
    token = shown.rpartition("/")[2].removesuffix(".ics")
    assert shown in page.content.decode()
    assert len(token) == 43
    feed = Feed.objects.get(person=world.people["lead_police"])
    assert feed.digest == sha256(token.encode()).hexdigest()
    assert token not in client.get("/settings/").content.decode()
    assert token not in "".join(map(str, AuditEvent.objects.values_list("detail", flat=True)))
    assert Client().get(f"/calendar/{token}.ics").status_code == 200
    assert Feed.objects.get(pk=feed.pk).last_read_on == clock.today()
    client.post(f"/settings/calendar/{feed.public_id}/revoke/")
    assert Client().get(f"/calendar/{token}.ics").status_code == 404
    assert [event.verb for event in AuditEvent.objects.filter(object_id=feed.public_id)] == [
        "feeds.revoked", "feeds.made",
    ]  # fmt: skip


def test_nobody_makes_more_than_ten_and_site_administrators_none(world: World) -> None:
    police = world.actor("lead_police")
    for _ in range(services.MOST):
        services.make_feed(actor=police, scope="ours")
    with pytest.raises(OutOfTurn):
        services.make_feed(actor=police, scope="mine")
    with pytest.raises(NotAllowed):
        services.make_feed(actor=world.actor("site_admin"), scope="mine")
    with pytest.raises(Invalid):
        services.make_feed(actor=world.actor("lead_tax"), scope="everybody's")


def test_nobody_revokes_the_feed_of_another(world: World) -> None:
    feed = world.feeds["lead_customs"]
    with pytest.raises(NotAllowed):
        services.revoke_feed(actor=world.actor("staff_customs"), feed=feed)
    assert caller(world, "staff_customs").post(f"/settings/calendar/{feed.public_id}/revoke/").status_code == 404
    services.revoke_feed(actor=world.actor("lead_customs"), feed=feed)
    with pytest.raises(OutOfTurn):
        services.revoke_feed(actor=world.actor("lead_customs"), feed=feed)


def test_the_database_keeps_digests_and_no_tokens(world: World) -> None:
    with database_refuses("feed_digest_is_sha256"):
        Feed.objects.filter(pk=world.feeds["lead_customs"].pk).update(digest="a-token-in-clear")


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "Europe/Berlin", "Europe/London"])
def test_what_has_hours_comes_with_its_time_zone(zone: str) -> None:
    starts_at = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
    entry = Entry(
        uid=UUID("019a1f6e-7c1b-7d54-9d0e-6f5f0b7c2a11"),
        title="Table; with, signs\nand a line",
        path="/partnerships/haven/meetings/",
        changed_at=starts_at,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        zone=zone,
    )
    calendar = Calendar.from_ical(calendar_of("Concord", [entry]))
    (event,) = calendar.walk("VEVENT")
    assert [str(part["tzid"]) for part in calendar.walk("VTIMEZONE")] == [zone]
    assert event.decoded("dtstart") == starts_at
    assert event["dtstart"].params["TZID"] == zone
    assert str(event["summary"]) == "Table; with, signs\nand a line"
