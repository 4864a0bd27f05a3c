"""The embedded PostgreSQL and Valkey: real ones, in the places where people keep things."""

import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import environ
import psycopg2
import pytest
import redis

from config.embedded import valkey
from config.embedded.parts import Lifeline, Running, run_once
from config.embedded.postgres import APP, OWNER, Cluster
from config.embedded.sockets import fits, private_directory

INSUFFICIENT = psycopg2.errors.InsufficientPrivilege


class Server:
    """A cluster and its running server."""

    def __init__(self, cluster: Cluster, lifeline: Lifeline, log: Path) -> None:
        self.cluster, self.lifeline, self.log = cluster, lifeline, log
        self.running = self.start()

    def start(self) -> Running:
        self.running = Running(self.cluster.server(), self.lifeline, self.log)
        self.running.wait_until_ready()
        return self.running

    def connect(self, role: str, database: str | None) -> "psycopg2.extensions.connection":
        url = environ.Env.db_url_config(self.cluster.url(role))
        connection = psycopg2.connect(host=url["HOST"], user=url["USER"], dbname=database or url["NAME"])
        connection.autocommit = True
        return connection

    def ask(self, role: str, *statements: str, database: str | None = None) -> object:
        """Run statements one by one; return the first value of the last one's answer."""
        with contextlib.closing(self.connect(role, database)) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None


@contextlib.contextmanager
def serving(home: Path) -> Iterator[Server]:
    """A new cluster with its data in `home`, not provisioned yet."""
    sockets, lifeline = private_directory("test"), Lifeline()
    cluster = Cluster(home / "pgdata", sockets)
    run_once(cluster.initdb(), lifeline, home / "log")
    server = Server(cluster, lifeline, home / "log")
    try:
        yield server
    finally:
        server.running.stop()
        lifeline.cut()
        sockets.rmdir()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("a checkout") / ("with a long name, " * 8) / "Straße"
    home.mkdir(parents=True)
    with serving(home) as started:
        run_once(started.cluster.provision(), started.lifeline, started.log)
        yield started


def test_the_server_runs_in_a_long_path_with_spaces(server: Server) -> None:
    assert not fits(server.cluster.data)
    assert server.ask(APP, "SELECT current_user::text") == APP
    assert server.ask(APP, "SHOW listen_addresses") == ""


def test_text_is_understood_beyond_ascii(server: Server) -> None:
    assert server.ask(APP, "SELECT upper('ijsbeer é ß ø')") == "IJSBEER É ß Ø"
    assert server.ask(APP, "SELECT to_tsvector('dutch', 'CAFÉS') @@ to_tsquery('dutch', 'cafés')")


def test_neither_role_steps_around_row_level_security(server: Server) -> None:
    question = "SELECT bool_or(rolsuper OR rolbypassrls) FROM pg_roles WHERE rolname LIKE 'concord%'"
    assert server.ask(APP, question) is False


@pytest.mark.parametrize("statement", ["CREATE TABLE t (n int)", "CREATE TEMP TABLE t (n int)", "CREATE SCHEMA s"])
def test_the_portals_role_creates_nothing(server: Server, statement: str) -> None:
    with pytest.raises(INSUFFICIENT):
        server.ask(APP, statement)


def test_the_owner_may_become_the_portals_role_and_not_the_other_way_round(server: Server) -> None:
    assert server.ask(OWNER, f"SET ROLE {APP}", "SELECT current_user::text") == APP
    with pytest.raises(INSUFFICIENT):
        server.ask(APP, f"SET ROLE {OWNER}")


def test_the_owner_has_no_rights_of_the_portals_role_by_itself(server: Server) -> None:
    assert server.ask(OWNER, f"SELECT pg_has_role('{APP}', 'USAGE')") is False


def test_a_statement_of_the_portal_does_not_run_for_ever(server: Server) -> None:
    assert server.ask(APP, "SHOW statement_timeout") == "15s"


def test_provisioning_again_changes_nothing(server: Server) -> None:
    server.ask(OWNER, "CREATE TABLE kept AS SELECT 7 AS n")
    run_once(server.cluster.provision(), server.lifeline, server.log)
    assert server.ask(OWNER, "SELECT n FROM kept") == 7


def test_provisioning_needs_no_superuser(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        server.ask("postgres", "CREATE ROLE admin LOGIN CREATEROLE CREATEDB", database="postgres")
        part = server.cluster.provision()
        as_admin = replace(part, command=["admin" if word == "postgres" else word for word in part.command])
        for _ in range(2):
            run_once(as_admin, server.lifeline, server.log)
        assert server.ask(APP, "SELECT current_user::text") == APP


def test_provisioning_refuses_a_role_that_may_do_too_much(server: Server) -> None:
    with pytest.raises(Exception, match="must not be SUPERUSER"):
        _provision_with_too_much(server)


def _provision_with_too_much(server: Server) -> None:
    server.ask("postgres", f"ALTER ROLE {APP} BYPASSRLS")
    try:
        run_once(server.cluster.provision(), server.lifeline, server.log)
    finally:
        server.ask("postgres", f"ALTER ROLE {APP} NOBYPASSRLS")


def test_a_killed_server_recovers_what_was_committed(server: Server) -> None:
    server.ask(OWNER, "CREATE TABLE before_the_crash AS SELECT 1 AS n")
    postmaster = int((server.cluster.data / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    assert server.running.process.wait(10) == 128 + signal.SIGKILL
    # Another process has the id by now: in a container this is common.
    lock = server.cluster.data / "postmaster.pid"
    lock.write_text(lock.read_text().replace(str(postmaster), str(os.getpid()), 1))
    server.start()
    assert server.ask(OWNER, "SELECT n FROM before_the_crash") == 1


def test_a_half_made_data_directory_is_made_again(tmp_path: Path) -> None:
    data = tmp_path / "pgdata"
    (data / "base").mkdir(parents=True)
    assert Cluster(data, tmp_path).initdb() is not None
    assert list(data.iterdir()) == []


def test_valkey_keeps_what_was_queued_when_it_is_killed(tmp_path: Path) -> None:
    home = tmp_path / "with a space"
    home.mkdir()
    sockets, lifeline = private_directory("test"), Lifeline()
    part = valkey.server(home, sockets, durable=True)

    def started() -> Running:
        running = Running(part, lifeline, tmp_path / "log")
        running.wait_until_ready()
        return running

    first = started()
    with redis.Redis.from_url(valkey.url(sockets)) as client:
        client.rpush("queue", "task")
        server = client.info()["process_id"]
        os.kill(server, signal.SIGKILL)
    first.process.wait(10)
    second = started()
    with redis.Redis.from_url(valkey.url(sockets)) as client:
        assert client.lrange("queue", 0, -1) == [b"task"]
    second.stop()
    lifeline.cut()
    sockets.rmdir()
