"""A data directory belongs to one demo at a time, and what others put there is left alone."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config.embedded.datadir import FOLDERS, DataDirectory, DataDirectoryError
from tests.embedded.processes import clean_environment

HOLD = """
import os, sys
from pathlib import Path
from config.embedded.datadir import DataDirectory
data = DataDirectory(Path(sys.argv[1]))
data.claim()
{then}
"""


@pytest.fixture
def data(tmp_path: Path):
    directory = DataDirectory(tmp_path / "var")
    yield directory
    if directory.lock_descriptor >= 0:
        os.close(directory.lock_descriptor)


def run(directory: Path, then: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", HOLD.format(then=then), str(directory)]
    return subprocess.run(command, env=clean_environment(), capture_output=True, text=True, check=True)


def test_a_second_start_is_told_who_has_the_directory(data: DataDirectory) -> None:
    data.claim()
    second = DataDirectory(data.path)
    with pytest.raises(DataDirectoryError, match=f"process {os.getpid()}"):
        second.claim()


def test_a_start_waits_for_what_a_killed_run_has_left(data: DataDirectory) -> None:
    # The child outlives the holder for half a second, with the lock in its hands.
    run(data.path, "os.fork() or (os.close(1), os.close(2), __import__('time').sleep(.5))")
    with pytest.raises(DataDirectoryError):
        DataDirectory(data.path).claim(patience=0.1)
    data.claim()


def test_the_folders_are_for_nobody_else(data: DataDirectory) -> None:
    data.claim()
    data.prepare(reset=False)
    assert {stat.S_IMODE(data.folder(name).stat().st_mode) for name in FOLDERS} == {0o700}


def test_data_survives_a_start_but_not_a_reset(data: DataDirectory) -> None:
    data.claim()
    data.prepare(reset=False)
    message = data.folder("mail") / "a.eml"
    message.touch()
    report = data.path / "bench" / "report.json"
    report.parent.mkdir()
    report.touch()

    data.prepare(reset=False)
    assert message.exists()
    data.prepare(reset=True)
    assert not message.exists()
    assert report.exists(), "not made by the demo"


@pytest.mark.parametrize("reset", [False, True])
def test_folders_that_the_demo_did_not_make_are_neither_used_nor_removed(data: DataDirectory, reset: bool) -> None:
    theirs = data.folder("log") / "syslog"
    theirs.parent.mkdir(parents=True)
    theirs.touch()
    data.claim()
    with pytest.raises(DataDirectoryError, match="log that the demo did not make"):
        data.prepare(reset=reset)
    assert theirs.exists()


def test_the_written_environment_is_for_our_eyes_only(data: DataDirectory) -> None:
    data.claim()
    data.prepare(reset=False)
    path = data.write_environment({"A": "1", "B": "x=y"})
    assert path.read_text() == "A=1\nB=x=y\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
