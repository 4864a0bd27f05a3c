"""What runs without anybody looking: a program of an agency, and the reminders."""

import json
import time
import urllib.parse
import urllib.request
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from foundation import clock
from tests.browser.people import People, propose_commitment
from tests.faults.running import Demo

PATIENCE = 40.0
# a second copy, made in the same round, would be there by then
SETTLED = 3.0
EIGHT = {"municipality", "harbour", "police", "prosecution", "customs", "tax", "portcompany", "association"}


def _asked(url: str, *, form: dict[str, str] | None = None, token: str = "") -> Any:
    request = urllib.request.Request(url, data=urllib.parse.urlencode(form).encode() if form else None)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def test_a_program_gets_a_token_and_pulls_the_eight_members_of_rotterdam(demo: Demo) -> None:
    granted = _asked(
        f"{demo.url}/api/oauth/token",
        form={
            "grant_type": "client_credentials",
            "client_id": "demo-reader",
            "client_secret": "demo-secret-reader",
            "scope": "membership:read",
        },
    )
    assert granted["token_type"] == "Bearer"

    found = _asked(f"{demo.url}/api/v1/memberships?partnership=rotterdam-port", token=granted["access_token"])

    active = [member for member in found["results"] if member["status"] == "active"]
    assert {member["agency"]["code"] for member in active} == EIGHT
    assert len(active) == len(EIGHT)


def _mails(folder: Path, *parts: str) -> list[str]:
    """Return the texts of the mails that hold all of these words."""
    texts = []
    for path in folder.glob("**/*.eml"):
        message = message_from_bytes(path.read_bytes(), policy=default)
        body = message.get_body()
        text = f"{message['to']}\n{message['subject']}\n{body.get_content() if body else ''}"
        if all(part in text for part in parts):
            texts.append(text)
    return texts


def test_a_commitment_due_today_is_reminded_of_by_one_mail(people: People, demo: Demo) -> None:
    path = propose_commitment(
        people.someone("lead@customs"),
        "Customs will send the scan plan of tomorrow.",
        member="Customs, Rotterdam port",
        due_on=clock.today().isoformat(),
    )
    wanted = ("lead@customs.rotterdam.example", "is due", path)

    deadline = time.monotonic() + PATIENCE
    while not _mails(demo.data / "mail", *wanted):
        assert time.monotonic() < deadline, f"no mail within {PATIENCE} s"
        time.sleep(0.2)
    time.sleep(SETTLED)

    (text,) = _mails(demo.data / "mail", *wanted)
    assert "scan plan" not in text
