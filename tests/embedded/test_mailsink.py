"""Each message that is sent becomes one file."""

import email
import os
import smtplib
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest

from config.embedded.mailsink import Sink
from config.embedded.parts import Lifeline, Part, Running
from config.embedded.ports import LOOPBACK, HeldPort


@pytest.fixture
def port(tmp_path: Path):
    held, lifeline = HeldPort(), Lifeline()
    command = [sys.executable, "-m", "config.embedded.mailsink", "--directory", tmp_path / "mail"]

    def ready() -> bool:
        with smtplib.SMTP(LOOPBACK, held.number, timeout=5):
            return True

    part = Part("mail", [*command, "--port", str(held.number)], ready=ready)
    running = Running(part, lifeline, tmp_path / "log")
    running.wait_until_ready()
    yield held.number
    running.stop()
    lifeline.cut()
    held.release()


def message(subject: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@x.example", "b@x.example", subject
    mail.set_content("Zeeën van tijd\n.\nand a line with one dot\n")
    return mail


def test_messages_become_files_in_order_of_arrival(port: int, tmp_path: Path) -> None:
    subjects = [f"Überraschung {number}" for number in range(12)]
    for subject in subjects:
        with smtplib.SMTP(LOOPBACK, port, timeout=5) as client:
            client.send_message(message(subject))

    files = sorted((tmp_path / "mail").iterdir())
    assert {path.suffix for path in files} == {".eml"}
    mails = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]
    assert [mail["Subject"] for mail in mails] == subjects
    assert mails[0].get_content().splitlines() == message("").get_content().splitlines()


def test_a_message_is_there_completely_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def power_cut(*_: object) -> None:
        raise OSError("power cut")

    monkeypatch.setattr(Path, "rename", power_cut)
    with pytest.raises(OSError, match="power cut"):
        Sink(tmp_path).store(b"half")
    assert not list(tmp_path.glob("*.eml"))


def test_names_of_two_runs_do_not_clash(tmp_path: Path) -> None:
    assert f"-{os.getpid()}-" in Sink(tmp_path).store(b"x").name
