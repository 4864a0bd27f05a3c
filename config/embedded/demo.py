"""The whole portal on one machine, in the foreground: what `make demo` runs.

    PORT=8000 DATA=var RESET=1 python -m config.embedded.demo

All three variables may be left out. DATABASE_URL, REDIS_URL or EMAIL_URL, when set, each
replace the part that would have been started.
"""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from config.embedded import collected, valkey
from config.embedded.datadir import DataDirectory, DataDirectoryError
from config.embedded.parts import ROOT, Part, PartError
from config.embedded.ports import LOOPBACK, HeldPort, PortError, hold_port
from config.embedded.postgres import APP, OWNER, Cluster
from config.embedded.sockets import fits, private_directory
from config.embedded.supervisor import Supervisor, say

# The settings refuse this key wherever CONCORD_DEMO is not set.
DEMO_SECRET_KEY = "concord-demo-secret-key-not-for-production"  # noqa: S105
STEP_PATIENCE = 600.0
WEB_PATIENCE = 120.0
# What `manage.py` in another terminal must know to reach this demo.
WRITTEN = (
    "DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "EMAIL_URL", "CONCORD_DEMO", "SECRET_KEY",
    "ALLOWED_HOSTS", "CONCORD_URL", "DATA", "STATIC_ROOT",
)  # fmt: skip

ACCOUNTS = """
  Accounts (password of all: concord-demo-2026)
    coordinator@municipality.rotterdam.example   runs the partnership
    privacy@municipality.rotterdam.example       looks after privacy
    lead@AGENCY.rotterdam.example                leads for an agency
    staff@AGENCY.rotterdam.example               works there
    where AGENCY is municipality, harbour, police, prosecution, customs, tax, portcompany
    or association; and likewise lead@police.amsterdam.example, lead@police.berlin.example
  API client: demo-police, secret demo-secret-police (token: POST {url}/api/oauth/token)
"""


