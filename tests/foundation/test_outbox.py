"""The outbox: what goes wrong with one mail, and that it stays with that one."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.people.models import Person
from foundation import clock
from foundation.notifications import kinds, sending, tasks
from foundation.notifications.kinds import Kind, Message
from foundation.notifications.models import Delivery, Notice
from foundation.notifications.services import notify, withdraw_notices
from tests.foundation.mailserver import ACCEPTED, REFUSED, MailServer
from tests.world import World
from tests.world.roles import as_owner

PROBE = Kind(
    slug="outbox.probe",
    label="A probe",
    message=lambda notice: Message(title="A probe", sentence="Look at it.", path="/"),
    still_holds=lambda notice: notice.facts.get("holds", "yes") == "yes",
)


def broken(notice: Notice) -> Message:
    raise ValueError("no words for this")


POISONED = Kind(slug="outbox.poisoned", label="Poison", message=broken, still_holds=lambda notice: True)


@pytest.fixture
def server() -> Iterator[MailServer]:
    running = MailServer()
    running.start()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def outbox(world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch, server: MailServer) -> None:
    """Send through the server, and know two kinds more; what the world's making queued is not what is asked here."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    for kind in (PROBE, POISONED):
        monkeypatch.setitem(kinds._kinds, kind.slug, kind)
    Delivery.objects.all().delete()


def queue(recipient: Person, kind: str = PROBE.slug, **facts: str) -> Delivery:
    now = clock.now()
    number = Notice.objects.count()
    notice = Notice.objects.create(
        kind=kind, recipient=recipient, subject_id=recipient.public_id, facts=facts, dedupe_key=f"probe {number}",
        created_at=now,
    )  # fmt: skip
    return Delivery.objects.create(notice=notice, not_before=now)


def message_id(delivery: Delivery) -> str:
    return f"<{delivery.notice.public_id}@127.0.0.1>"


