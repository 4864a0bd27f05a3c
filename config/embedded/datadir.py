"""The directory that the demo keeps its data in: whose it is, and who uses it now."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
from pathlib import Path

MARKER = ".concord-demo"
MARKER_TEXT = "`make demo` made the folders next to this file, and `make demo RESET=1` removes them.\n"
FOLDERS = ("pgdata", "valkey", "mail", "files", "static", "log", "run")
LOCK = ".concord-lock"
# The watchdogs of a run that was killed hold its lock until the last process is gone.
PATIENCE = 15.0


class DataDirectoryError(Exception):
    """The directory is in use, or holds things that the demo did not make."""


class DataDirectory:
    """The folders of one demo. Only the holder of its lock may touch them."""

    def __init__(self, path: Path) -> None:
        """Name the directory; nothing is made yet."""
        self.path = path.resolve()
        self.lock_descriptor = -1

    def folder(self, name: str) -> Path:
        """Return the path of one of FOLDERS."""
        return self.path / name

    def claim(self, patience: float = PATIENCE) -> None:
        """Take the lock. Raises DataDirectoryError when somebody else has it.

        When the holder is dead, its processes are about to be: that is waited for.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        self.lock_descriptor = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + patience
        while not self._try_lock():
            holder = self._holder()
            if _alive(holder) or time.monotonic() > deadline:
                os.close(self.lock_descriptor)
                raise DataDirectoryError(
                    f"{self.path} is in use by another demo (process {holder or 'unknown'}). "
                    "Stop that one, or give this one a directory of its own: make demo DATA=..."
                )
            time.sleep(0.1)
        os.ftruncate(self.lock_descriptor, 0)
        os.pwrite(self.lock_descriptor, f"{os.getpid()}\n".encode(), 0)

    def _try_lock(self) -> bool:
        try:
            fcntl.flock(self.lock_descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _holder(self) -> int:
        """Return the process that wrote itself into the lock; 0 if it has not yet."""
        text = os.pread(self.lock_descriptor, 32, 0).decode(errors="replace").strip()
        return int(text) if text.isdigit() else 0

    def prepare(self, *, reset: bool) -> None:
        """Make the folders, after removing the old ones on `reset`.

        Raises DataDirectoryError when one of them is there and the marker is not: then
        somebody else made it, and it is neither used nor removed.
        """
        marker = self.path / MARKER
        foreign = [name for name in FOLDERS if self.folder(name).exists()]
        if foreign and not marker.exists():
            raise DataDirectoryError(
                f"{self.path} has {', '.join(foreign)} that the demo did not make. "
                "Give it a directory of its own: make demo DATA=..."
            )
        if reset:
            for name in foreign:
                shutil.rmtree(self.folder(name))
        marker.write_text(MARKER_TEXT)
        for name in FOLDERS:
            # What the demo holds is invented, but its sockets trust whoever reaches them.
            self.folder(name).mkdir(mode=0o700, exist_ok=True)

    def write_environment(self, values: dict[str, str]) -> Path:
        """Write what `manage.py` needs to reach the running demo, for our own eyes only."""
        path = self.folder("run") / "environment"
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.writelines(f"{name}={value}\n" for name, value in values.items())
        return path


def _alive(process: int) -> bool:
    if not process:
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
