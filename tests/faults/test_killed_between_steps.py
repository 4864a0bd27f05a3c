"""A worker killed between any two steps: every reminder and mail arrives, and none twice but what was in flight.

The process is real, and so are PostgreSQL and the mail server; it runs the program's own code and is killed with
SIGKILL where `tests.faults.stepping` made it wait. Its lease is then run out by moving the row's `not_before` two
minutes back: all that a worker knows of passing time.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import psycopg2
import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from foundation.notifications.sending import LEASE
from tests.embedded.processes import ROOT, eventually
from tests.foundation.mailserver import MailServer

# has the test database made; the tests themselves work in copies of it
pytestmark = pytest.mark.django_db

# how far it had come on disk and at the mail server
NOTHING, MADE, LEASED, ACCEPTED, RECORDED = "nothing", "made", "leased", "accepted", "recorded"

STEPS = {
    "before it makes reminders": ("before the reminders", NOTHING),
    "when reminders are made and not committed": ("reminders not committed", NOTHING),
    "when reminders are committed": ("reminders made", MADE),
    "before it leases mails": ("before the lease", MADE),
    "when gathered mails have their id and it is not committed": ("gathered not committed", MADE),
    "when the lease is taken and not committed": ("lease not committed", MADE),
    "when the lease is committed": ("leased", LEASED),
    "before a mail is made": ("one mail to make", LEASED),
    "when a mail is made": ("one mail made", LEASED),
    "before it connects to the mail server": ("to connect", LEASED),
    "when it is connected": ("connected", LEASED),
    "before a mail is handed over": ("one mail to hand over", LEASED),
    "when the mail server waits for the text": ("one mail answered", LEASED),
    "when the text is handed over and the answer not read": ("one mail handed over", ACCEPTED),
    "when the mail server has said yes": ("one mail accepted", ACCEPTED),
    "when a mail is recorded as sent": ("one mail recorded", RECORDED),
    "before a gathered mail is made": ("gathered mail to make", LEASED),
    "when a gathered mail is made": ("gathered mail made", LEASED),
    "before a gathered mail is handed over": ("gathered mail to hand over", LEASED),
    "when the mail server waits for a gathered mail's text": ("gathered mail answered", LEASED),
    "when a gathered mail is handed over and the answer not read": ("gathered mail handed over", ACCEPTED),
    "when the mail server has said yes to a gathered mail": ("gathered mail accepted", ACCEPTED),
    "when a gathered mail is recorded as sent": ("gathered mail recorded", RECORDED),
}


class Worker:
    """The process that forks one worker for each order, and what it says."""

    def __init__(self, port: int) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "EMAIL_URL": f"smtp://127.0.0.1:{port}"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.stepping"],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def order(self, database: str, stop: str | None = None) -> dict[str, Any]:
        """Have a worker work; return where it waits, or what it passed when it came to its end."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"database": database, "stop": stop}) + "\n")
        self.process.stdin.flush()
        return self.heard()

    def heard(self) -> dict[str, Any]:
        assert self.process.stdout
        said: dict[str, Any] = json.loads(self.process.stdout.readline())
        return said

    def kill_at(self, database: str, step: str) -> str:
        """Kill a worker at a step; return the Message-ID of what it had in hand."""
        waits = self.order(database, step)
        assert waits.get("at") == step, f"never came to this step: {waits}"
        os.kill(waits["process"], signal.SIGKILL)
        assert self.heard() == {"ended": -signal.SIGKILL}
        return str(waits["message_id"])

    def work(self, database: str) -> list[str]:
        """Have a healthy worker work to the end; return the steps that it passed."""
        said = self.order(database)
        assert self.heard() == {"ended": 0}
        passed: list[str] = said["passed"]
        return passed

    def stop(self) -> None:
        # closes what it reads orders from, and waits
        self.process.communicate(timeout=10)


def sql(database: str, statement: str) -> list[tuple[Any, ...]]:
    """Run a statement as the owner of all."""
    options = {**connection.get_connection_params(), "dbname": database}
    known = {name: options[name] for name in ("dbname", "host", "port", "user", "password") if options.get(name)}
    reached = psycopg2.connect(**known)
    reached.autocommit = True
    try:
        with reached.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        reached.close()


@dataclass(frozen=True, slots=True)
class City:
    """A database in which reminders are due and mails wait, some of them gathered."""

    database: str

    def reminders(self) -> list[tuple[Any, ...]]:
        return sql(
            self.database,
            "SELECT source, subject_id, day, rung, recipient_id FROM reminders_reminder ORDER BY 1,2,3,4,5",
        )

    def outcome(self) -> list[tuple[Any, ...]]:
        """Return who was to be told what, and what became of it."""
        return sql(
            self.database,
            """
            SELECT n.recipient_id, n.dedupe_key, d.state, d.is_gathered
            FROM notifications_delivery d JOIN notifications_notice n ON n.id = d.notice_id ORDER BY 1, 2
            """,
        )

    def sent(self) -> set[str]:
        """Return the ids under which mails were recorded as sent."""
        rows = sql(
            self.database,
            """
            SELECT DISTINCT coalesce(d.digest_id, n.public_id)::text FROM notifications_delivery d
            JOIN notifications_notice n ON n.id = d.notice_id WHERE d.state = 'sent'
            """,
        )
        return {key for (key,) in rows}

    def leased(self) -> int:
        [(number,)] = sql(
            self.database,
            """
            SELECT count(*) FROM notifications_delivery
            WHERE state = 'queued' AND attempts > 0 AND not_before > now()
            """,
        )
        return int(number)

    def let_leases_run_out(self) -> None:
        sql(
            self.database,
            f"""
            UPDATE notifications_delivery SET not_before = not_before - interval '{LEASE.total_seconds()} seconds'
            WHERE state = 'queued' AND attempts > 0
            """,
        )


