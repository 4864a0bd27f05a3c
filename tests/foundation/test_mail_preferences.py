"""How people choose to get mail, and that it comes so."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from foundation.errors import Invalid
from foundation.notifications import kinds, sending
from foundation.notifications.kinds import Kind, Message
from foundation.notifications.models import Delivery, Notice, Preference
from foundation.notifications.preferences import choose, unsubscribe_token
from foundation.notifications.services import notify
from tests.access.callers import caller
from tests.world import World

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PROBE = Kind(
    slug="preferences.probe",
    label="A probe",
    message=lambda notice: Message(title=f"Probe {notice.facts['n']}", sentence="Look at <it>.", path="/inbox/"),
    still_holds=lambda notice: notice.facts.get("holds", "yes") == "yes",
)


@pytest.fixture(autouse=True)
def one_kind_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kinds._kinds, PROBE.slug, PROBE)
    Delivery.objects.all().delete()


def set_up(world: World, **changes: object) -> None:
    usual: dict[str, object] = {
        "cadence": "at_once",
        "time_zone": "UTC",
        "quiet_from": None,
        "quiet_until": None,
        "gathered_at": time(8),
        "weekday": 0,
        "by_kind": {},
    }
    choose(actor=world.actor("staff_police"), **{**usual, **changes})  # type: ignore[arg-type]


def tell(world: World, number: int, persona: str = "staff_police", **facts: str) -> None:
    person = world.people[persona]
    notify(
        kind=kinds._kinds[PROBE.slug],
        recipients=[person.pk],
        subject=person,
        occasion=str(number),
        n=str(number),
        **facts,
    )


def sent() -> list[str]:
    return [message.subject for message in mail.outbox]


def test_who_chose_nothing_gets_each_mail_at_once(world: World) -> None:
    tell(world, 1)
    sending.deliver_ready()
    assert sent() == ["Probe 1"]


def test_in_quiet_hours_a_mail_waits_until_they_are_over(world: World) -> None:
    set_up(world, quiet_from=time(11), quiet_until=time(14))
    with time_machine.travel(NOON, tick=False) as now:
        tell(world, 1)
        sending.deliver_ready()
        assert sent() == []
        now.shift(timedelta(hours=2))
        sending.deliver_ready()
        assert sent() == ["Probe 1"]


def test_gathered_notices_come_in_one_mail_the_next_morning(world: World) -> None:
    set_up(world, cadence="daily")
    with time_machine.travel(NOON, tick=False) as now:
        for number in (1, 2, 3):
            tell(world, number)
        tell(world, 4, "lead_customs")
        sending.deliver_ready()
        assert sent() == ["Probe 4"]
        now.move_to(datetime(2026, 11, 25, 8, tzinfo=UTC))
        sending.deliver_ready()
        sending.deliver_ready()
    assert sent() == ["Probe 4", "Concord: 3 notices for you"]
    assert all(f"Probe {number}" in mail.outbox[1].body for number in (1, 2, 3))
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_what_is_gone_by_then_is_not_in_the_gathered_mail(world: World) -> None:
    set_up(world, cadence="daily")
    with time_machine.travel(NOON, tick=False) as now:
        tell(world, 1)
        tell(world, 2, holds="no")
        now.shift(timedelta(days=1))
        sending.deliver_ready()
    assert sent() == ["Probe 1"]


def test_a_gathered_mail_that_is_sent_again_bears_the_same_id(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(world, cadence="daily")
    with time_machine.travel(NOON, tick=False) as now:
        tell(world, 1)
        tell(world, 2)
        now.shift(timedelta(days=1))
        with monkeypatch.context() as patch:
            patch.setattr(sending, "_record_sent", lambda *parcel, **columns: None)
            sending.deliver_ready()
        now.shift(sending.LEASE)
        sending.deliver_ready()
    first, second = (message.extra_headers["Message-ID"] for message in mail.outbox)
    assert first == second


def test_one_kind_can_be_otherwise_than_the_others(world: World) -> None:
    set_up(world, cadence="daily", by_kind={PROBE.slug: "at_once"})
    tell(world, 1)
    sending.deliver_ready()
    assert sent() == ["Probe 1"]


def test_who_wants_no_mail_finds_it_in_the_inbox(world: World) -> None:
    set_up(world, cadence="never")
    tell(world, 1)
    assert not Delivery.objects.exists()
    assert Notice.objects.filter(kind=PROBE.slug, recipient=world.people["staff_police"]).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Europe/Atlantis"},
        {"quiet_from": time(9)},
        {"by_kind": {"no.such_kind": "never"}},
    ],
)
def test_nonsense_is_refused(world: World, wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        set_up(world, **wrong)
    assert not Preference.objects.exists()


def test_a_mail_can_be_read_as_text_and_as_html_and_unsubscribed_from_with_one_click(world: World) -> None:
    tell(world, 1)
    sending.deliver_ready()
    [message] = mail.outbox
    [(html, media_type)] = message.alternatives  # type: ignore[attr-defined]
    assert media_type == "text/html"
    assert "Look at &lt;it&gt;." in html
    assert "Look at <it>." in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = message.extra_headers["List-Unsubscribe"].strip("<>")
    path = address.partition("127.0.0.1:8000")[2]
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.get(path).status_code == 200
    tell(world, 2)
    assert Delivery.objects.filter(notice__dedupe_key__endswith=":2").exists()
    assert stranger.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    tell(world, 3)
    assert not Delivery.objects.filter(notice__dedupe_key__endswith=":3").exists()


@pytest.mark.parametrize("token", ["nonsense", "a:b:c"])
def test_an_address_that_was_not_made_here_unsubscribes_nobody(world: World, token: str) -> None:
    assert Client().post(f"/unsubscribe/{token}/").status_code == 404


def test_a_token_is_good_for_its_own_person_and_kind_alone(world: World) -> None:
    token = unsubscribe_token(world.people["lead_customs"].public_id, PROBE.slug)
    Client().post(f"/unsubscribe/{token}/")
    tell(world, 1)
    tell(world, 2, "lead_customs")
    assert Delivery.objects.filter(notice__kind=PROBE.slug).count() == 1


def test_the_settings_page_keeps_what_was_chosen(world: World) -> None:
    client = caller(world, "staff_police")
    chosen = {
        "cadence": "weekly", "gathered_at": "07:30", "weekday": "4", "quiet_from": "20:00", "quiet_until": "07:00",
        "time_zone": "Europe/Berlin", f"kind-{PROBE.slug}": "never",
    }  # fmt: skip
    assert client.post("/settings/mail/", chosen).status_code == 302
    page = client.get("/settings/mail/").content.decode()
    assert 'value="07:30"' in page
    assert re.search(r'value="weekly"[^>]* checked', page)
    client.post("/settings/mail/", {**chosen, "quiet_until": ""})
    assert Preference.objects.get(person=world.people["staff_police"]).quiet_until == time(7)


def test_an_invitation_is_not_gathered_since_its_calendar_entry_would_be_lost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(kinds._kinds, PROBE.slug, replace(PROBE, is_timely=True))
    set_up(world, cadence="weekly")
    tell(world, 1)
    sending.deliver_ready()
    assert sent() == ["Probe 1"]
    set_up(world, cadence="never")
    tell(world, 2)
    sending.deliver_ready()
    assert sent() == ["Probe 1"]
