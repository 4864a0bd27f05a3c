"""Migrating and loading a demo takes more than a minute: of the two demos of a run, the second copies the first.

The first starts from nothing, as everybody does. While it runs, PostgreSQL copies its data to a directory of the run;
who needs a demo next, in this process or another, waits for that and starts from it.
"""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.embedded.datadir import MARKER
from config.embedded.postgres import SUPERUSER, binary
from tests.faults.running import Demo

# what the demo made at its first start, besides the database
MADE = ("static", "files")
PATIENCE = 120


@contextmanager
def demo_from_nothing(temporary: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that makes everything itself, and is copied as soon as it is ready."""
    with _locked(temporary) as copy:
        demo = Demo(temporary.mktemp("demo") / "data")
        try:
            demo.wait_until_ready()
            if not copy.exists():
                _keep(demo, copy)
        except BaseException:
            demo.stop()
            raise
    with _stopped_after(demo):
        yield demo


@contextmanager
def demo_from_copy(temporary: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that starts from what another one made; from nothing where there was no other."""
    data = temporary.mktemp("demo") / "data"
    with _locked(temporary) as copy:
        if copy.exists():
            shutil.copytree(copy, data)
    demo = Demo(data)
    with _stopped_after(demo):
        demo.wait_until_ready()
        yield demo


@contextmanager
def _stopped_after(demo: Demo) -> Iterator[None]:
    try:
        yield
    finally:
        demo.stop()


@contextmanager
def _locked(temporary: pytest.TempPathFactory) -> Iterator[Path]:
    """Hold off other workers; give the place of the copy, which is the same for all of them."""
    own = temporary.getbasetemp()
    place = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with (place / "demo.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield place / "demo-copy"


def _keep(demo: Demo, copy: Path) -> None:
    begun = copy.with_suffix(".begun")
    begun.mkdir()
    shutil.copy(demo.data / MARKER, begun)
    for folder in MADE:
        shutil.copytree(demo.data / folder, begun / folder)
    subprocess.run(
        [
            binary("pg_basebackup"), "--host", demo.owner["host"], "--username", SUPERUSER, "--checkpoint=fast",
            "--no-sync", "--pgdata", begun / "pgdata",
        ],
        check=True, capture_output=True, timeout=PATIENCE,
    )  # fmt: skip
    begun.rename(copy)