def state(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.state


@pytest.fixture
def person(world: World) -> Person:
    return world.people["staff_police"]


def test_what_the_server_accepts_is_sent_once_and_recorded(server: MailServer, person: Person) -> None:
    mail = queue(person)
    assert sending.deliver_ready() == 1
    assert sending.deliver_ready() == 0
    assert state(mail) == "sent"
    assert mail.sent_at
    assert server.accepted == {message_id(mail): 1}


def test_what_the_server_refuses_backs_off_and_the_others_go_on(server: MailServer, person: Person) -> None:
    refused, others = queue(person), [queue(person), queue(person)]
    server.answer = lambda message: REFUSED if message == message_id(refused) else ACCEPTED
    sending.deliver_ready()
    assert [state(mail) for mail in others] == ["sent", "sent"]
    assert state(refused) == "queued"
    assert (refused.attempts, refused.answer) == (1, "SMTPDataError")
    wait = (refused.not_before - clock.now()).total_seconds()
    assert 10 < wait <= 18
    server.answer = lambda message: ACCEPTED
    assert sending.deliver_ready() == 0
    with time_machine.travel(refused.not_before, tick=False):
        sending.deliver_ready()
    assert state(refused) == "sent"
    assert server.accepted[message_id(refused)] == 1


def test_without_a_mail_server_every_mail_waits(server: MailServer, person: Person, settings: Settings) -> None:
    mail = queue(person)
    settings.EMAIL_PORT = 1
    sending.deliver_ready()
    assert state(mail) == "queued"
    assert mail.answer == "ConnectionRefusedError"


def test_the_pause_doubles_up_to_an_hour_with_jitter() -> None:
    for attempt in range(1, sending.LAST_ATTEMPT):
        usual = min(15 * 2 ** (attempt - 1), 3600)
        pauses = [sending.pause_after(attempt).total_seconds() for _ in range(200)]
        assert usual * 0.8 <= min(pauses) < usual * 0.95
        assert usual * 1.05 < max(pauses) <= usual * 1.2
    assert sending.pause_after(100).total_seconds() <= 3600 * 1.2


def test_after_the_last_attempt_a_mail_is_parked_and_tried_no_more(server: MailServer, person: Person) -> None:
    mail, tried = queue(person), []
    server.answer = lambda message: tried.append(message) or REFUSED  # type: ignore[func-returns-value]
    with time_machine.travel(clock.now(), tick=False) as now:
        for _ in range(sending.LAST_ATTEMPT + 3):
            sending.deliver_ready()
            now.shift(timedelta(hours=2))
    assert state(mail) == "parked"
    assert mail.attempts == len(tried) == sending.LAST_ATTEMPT
    assert set(tried) == {message_id(mail)}


@pytest.mark.parametrize("kind", [POISONED.slug, "a.kind_of_a_version_to_come"])
def test_a_row_that_cannot_be_made_a_mail_does_not_hold_up_the_others(
    server: MailServer, person: Person, kind: str
) -> None:
    poisoned, other = queue(person, kind), queue(person)
    sending.deliver_ready()
    assert (state(poisoned), state(other)) == ("queued", "sent")
    assert poisoned.answer in {"ValueError", "KeyError"}
    assert poisoned.not_before > clock.now()


def test_a_notice_whose_cause_is_gone_is_withdrawn_not_sent(server: MailServer, person: Person) -> None:
    mail = queue(person, holds="no")
    sending.deliver_ready()
    assert state(mail) == "withdrawn"
    assert Notice.objects.get(pk=mail.notice_id).withdrawn_at
    assert not server.accepted


def test_a_notice_that_was_taken_back_is_not_sent(server: MailServer, person: Person) -> None:
    mail = queue(person)
    assert withdraw_notices(kind=PROBE, subject=person) == 1
    sending.deliver_ready()
    assert state(mail) == "withdrawn"
    assert not server.accepted


def test_nobody_is_mailed_whose_account_was_closed(server: MailServer, person: Person) -> None:
    mail = queue(person)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    sending.deliver_ready()
    assert state(mail) == "withdrawn"
    assert not server.accepted


def test_what_a_dead_worker_had_leased_goes_again_when_the_lease_ran_out_under_the_same_id(
    server: MailServer, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = queue(person)

    def die(*args: object, **columns: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch, time_machine.travel(clock.now(), tick=False) as now:
        patch.setattr(sending, "_record_sent", die)
        with pytest.raises(SystemExit):
            sending.deliver_ready()
        patch.undo()
        assert state(mail) == "queued"
        now.shift(sending.LEASE - timedelta(seconds=1))
        assert sending.deliver_ready() == 0
        now.shift(timedelta(seconds=1))
        assert sending.deliver_ready() == 1
    assert (state(mail), mail.attempts) == ("sent", 2)
    assert server.accepted == {message_id(mail): 2}


def test_a_slow_server_does_not_outlast_the_leases(
    server: MailServer, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = [queue(person) for _ in range(8)]
    send, leased = sending._send, []

    def watched(parcel: list[Delivery], connection: BaseEmailBackend) -> None:
        leased.append(Delivery.objects.get(pk=parcel[0].pk).not_before > clock.now())
        send(parcel, connection)

    monkeypatch.setattr(sending, "_send", watched)
    with time_machine.travel(clock.now(), tick=False) as now:
        server.answer = lambda message: now.shift(timedelta(seconds=25)) or ACCEPTED  # type: ignore[func-returns-value]
        assert sending.deliver_ready() == len(mails)
    assert all(leased)
    assert server.accepted == {message_id(mail): 1 for mail in mails}
    assert {state(mail) for mail in mails} == {"sent"}
    assert {mail.attempts for mail in mails} == {1}


def in_thread(work: object) -> threading.Thread:
    def run() -> None:
        try:
            work()  # type: ignore[operator]
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_share_the_mails_and_send_none_twice(
    server: MailServer, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "CHUNK", 5)
    mails = [queue(world.people["staff_police"]) for _ in range(40)]
    workers = [in_thread(sending.deliver_ready) for _ in range(2)]
    for worker in workers:
        worker.join(60)
    assert server.accepted == {message_id(mail): 1 for mail in mails}
    assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 1)}


@pytest.mark.django_db(transaction=True)
def test_a_worker_passes_over_what_another_is_leasing_and_does_not_wait_for_it(
    server: MailServer, world: World
) -> None:
    locked, free = queue(world.people["staff_police"]), queue(world.people["staff_police"])
    with transaction.atomic():
        # as another worker has it between choosing its chunk and noting the lease
        list(Delivery.objects.select_for_update().filter(pk=locked.pk))
        worker = in_thread(sending.deliver_ready)
        worker.join(20)
        assert not worker.is_alive()
    assert server.accepted == {message_id(free): 1}
    sending.deliver_ready()
    assert server.accepted == {message_id(free): 1, message_id(locked): 1}


def test_without_a_broker_asking_for_a_worker_is_logged_and_no_more(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with tasks.deliver.app.connection_for_write("redis+socket:///nowhere/valkey.sock") as nowhere:
        monkeypatch.setattr(tasks.deliver, "delay", lambda: tasks.deliver.apply_async(connection=nowhere))
        with django_capture_on_commit_callbacks(execute=True):
            tasks.deliver_soon()
    assert "the broker is away" in caplog.text


def test_what_is_rolled_back_is_neither_queued_nor_asked_for(person: Person, world: World) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 something of ours, then a failure
        notify(kind=PROBE, recipients=[person.pk], subject=person, occasion="once")
        raise ZeroDivisionError
    with as_owner():
        assert not Delivery.objects.exists()


def test_nobody_gets_the_same_kind_subject_and_occasion_twice(server: MailServer, person: Person) -> None:
    for _ in range(2):
        notify(kind=PROBE, recipients=[person.pk], subject=person, occasion="once")
    sending.deliver_ready()
    assert sum(server.accepted.values()) == 1


def test_days_without_a_mail_server_park_no_mail(server: MailServer, person: Person, settings: Settings) -> None:
    mail, port = queue(person), settings.EMAIL_PORT
    settings.EMAIL_PORT = 1
    with time_machine.travel(clock.now(), tick=False) as now:
        for _ in range(50):
            sending.deliver_ready()
            now.shift(timedelta(hours=2))
        assert state(mail) == "queued"
        settings.EMAIL_PORT = port
        sending.deliver_ready()
    assert server.accepted == {message_id(mail): 1}
