"""Files are looked at by a virus scanner where there is one, and nobody is kept waiting by it."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from config.timetable import timetable
from foundation.audit.models import Event
from foundation.errors import OutOfTurn
from foundation.files import clamd, scanning, tasks
from foundation.files.answers import download
from foundation.files.models import StoredFile
from foundation.files.services import check, keep, storage
from tests.foundation import scanner
from tests.foundation.scanner import HARMFUL, Scanner

pytestmark = pytest.mark.django_db


@pytest.fixture
def clam(settings: Settings) -> Iterator[Scanner]:
    with scanner.scanning() as running:
        settings.CLAMD = running.address
        yield running


def kept(content: bytes = b"harmless") -> StoredFile:
    return keep(check("a.txt", content))


def state(stored: StoredFile) -> str:
    return StoredFile.objects.get(pk=stored.pk).scan


def test_without_a_scanner_nothing_waits_and_the_file_says_that_it_was_not_looked_at(settings: Settings) -> None:
    settings.CLAMD = ""
    stored = kept()
    assert (stored.scan, stored.get_scan_display()) == ("unscanned", "not scanned for viruses")
    assert download(stored, name="a.txt", ours=False).content == b"harmless"


def test_a_file_waits_until_it_was_looked_at_and_its_own_people_do_not(clam: Scanner) -> None:
    stored = kept()
    assert stored.scan == "pending"
    assert download(stored, name="a.txt", ours=True).content == b"harmless"
    with pytest.raises(OutOfTurn, match="waits for the virus scanner"):
        download(stored, name="a.txt", ours=False)
    assert tasks.scan(stored.pk) == "clean"
    assert clam.looked_at == [b"harmless"]
    stored.refresh_from_db()
    assert stored.scanned_at is not None
    assert download(stored, name="a.txt", ours=False).content == b"harmless"
    # once
    assert tasks.scan(stored.pk) == ""
    assert len(clam.looked_at) == 1


def test_what_is_harmful_is_deleted_for_everybody_and_on_record(
    clam: Scanner, django_capture_on_commit_callbacks: object
) -> None:
    stored = kept(b"in here " + HARMFUL)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert tasks.scan(stored.pk) == "infected"
    assert not storage().exists(stored.stored_as)
    stored.refresh_from_db()
    assert stored.get_scan_display() == "harmful, so deleted"
    for ours in (True, False):
        with pytest.raises(OutOfTurn, match="something harmful"):
            download(stored, name="a.txt", ours=ours)
    event = Event.objects.get(verb="files.found_harmful")
    assert event.detail == {"found": "Test.Harmful", "sha256": stored.sha256}


def test_a_large_file_goes_to_the_scanner_whole(clam: Scanner) -> None:
    content = b"line\n" * 100_000
    tasks.scan(kept(content).pk)
    assert clam.looked_at == [content]


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR", b"", b"stream: something else"])
def test_while_the_scanner_says_nothing_that_means_anything_a_file_waits(clam: Scanner, answer: bytes) -> None:
    clam.answer = answer or b"\0"
    stored = kept()
    assert tasks.scan(stored.pk) == ""
    assert state(stored) == "pending"
    clam.answer = b""
    assert tasks.scan_waiting() == 1
    assert state(stored) == "clean"


def nobody_listens() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("where", ["port", "socket"])
def test_while_the_scanner_is_away_files_wait_and_are_looked_at_later(
    settings: Settings, tmp_path: Path, where: str
) -> None:
    path = tmp_path / "clamd.sock"
    settings.CLAMD = nobody_listens() if where == "port" else str(path)
    files = [kept() for _ in range(4)]
    assert tasks.scan(files[0].pk) == ""
    assert tasks.scan_waiting() == 0
    assert {state(stored) for stored in files} == {"pending"}
    with scanner.scanning(path if where == "socket" else None) as running:
        settings.CLAMD = running.address
        assert tasks.scan_waiting() == 4
    assert {state(stored) for stored in files} == {"clean"}


def test_a_scanner_that_never_answers_is_away(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clamd, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CLAMD = f"127.0.0.1:{server.getsockname()[1]}"
        stored = kept()
        assert tasks.scan(stored.pk) == ""
    assert state(stored) == "pending"


def test_where_the_scanner_is_given_up_what_waited_is_had_unscanned(settings: Settings) -> None:
    settings.CLAMD = nobody_listens()
    stored = kept()
    settings.CLAMD = ""
    assert download(stored, name="a.txt", ours=False).content == b"harmless"
    assert tasks.scan_waiting() == 1
    assert state(stored) == "unscanned"


def test_of_a_file_that_was_removed_meanwhile_nobody_is_told(clam: Scanner, monkeypatch: pytest.MonkeyPatch) -> None:
    stored, told = kept(HARMFUL), []
    monkeypatch.setattr(scanning, "_told", [told.append])

    def looks_for_long(content: bytes, *, address: str) -> str:
        StoredFile.objects.filter(pk=stored.pk).delete()
        return "Test.Harmful"

    monkeypatch.setattr(clamd, "found_in", looks_for_long)
    assert tasks.scan(stored.pk) == ""
    assert told == []


def test_files_that_wait_are_looked_at_every_minute() -> None:
    (entry,) = [entry for entry in timetable(demo=False).values() if entry["task"] == "files.scan_waiting"]
    assert entry["schedule"].total_seconds() == 60
