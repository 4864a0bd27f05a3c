"""Invitations: calendar mail that programs take, to those who may know, updated and taken back under one UID."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage as Parsed
from email.parser import BytesParser
from email.policy import default as modern
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import override_settings
from icalendar import Calendar

from foundation import clock
from foundation.notifications.models import Delivery, Notice
from foundation.notifications.sending import deliver_ready
from partnership.meetings import invitations, services
from partnership.meetings.models import Meeting
from partnership.membership.services import name_representatives, suspend_member
from tests.world import World
from tests.world.meetings import plan

ZONE = ZoneInfo("Europe/Amsterdam")


@pytest.fixture(autouse=True)
def quiet_outbox(db: None) -> None:
    """What the world's making queued is not what is asked here."""
    Delivery.objects.all().delete()


def call(world: World, meeting: Meeting) -> Meeting:
    return services.call_meeting(actor=world.actor("coordinator"), meeting=meeting)


def change(world: World, meeting: Meeting, **changes: Any) -> Meeting:
    asked = {name: getattr(meeting, name) for name in ("title", "starts_at", "ends_at", "chair", "place", "link")}
    return services.revise_meeting(actor=world.actor("coordinator"), meeting=meeting, **{**asked, **changes})


def sent() -> dict[str, Parsed]:
    """Return the mails that go out now, parsed as a mail program does, by recipient."""
    mail.outbox.clear()
    deliver_ready()
    # line ends as on the wire
    wire = [message.message().as_bytes(linesep="\r\n") for message in mail.outbox]
    parsed = [BytesParser(policy=modern).parsebytes(message) for message in wire]
    return {str(message["To"]): message for message in parsed}


def entry_of(message: Parsed, method: str) -> Any:
    """Return the event of a mail's calendar part, after looking that the part is what RFC 5546 and 6047 ask for."""
    [part] = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    assert message.get_content_type() == "multipart/alternative"
    assert (part.get_param("method"), part.get_content_charset()) == (method, "utf-8")
    raw = part.get_payload(decode=True)
    assert b"\r\n" in raw
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    calendar = Calendar.from_ical(raw)
    assert not calendar.errors
    assert (str(calendar["VERSION"]), str(calendar["METHOD"]), bool(calendar["PRODID"])) == ("2.0", method, True)
    [event] = calendar.walk("VEVENT")
    assert not event.errors
    zones = {str(zone["TZID"]): zone for zone in calendar.walk("VTIMEZONE")}
    assert {event["DTSTART"].params["TZID"], event["DTEND"].params["TZID"]} <= set(zones)
    for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY", "ORGANIZER", "ATTENDEE", "STATUS"):
        assert name in event, name
    assert str(event["ATTENDEE"]) == f"mailto:{message['To']}"
    assert str(event["ORGANIZER"]) == "mailto:no-reply@concord.example"
    return event


def test_representatives_and_deputies_are_called_and_leads_where_none_is_named(world: World) -> None:
    name_representatives(
        actor=world.actor("lead_customs"),
        membership=world.memberships["customs"],
        representative=world.people["staff_customs"],
        representative_mandate="May commit scans",
        deputy=world.people["lead_customs"],
        deputy_mandate="",
    )
    world.memberships["tax"].refresh_from_db()
    type(world.memberships["tax"]).objects.filter(pk=world.memberships["tax"].pk).update(
        representative=None, deputy=None
    )
    call(world, world.meetings["planned"])
    to = set(sent())
    assert {"staff_customs@haven.example", "lead_customs@haven.example", "lead_tax@haven.example"} <= to
    assert not to & {
        f"{persona}@haven.example"
        for persona in ("reader_police", "lead_former", "lead_suspended", "lead_invited", "lead_elsewhere")
    }


def test_the_invitation_is_an_entry_that_a_strict_reader_takes(world: World) -> None:
    meeting = call(world, world.meetings["planned"])
    message = sent()["lead_tax@haven.example"]
    event = entry_of(message, "REQUEST")
    assert str(event["UID"]) == str(meeting.public_id)
    assert (event["SEQUENCE"], str(event["STATUS"])) == (0, "CONFIRMED")
    assert event.start == meeting.starts_at
    assert event.end == meeting.ends_at
    assert meeting.title in str(event["SUMMARY"])
    assert str(event["LOCATION"]) == "Room 4"
    assert meeting.get_absolute_url() in str(event["DESCRIPTION"])
    assert message.get_body(("plain",)) is not None
    told = Notice.objects.filter(kind="meetings.invited", subject_id=meeting.public_id)
    notice = told.get(recipient=world.people["lead_tax"])
    assert str(notice.public_id) in message["Message-ID"]


def test_an_entry_names_nobody_but_its_recipient_and_nothing_of_the_agenda(world: World) -> None:
    call(world, world.meetings["planned"])
    for to, message in sent().items():
        text = message.as_string()
        others = {persona for persona in world.people if f"{persona}@haven.example" in text} - {to.partition("@")[0]}
        assert others == set()


def test_a_change_is_an_update_of_the_same_entry(world: World) -> None:
    meeting = call(world, world.meetings["planned"])
    first = sent()["lead_tax@haven.example"]
    hour = timedelta(hours=1)
    meeting = change(world, meeting, starts_at=meeting.starts_at + hour, ends_at=meeting.ends_at + hour)
    second = sent()["lead_tax@haven.example"]
    before, after = entry_of(first, "REQUEST"), entry_of(second, "REQUEST")
    assert str(after["UID"]) == str(before["UID"])
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after.start == meeting.starts_at == before.start + hour
    assert first["Message-ID"] != second["Message-ID"]