# Of the mails that wait, those to somebody who chose gathered mail, and to one more person; the world's others are left
# out, for the sake of time. Reminders come on top.
WAITING = """
    DELETE FROM notifications_delivery d USING notifications_notice n, people_person p
    WHERE n.id = d.notice_id AND p.id = n.recipient_id
      AND p.email NOT LIKE 'lead_tax@%' AND p.email NOT LIKE 'lead_police@%'
"""
GATHERED = """
    WITH chosen AS (
        SELECT n.recipient_id FROM notifications_delivery d JOIN notifications_notice n ON n.id = d.notice_id
        JOIN people_person p ON p.id = n.recipient_id AND p.email LIKE 'lead_tax@%'
        WHERE d.state = 'queued' LIMIT 1
    )
    UPDATE notifications_delivery d SET is_gathered = true FROM notifications_notice n, chosen
    WHERE n.id = d.notice_id AND n.recipient_id = chosen.recipient_id
"""


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    running = MailServer()
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def worker(django_db_setup: None, server: MailServer) -> Iterator[Worker]:
    started = Worker(server.port)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def template(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A copy of the world in a database of its own, where a worker's commits disturb nobody."""
    with django_db_blocker.unblock():
        # nobody may be in the database that is copied
        connection.close()
        name = f"{connection.settings_dict['NAME']}_killed"
        sql("postgres", f"CREATE DATABASE {name} TEMPLATE {connection.settings_dict['NAME']}")
        sql(name, WAITING)
        sql(name, GATHERED)
        yield name
        sql("postgres", f"DROP DATABASE {name} WITH (FORCE)")


numbers = count()


@pytest.fixture
def city(template: str, server: MailServer, django_db_blocker: DjangoDbBlocker) -> Iterator[City]:
    with django_db_blocker.unblock():
        name = f"{template}_{next(numbers)}"
        sql("postgres", f"CREATE DATABASE {name} TEMPLATE {template}")
        server.accepted.clear()
        yield City(name)
        sql("postgres", f"DROP DATABASE {name} WITH (FORCE)")


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """What a worker does that nobody kills."""

    reminders: list[tuple[Any, ...]]
    outcome: list[tuple[Any, ...]]
    passed: list[str]


@pytest.fixture(scope="module")
def undisturbed(template: str, worker: Worker, server: MailServer, django_db_blocker: DjangoDbBlocker) -> Undisturbed:
    with django_db_blocker.unblock():
        name = f"{template}_whole"
        sql("postgres", f"CREATE DATABASE {name} TEMPLATE {template}")
        passed = worker.work(name)
        whole = City(name)
        found = Undisturbed(whole.reminders(), whole.outcome(), passed)
        sql("postgres", f"DROP DATABASE {name} WITH (FORCE)")
    return found


def copies(server: MailServer) -> dict[str, int]:
    """Return how often each mail arrived, by its Message-ID without host."""
    return {key(message_id): number for message_id, number in server.accepted.items()}


def key(message_id: str) -> str:
    return message_id.strip("<>").partition("@")[0]


def how_far(city: City, server: MailServer, in_hand: str, before: list[tuple[Any, ...]]) -> str:
    """Return how far a killed worker had come with what it had in hand."""
    if in_hand in city.sent():
        return RECORDED
    if in_hand in copies(server):
        return ACCEPTED
    if city.leased():
        return LEASED
    return MADE if city.reminders() != before else NOTHING


@pytest.mark.parametrize("when", STEPS)
def test_a_worker_killed_with_sigkill_loses_nothing_and_doubles_only_what_was_in_flight(
    city: City, worker: Worker, server: MailServer, undisturbed: Undisturbed, when: str
) -> None:
    step, reached = STEPS[when]
    before = city.reminders()
    in_hand = key(worker.kill_at(city.database, step))
    # it died where it was to die; what was handed over is stored in its own time
    eventually(lambda: how_far(city, server, in_hand, before) == reached)

    city.let_leases_run_out()
    worker.work(city.database)

    assert city.reminders() == undisturbed.reminders
    assert city.outcome() == undisturbed.outcome
    arrived = copies(server)
    assert set(arrived) == city.sent()
    assert {mail: number for mail, number in arrived.items() if number > 1} == (
        {in_hand: 2} if reached == ACCEPTED else {}
    )


def test_what_a_killed_worker_leased_nobody_else_sends_before_the_lease_runs_out(
    city: City, worker: Worker, server: MailServer
) -> None:
    worker.kill_at(city.database, "one mail accepted")
    held, arrived = city.leased(), copies(server)
    assert held > 1
    worker.work(city.database)
    assert (city.leased(), copies(server)) == (held, arrived)


def test_a_worker_is_killed_at_every_step_that_it_passes(undisturbed: Undisturbed) -> None:
    counted_alone = {"answers to DATA"}
    assert {step for step, _reached in STEPS.values()} == set(undisturbed.passed) - counted_alone
    # there is something to remind of, some mail of its own and some gathered
    assert undisturbed.reminders
    assert {(state, gathered) for _who, _what, state, gathered in undisturbed.outcome} >= {
        ("sent", False), ("sent", True),
    }  # fmt: skip