class Demo:
    """The parts of one demo, and the environment they share."""

    def __init__(self, data: DataDirectory, web: HeldPort, environment: Mapping[str, str]) -> None:
        """Lay out the parts; nothing is started yet. `environment` is what the user set."""
        self.data, self.web, self.given = data, web, environment
        run = data.folder("run")
        # A path that is too long, or not plain, for a socket gets a stand-in elsewhere.
        self.temporary = () if fits(run) else (private_directory("run"),)
        self.sockets = self.temporary[0] if self.temporary else run
        self.parts: list[Part] = []
        self.url = f"http://{LOOPBACK}:{web.number}"
        self.environment = {
            "CONCORD_DEMO": "1",
            "SECRET_KEY": environment.get("SECRET_KEY") or DEMO_SECRET_KEY,
            "ALLOWED_HOSTS": environment.get("ALLOWED_HOSTS") or f"{LOOPBACK},localhost",
            "CONCORD_URL": self.url,
            "DATA": str(data.path),
            # its own: another demo of this checkout collects anew, and would take its files away
            "STATIC_ROOT": str(data.folder("static")),
            "BIND": f"{LOOPBACK}:{web.number}",
        }
        self.environment |= self._database() | self._redis() | self._mail()
        self._add_steps()
        self._add_programs()

    def _database(self) -> dict[str, str]:
        given = self.given.get("DATABASE_URL")
        if given:
            owner = self.given.get("OWNER_DATABASE_URL") or given
            return {"DATABASE_URL": given, "OWNER_DATABASE_URL": owner}
        cluster = Cluster(self.data.folder("pgdata"), self.sockets, remove=self.temporary)
        initdb = cluster.initdb()
        if initdb:
            self.parts.append(initdb)
        self.parts += [cluster.server(), cluster.provision()]
        return {"DATABASE_URL": cluster.url(APP), "OWNER_DATABASE_URL": cluster.url(OWNER)}

    def _redis(self) -> dict[str, str]:
        given = self.given.get("REDIS_URL")
        if given:
            return {"REDIS_URL": given}
        directory = self.data.folder("valkey")
        self.parts.append(valkey.server(directory, self.sockets, durable=True, remove=self.temporary))
        return {"REDIS_URL": valkey.url(self.sockets)}

    def _mail(self) -> dict[str, str]:
        given = self.given.get("EMAIL_URL")
        if given:
            return {"EMAIL_URL": given}
        self.mail_port = HeldPort()
        number = self.mail_port.number
        command: list[str | Path] = [
            sys.executable, "-m", "config.embedded.mailsink",
            "--directory", self.data.folder("mail"), "--port", str(number),
        ]  # fmt: skip
        self.parts.append(Part("mail", command, ready=lambda: _listens(number)))
        return {"EMAIL_URL": f"smtp://{LOOPBACK}:{number}"}

    def _add_steps(self) -> None:
        self._manage("migrate", "migrate", "--noinput")
        self.static_files = collected.fingerprint()
        if not collected.is_current(self.data.folder("static")):
            self._manage("collectstatic", "collectstatic", "--noinput", "--clear")
        self._manage("load-demo", "load_demo")

    def _manage(self, name: str, *arguments: str) -> None:
        self._add(name, [sys.executable, ROOT / "manage.py", *arguments], once=True)

    def _add(self, name: str, command: list[str | Path], *, once: bool = False) -> None:
        part = Part(name, command, self.environment, runs_once=once, ready_timeout=STEP_PATIENCE)
        self.parts.append(part)

    def _add_programs(self) -> None:
        celery: list[str | Path] = [sys.executable, "-m", "celery", "-A", "config"]
        schedule = self.data.folder("run") / "beat-schedule"
        self._add("worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "info"])
        self._add("beat", [*celery, "beat", "--schedule", schedule, "--pidfile="])
        gunicorn: list[str | Path] = [sys.executable, "-m", "gunicorn", "-c", ROOT / "config" / "gunicorn.py"]
        self.parts.append(
            Part(
                "web",
                [*gunicorn, "--no-control-socket", "config.wsgi:application"],
                self.environment,
                ready=lambda: _answers(self.web.number, "/readyz"),
                ready_timeout=WEB_PATIENCE,
            )
        )

    def announce(self) -> None:
        """Tell where the portal is and who may sign in."""
        # As it was before collecting: what changed since is collected at the next start.
        collected.note(self.data.folder("static"), self.static_files)
        mail = self.data.folder("mail") if "EMAIL_URL" not in self.given else "your mail server"
        say(f"\nConcord is ready: {self.url}")
        say(f"  Mail that it sends lands in {mail}; logs are in {self.data.folder('log')}")
        say(ACCOUNTS.format(url=self.url))
        say("Ctrl-C stops everything. The data stays; `make demo RESET=1` starts over.")

    def run(self) -> int:
        """Run until stopped; return the exit code."""
        written = self.data.write_environment({name: self.environment[name] for name in WRITTEN})
        supervisor = Supervisor(
            self.parts,
            self.data.folder("log"),
            held=[self.data.lock_descriptor],
            on_ready=self.announce,
        )
        say(f"Starting on {self.url}, with data in {self.data.path} ...")
        try:
            return supervisor.run()
        finally:
            written.unlink(missing_ok=True)
            for directory in self.temporary:
                # The watchdogs do this when we cannot.
                shutil.rmtree(directory, ignore_errors=True)


def _listens(port: int) -> bool:
    with socket.create_connection((LOOPBACK, port), timeout=1):
        return True


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except http.client.HTTPException:
        return False
    finally:
        connection.close()


def main() -> int:
    """Read PORT, DATA and RESET, and run the demo; return its exit code."""
    # Before the supervisor takes over: a request to stop is no failure.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    given = {name: value for name, value in os.environ.items() if value}
    data = DataDirectory(Path(given.get("DATA", ROOT / "var")))
    try:
        data.claim()
        data.prepare(reset=given.get("RESET") == "1")
        web = hold_port(given.get("PORT"))
        return Demo(data, web, given).run()
    except (DataDirectoryError, PortError, PartError, FileNotFoundError) as refusal:
        say(str(refusal))
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
