"""Servers of the running demo die, freeze and come back: people are told, nothing is lost, nothing needs a restart."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.embedded.processes import eventually
from tests.faults.loaded import demo_from_nothing
from tests.faults.running import Answer, Demo, Visitor

LEAD = "lead@customs.rotterdam.example"
SECRET = {"client_id": "demo-police", "client_secret": "demo-secret-police", "grant_type": "client_credentials"}
# Two ticks of the demo's timetable, and a slow machine.
MAIL_PATIENCE = 90.0
# "A few seconds": what a server that gives no answer may cost.
SOON = 12.0
MAILS = 200
# One for each process of the demo's worker: what it was sending when it was killed.
IN_FLIGHT = 2


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demo_from_nothing(tmp_path_factory) as running:
        yield running


@pytest.fixture
def lead(demo: Demo) -> Visitor:
    """Somebody signed in, when everything is there."""
    eventually(lambda: Visitor(demo).get("/readyz").status == 200, patience=MAIL_PATIENCE)
    return Visitor(demo).sign_in(LEAD)


@pytest.fixture
def token(demo: Demo, lead: Visitor) -> str:
    return str(Visitor(demo).post("/api/oauth/token", **SECRET).json()["access_token"])


def make_reminder_due(demo: Demo) -> tuple[str, int]:
    """Let a commitment fall due on a day of which nobody was reminded yet; return its public id and that day."""
    [(commitment, due)] = demo.sql("""
        UPDATE commitments_commitment c SET due_on = free.day
        FROM commitments_commitment d
        JOIN membership_partnership p ON p.id = d.partnership_id AND p.slug = 'rotterdam-port'
        CROSS JOIN LATERAL (
            SELECT current_date + days AS day FROM generate_series(2, 6) days
            WHERE current_date + days <> d.due_on AND NOT EXISTS (
                SELECT FROM reminders_reminder r WHERE r.subject_id = d.public_id AND r.day = current_date + days
            ) LIMIT 1
        ) free
        WHERE c.id = d.id AND d.id = (
            SELECT min(id) FROM commitments_commitment e
            WHERE e.partnership_id = d.partnership_id AND e.status IN ('accepted', 'in_progress')
        )
        RETURNING c.public_id::text, c.due_on
    """)
    return commitment, due


def assert_reminded_once(demo: Demo, commitment: str, due: int) -> None:
    """Wait until its reminder is recorded as sent, from when on no copy follows, and count the copies."""

    def sent() -> list[tuple[str]]:
        return demo.sql(
            """
            SELECT n.public_id::text FROM reminders_reminder r
            JOIN notifications_notice n ON n.public_id = r.notice_id
            JOIN notifications_delivery d ON d.notice_id = n.id AND d.state = 'sent'
            WHERE r.subject_id = %s::uuid AND r.day = %s
            """,
            commitment,
            due,
        )

    eventually(sent, patience=MAIL_PATIENCE)
    [(notice,)] = sent()
    assert demo.copies()[notice] == 1


def assert_recovers(demo: Demo, lead: Visitor, token: str, web: list[int]) -> None:
    """Wait until pages and programs are answered again, by the processes that were there before."""
    eventually(lambda: lead.get("/readyz").status == 200, patience=60)
    assert lead.get("/").status == 200
    assert lead.get("/api/v1/memberships", Authorization=f"Bearer {token}").status == 200
    assert Visitor(demo).post("/api/oauth/token", **SECRET).status == 200
    assert demo.processes("web") == web


def test_without_postgresql_everybody_is_told_and_all_returns_when_it_does(
    demo: Demo, lead: Visitor, token: str
) -> None:
    web, logged = demo.processes("web"), len(demo.log("web"))
    with ExitStack() as until_back:
        with demo.frozen("worker"):
            commitment, due = make_reminder_due(demo)
            until_back.enter_context(demo.away("postgres"))
        for path in ("/", "/partnerships/", "/notes/?format=csv", "/settings/", "/admin/", "/nothing-here/"):
            page = lead.get(path)
            assert (page.status, page.headers["Retry-After"]) == (503, "15"), path
            assert "text/html" in page.headers["Content-Type"]
            assert "OperationalError" not in page.text
            assert page.seconds < SOON
        assert lead.post("/settings/", name="Somebody").status == 503
        told = lead.get("/api/v1/memberships", Authorization=f"Bearer {token}")
        assert (told.status, told.headers["Content-Type"]) == (503, "application/problem+json")
        assert (told.json()["code"], told.headers["Retry-After"]) == ("unavailable", "15")
        assert lead.get("/healthz").status == 200
        ready = lead.get("/readyz")
        assert (ready.status, ready.json()["parts"]) == (503, {"database": False, "redis": True})
        assert "GET /partnerships/ answered 503: PostgreSQL is away" in demo.log("web")[logged:]
    assert_recovers(demo, lead, token, web)
    assert_reminded_once(demo, commitment, due)


def test_without_the_redis_server_pages_go_on_and_what_needs_it_says_so(demo: Demo, lead: Visitor, token: str) -> None:
    web, logged = demo.processes("web"), len(demo.log("web"))
    with demo.away("valkey"):
        commitment, due = make_reminder_due(demo)
        assert lead.get("/").status == 200
        assert lead.get("/api/v1/memberships", Authorization=f"Bearer {token}").status == 200
        # twice: a connection that broke, and one that cannot be made
        shared = [share_note(lead) for _ in range(2)]
        assert [answer.status for answer in shared] == [302, 302]
        assert max(answer.seconds for answer in shared) < SOON
        refused = Visitor(demo).post("/api/oauth/token", **SECRET)
        assert (refused.status, refused.json()["code"], refused.headers["Retry-After"]) == (503, "unavailable", "15")
        guess = Visitor(demo)
        guess.get("/accounts/login/")
        assert guess.post("/accounts/login/", login=LEAD, password="wrong").status == 503
        assert lead.get("/healthz").status == 200
        ready = lead.get("/readyz")
        assert (ready.status, ready.json()["parts"]) == (503, {"database": True, "redis": False})
        said = demo.log("web")[logged:]
        assert "POST /api/oauth/token answered 503: Redis is away" in said
        assert "the broker is away; queued mails go out with the next tick" in said
    assert_recovers(demo, lead, token, web)
    assert_reminded_once(demo, commitment, due)
    eventually(lambda: outbox(demo)["queued"] == 0, patience=MAIL_PATIENCE)


def share_note(lead: Visitor) -> Answer:
    return lead.post(
        "/partnerships/rotterdam-port/notes/new/",
        title="Shared without a broker",
        body="Text",
        category="place",
        tlp="GREEN",
        audience="partnership",
        review_on="2099-01-01",
        recipients_know_each_other="on",
    )


def outbox(demo: Demo) -> dict[str, int]:
    return {"queued": 0, **dict(demo.sql("SELECT state, count(*) FROM notifications_delivery GROUP BY state"))}


def at_once(*asked: Callable[[], Answer]) -> list[Answer]:
    with ThreadPoolExecutor() as people:
        return [answer.result() for answer in [people.submit(ask) for ask in asked]]


def test_a_frozen_postgresql_holds_nobody_up_for_long(demo: Demo, lead: Visitor, token: str) -> None:
    web = demo.processes("web")
    with demo.frozen("postgres"):
        answers = at_once(lambda: lead.get("/"), lambda: Visitor(demo).post("/api/oauth/token", **SECRET))
        assert [answer.status for answer in answers] == [503, 503]
        assert max(answer.seconds for answer in answers) < SOON
        assert lead.get("/healthz").seconds < 2
    assert_recovers(demo, lead, token, web)


def test_a_frozen_redis_server_holds_nobody_up_for_long(demo: Demo, lead: Visitor, token: str) -> None:
    web = demo.processes("web")
    with demo.frozen("valkey"):
        answers = at_once(lambda: share_note(lead), lambda: Visitor(demo).post("/api/oauth/token", **SECRET))
        assert [answer.status for answer in answers] == [302, 503]
        assert max(answer.seconds for answer in answers) < SOON
        assert lead.get("/").seconds < 2
    assert_recovers(demo, lead, token, web)


def test_a_worker_killed_while_it_sends_loses_no_mail_and_doubles_only_what_was_in_flight(
    demo: Demo, lead: Visitor
) -> None:
    with demo.frozen("worker"):
        expected = queue_many(demo)
    # which has the worker look into the outbox at once
    share_note(lead)
    eventually(lambda: len(expected & set(demo.copies())) >= MAILS // 10, patience=MAIL_PATIENCE)
    with demo.away("worker"):
        leased = {
            notice
            for (notice,) in demo.sql("""
                UPDATE notifications_delivery d SET not_before = now() FROM notifications_notice n
                WHERE n.id = d.notice_id AND d.state = 'queued' AND d.attempts > 0 RETURNING n.public_id::text
            """)
        }
        assert outbox(demo)["queued"], "all was sent before the worker could be killed"
    share_note(lead)
    eventually(lambda: outbox(demo)["queued"] == 0, patience=MAIL_PATIENCE)
    copies = {notice: count for notice, count in demo.copies().items() if notice in expected}
    assert set(copies) == expected
    twice = {notice for notice, count in copies.items() if count > 1}
    assert twice <= leased
    assert len(twice) <= IN_FLIGHT
    assert max(copies.values()) <= 2


def test_without_a_mail_server_every_mail_waits_and_comes_once_when_it_returns(demo: Demo, lead: Visitor) -> None:
    with demo.away("mail"):
        expected = queue_many(demo)
        share_note(lead)
        eventually(lambda: tried(demo) >= len(expected), patience=MAIL_PATIENCE)
        assert outbox(demo).get("parked", 0) == 0
    put_forward(demo)
    share_note(lead)
    eventually(lambda: outbox(demo)["queued"] == 0, patience=MAIL_PATIENCE)
    assert {demo.copies()[notice] for notice in expected} == {1}


def test_a_mail_server_killed_while_it_takes_mails_loses_none(demo: Demo, lead: Visitor) -> None:
    with demo.frozen("worker"):
        expected = queue_many(demo)
    share_note(lead)
    eventually(lambda: len(expected & set(demo.copies())) >= MAILS // 10, patience=MAIL_PATIENCE)
    demo.kill("mail")
    eventually(lambda: put_forward(demo) is None and outbox(demo)["queued"] == 0, patience=MAIL_PATIENCE)
    copies = demo.copies()
    assert expected <= set(copies)
    # what was written down, but not answered for, when it was killed
    assert sum(copies[notice] > 1 for notice in expected) <= IN_FLIGHT
    assert max(copies[notice] for notice in expected) <= 2


def tried(demo: Demo) -> int:
    [(count,)] = demo.sql("SELECT count(*) FROM notifications_delivery WHERE state = 'queued' AND answer <> ''")
    return int(count)


def put_forward(demo: Demo) -> None:
    """Let what backs off be due now, as if its pause were over; not what a worker holds, which is leased for longer."""
    demo.sql("""
        UPDATE notifications_delivery SET not_before = now()
        WHERE state = 'queued' AND answer <> '' AND not_before < now() + interval '1 minute'
    """)


def test_what_fell_due_while_the_timetable_stood_still_for_days_is_reminded_of_once(demo: Demo) -> None:
    with demo.away("beat"):
        # its week before began one to five days ago, and nobody looked
        commitment, due = make_reminder_due(demo)
        assert (
            demo.sql("SELECT FROM reminders_reminder WHERE subject_id = %s::uuid AND day = %s", commitment, due) == []
        )
    assert_reminded_once(demo, commitment, due)


def queue_many(demo: Demo) -> set[str]:
    """Queue a mail for each of MAILS notices that hold: of reminders that were not sent before."""
    rows = demo.sql(
        """
        WITH due AS (
            SELECT c.public_id, c.due_on, p.name, p.slug, q.id AS person_id FROM commitments_commitment c
            JOIN membership_partnership p ON p.id = c.partnership_id
            JOIN membership_membership m ON m.id = c.owner_id AND m.status = 'active'
            JOIN people_person q ON q.agency_id = m.agency_id AND q.is_active AND NOT q.is_service
            WHERE c.status IN ('accepted', 'in_progress') LIMIT 1
        ), notice AS (
            INSERT INTO notifications_notice
                (public_id, kind, recipient_id, subject_id, facts, dedupe_key, created_at)
            SELECT uuidv7(), 'commitments.due_reminder', person_id, public_id,
                   jsonb_build_object('rung', '+0d:doer', 'day', due_on, 'partnership', name, 'slug', slug),
                   'many:' || number || ':' || clock_timestamp(), now()
            FROM due, generate_series(1, %s) number RETURNING id, public_id
        ), delivery AS (
            INSERT INTO notifications_delivery (notice_id, state, attempts, not_before, answer)
            SELECT id, 'queued', 0, now(), '' FROM notice
        )
        SELECT public_id::text FROM notice
        """,
        MAILS,
    )
    assert len(rows) == MAILS
    return {notice for (notice,) in rows}