def test_a_change_that_calendars_do_not_show_sends_nothing(world: World) -> None:
    meeting = call(world, world.meetings["planned"])
    sent()
    assert change(world, meeting, chair=world.memberships["tax"], quorum_percent=80).sequence == 0
    assert sent() == {}


def test_a_cancellation_takes_the_entry_back(world: World) -> None:
    meeting = change(world, call(world, world.meetings["planned"]), place="Room 5")
    sent()
    services.cancel_meeting(actor=world.actor("coordinator"), meeting=meeting, reason="Nobody has time")
    message = sent()["lead_tax@haven.example"]
    event = entry_of(message, "CANCEL")
    assert (str(event["UID"]), event["SEQUENCE"], str(event["STATUS"])) == (str(meeting.public_id), 2, "CANCELLED")
    assert "Nobody has time" not in message.as_string()


def test_what_was_never_called_is_cancelled_without_a_mail(world: World) -> None:
    services.cancel_meeting(actor=world.actor("coordinator"), meeting=world.meetings["planned"], reason="No")
    assert sent() == {}


def test_an_invitation_that_was_overtaken_before_it_went_out_is_not_sent(world: World) -> None:
    meeting = call(world, world.meetings["planned"])
    change(world, meeting, place="Room 5")
    mails = sent()
    assert entry_of(mails["lead_tax@haven.example"], "REQUEST")["SEQUENCE"] == 1
    assert len(mail.outbox) == len(mails)


@pytest.mark.parametrize("step", ["call", "cancel"])
def test_rights_are_asked_again_when_the_mail_goes_out(world: World, step: str) -> None:
    meeting = call(world, world.meetings["planned"])
    if step == "cancel":
        sent()
        services.cancel_meeting(actor=world.actor("coordinator"), meeting=meeting, reason="No")
    suspend_member(actor=world.actor("coordinator"), membership=world.memberships["tax"], reason="asked")
    person = world.people["lead_company"]
    person.is_active = False
    person.save()
    to = set(sent())
    assert "lead_customs@haven.example" in to
    assert not to & {"lead_tax@haven.example", "lead_company@haven.example"}


def test_who_becomes_representative_after_the_call_is_called_once(world: World) -> None:
    call(world, world.meetings["planned"])
    sent()
    name_representatives(
        actor=world.actor("lead_police"),
        membership=world.memberships["police"],
        representative=world.people["staff_police"],
        representative_mandate="All",
        deputy=None,
        deputy_mandate="",
    )
    services.call_the_missing()
    services.call_the_missing()
    assert set(sent()) == {"staff_police@haven.example"}
    # and to the other meeting to which people are called
    links = [world.meetings[name].get_absolute_url() for name in ("planned", "called")]
    assert sorted(link for message in mail.outbox for link in links if link in message.body) == sorted(links)
    assert len(mail.outbox) == 2


def test_the_inbox_says_it_until_it_is_answered_by_the_day_itself(world: World) -> None:
    call(world, world.meetings["planned"])
    notice = Notice.objects.get(
        kind="meetings.invited", subject_id=world.meetings["planned"].public_id, recipient=world.people["lead_tax"]
    )
    assert notice.facts["sequence"] == "0"
    services.cancel_meeting(actor=world.actor("coordinator"), meeting=world.meetings["planned"], reason="No")
    notice.refresh_from_db()
    assert notice.withdrawn_at is not None


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize(
    "zone",
    ["Europe/Amsterdam", "Europe/Lisbon", "America/New_York", "Australia/Sydney", "Asia/Kolkata", "Africa/Casablanca"],
)
def test_the_zone_in_the_entry_says_what_the_clocks_do(world: World, zone: str, month: int) -> None:
    """A reader that knows no zones but those of the entry comes to the same moment."""
    local = datetime(2027, month, 15, 10, 0, tzinfo=ZoneInfo(zone))
    meeting = world.meetings["planned"]
    meeting.zone, meeting.starts_at, meeting.ends_at = zone, local, local + timedelta(hours=1)
    text = invitations.publication(meeting).decode()
    # under a name that nobody knows, so that the description alone counts; the reader remembers names
    [event] = Calendar.from_ical(text.replace(zone, f"Nowhere/{uuid4()}")).walk("VEVENT")
    assert event["DTSTART"].dt.astimezone(UTC) == local.astimezone(UTC)


def test_two_rules_describe_the_zone_of_the_site(world: World) -> None:
    [zone] = Calendar.from_ical(invitations.publication(world.meetings["planned"])).walk("VTIMEZONE")
    rules = {part.name: (part["TZOFFSETTO"].to_ical(), part["RRULE"].to_ical().decode()) for part in zone.subcomponents}
    assert rules == {
        "STANDARD": ("+0100", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"),
        "DAYLIGHT": ("+0200", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3"),
    }


@override_settings(DEFAULT_FROM_EMAIL="A city <portal@city.example>")
def test_the_organizer_is_the_sender(world: World) -> None:
    entry = invitations.request(world.meetings["called"], world.people["lead_tax"]).decode()
    assert "mailto:portal@city.example" in entry.replace("\r\n ", "")


def test_long_and_strange_words_do_not_break_the_entry(world: World) -> None:
    title = "Überprüfung; Punkt, zwei\\drei\r\nATTENDEE:mailto:evil@example.org " + "é" * 60
    meeting = plan(world, title[:200], clock.now() + timedelta(days=3))
    call(world, meeting)
    event = entry_of(sent()["lead_tax@haven.example"], "REQUEST")
    assert "evil@example.org" in str(event["SUMMARY"])
    assert "evil" not in str(event["ATTENDEE"])
