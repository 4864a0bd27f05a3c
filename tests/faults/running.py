"""The real demo in a directory of its own, and what one can do to its processes."""

import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import psycopg2

from config.embedded.watchdog import descendants
from config.environment import DEMO_PASSWORD
from tests.embedded.processes import ROOT, alive, clean_environment, eventually

# Of a machine that has other work to do too.
START_PATIENCE = 300.0
# What tells the command of a part from all others that the demo started.
COMMANDS = {
    "postgres": "/bin/postgres -D",
    "valkey": "/valkey-server ",
    "worker": "celery -A config worker",
    "beat": "celery -A config beat",
    "mail": "config.embedded.mailsink",
    "web": "config.wsgi:application",
}


class Demo:
    """One running demo."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.output = data.parent / "output"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.embedded.demo"],
                cwd=ROOT,
                env=clean_environment(DATA=str(data), PORT="", SECRET_KEY="", CONCORD_TESTING="", RESET=""),
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> None:
        """Wait for the line with the address, or fail with what was said instead."""

        def ready() -> bool:
            assert self.process.poll() is None, self.output.read_text()
            return "Concord is ready" in self.output.read_text()

        eventually(ready, patience=START_PATIENCE)

    @property
    def url(self) -> str:
        found = re.search(r"Concord is ready: (\S+)", self.output.read_text())
        assert found
        return found[1]

    def stop(self) -> None:
        for process in descendants(self.process.pid):
            _signal(process, signal.SIGCONT)
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        self.process.wait(60)

    def processes(self, part: str) -> list[int]:
        """Return the ids of a part's own processes, its watchdog left out."""
        found = []
        for process in descendants(self.process.pid):
            try:
                arguments = Path(f"/proc/{process}/cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            if "-I" not in arguments and COMMANDS[part] in " ".join(arguments):
                found.append(process)
        return found

    @contextmanager
    def away(self, part: str) -> Iterator[None]:
        """Kill a part, and keep the supervisor from starting it again until the block ends."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            self.kill(part)
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def kill(self, part: str) -> None:
        killed = self.processes(part)
        assert killed, f"{part} does not run"
        for process in killed:
            _signal(process, signal.SIGKILL)
        eventually(lambda: not any(alive(process) for process in killed))

    @contextmanager
    def frozen(self, part: str) -> Iterator[None]:
        """Stop a part, so that it gives neither answers nor errors, until the block ends."""
        processes = self.processes(part)
        assert processes, f"{part} does not run"
        below = [child for process in processes for child in descendants(process)]
        for process in (*processes, *below):
            _signal(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in (*processes, *below):
                _signal(process, signal.SIGCONT)

    def log(self, part: str) -> str:
        return (self.data / "log" / f"{part}.log").read_text(errors="replace")

    @property
    def owner(self) -> dict[str, str]:
        """Where its database is, and as whom to enter it as the owner of the tables."""
        lines = (self.data / "run" / "environment").read_text().splitlines()
        address = dict(line.split("=", 1) for line in lines)["OWNER_DATABASE_URL"]
        role, directory, name = re.fullmatch(r"postgres://(\w+)@/(.+)/(\w+)", address).groups()  # type: ignore[union-attr]
        return {"host": urllib.parse.unquote(directory), "user": role, "dbname": name}

    def sql(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Run a statement as the owner of the tables."""
        connection = psycopg2.connect(**self.owner)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, parameters)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def mails(self) -> list[Message]:
        return [message_from_bytes(path.read_bytes()) for path in (self.data / "mail").glob("*.eml")]

    def copies(self) -> Counter[str]:
        """Return how often each mail arrived, by its Message-ID without host: the notice's public id."""
        return Counter(str(mail["Message-ID"]).strip("<>").partition("@")[0] for mail in self.mails())


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Message
    text: str
    seconds: float

    def json(self) -> Any:
        return json.loads(self.text)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Visitor:
    """Somebody with a browser, or, with headers of its own, a program."""

    def __init__(self, demo: Demo) -> None:
        self.url = demo.url
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies), _Stay)

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask(urllib.request.Request(self.url + path, headers=headers))

    def post(self, path: str, **fields: str) -> Answer:
        token = next((str(cookie.value) for cookie in self.cookies if cookie.name == "csrftoken"), "")
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        return self._ask(urllib.request.Request(self.url + path, data=body, headers={"Referer": self.url}))

    def _ask(self, request: urllib.request.Request) -> Answer:
        begun = time.monotonic()
        try:
            response = self.opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            text = response.read().decode(errors="replace")
            return Answer(response.status, response.headers, text, time.monotonic() - begun)

    def sign_in(self, email: str) -> "Visitor":
        self.get("/accounts/login/")
        answer = self.post("/accounts/login/", login=email, password=DEMO_PASSWORD)
        assert answer.status == 302, answer.text
        return self


def _signal(process: int, number: int) -> None:
    try:
        os.kill(process, number)
    except ProcessLookupError:
        return
