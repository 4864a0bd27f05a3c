"""Migrating takes half a minute: in a parallel run one worker does it, and the others copy what came of it.

The copy is made anew by each run, from its own migrations, and lies in the run's temporary directory. The other workers
run `migrate` too, as Django has it: it finds nothing left to do.
"""

import fcntl
import os
import subprocess
from pathlib import Path
from typing import IO

from django.db import connection

from config.embedded.postgres import binary

MIGRATED = "migrated"
PATIENCE = 120


class SharedSchema:
    """The migrated database of a run: made by whoever asks first, waited for and copied by all others."""

    def __init__(self, directory: Path) -> None:
        """Wait for whoever migrates at this moment, and take over what was made; make it if there is nothing."""
        self.text = directory / "migrated.sql"
        self.lock: IO[bytes] | None = (directory / "migrated.lock").open("ab")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        if self.text.exists():
            self.release()
            self._restore()

    def keep(self) -> None:
        """Write down what this worker migrated, for those that wait; they wait no longer."""
        if self.lock is None:
            return
        begun = self.text.with_suffix(".begun")
        _run("pg_dump", f"--file={begun}", connection.settings_dict["NAME"])
        begun.rename(self.text)
        self.release()

    def release(self) -> None:
        if self.lock:
            self.lock.close()
            self.lock = None

    def _restore(self) -> None:
        """Make a database to copy, and have Django make its test database from that."""
        _run("psql", "--command", f"CREATE DATABASE {MIGRATED} TEMPLATE template0", "postgres")
        _run("psql", "--set=ON_ERROR_STOP=1", "--output=/dev/null", f"--file={self.text}", MIGRATED)
        connection.settings_dict["TEST"]["TEMPLATE"] = MIGRATED


def _run(program: str, *arguments: str) -> None:
    settings = connection.settings_dict
    environment = {**os.environ, "PGHOST": settings["HOST"], "PGUSER": settings["USER"]}
    quiet = ["--no-psqlrc", "--quiet"] if program == "psql" else []
    subprocess.run([binary(program), *quiet, *arguments], env=environment, check=True, timeout=PATIENCE)
