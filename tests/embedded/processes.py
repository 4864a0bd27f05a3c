"""Processes for the tests of this folder: starting them, and finding out what is left of them."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Set by the test run itself for its own servers; what is tested here must start others.
OURS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "OWNER_DATABASE_URL", "MAKELEVEL")
PATIENCE = 15.0


def clean_environment(**extra: str) -> dict[str, str]:
    """Return the environment without the addresses of this test run's own servers."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    return {**kept, "PYTHONPATH": str(ROOT), **extra}


def eventually(condition: Callable[[], object], patience: float = PATIENCE) -> object:
    """Wait until `condition` answers with something true, and return that."""
    deadline = time.monotonic() + patience
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"waited {patience} s in vain"
        time.sleep(0.02)
    return answer


def alive(process: int) -> bool:
    """Whether a process runs; one that has ended but was not collected yet does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


class Supervised:
    """A supervisor in a process of its own, keeping small Python programs.

    Each program finds `note(text)` and `beget()` ready: the one writes a line to a file that all
    share, the other starts a child in a session of its own that ignores polite requests.
    """

    def __init__(self, directory: Path, *parts: dict[str, object], first_pause: float = 0.02) -> None:
        self.directory = directory
        self.notes = directory / "notes"
        self.notes.touch()
        specification = json.dumps({"first_pause": first_pause, "parts": parts})
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.embedded.run_parts", str(directory), specification],
            cwd=ROOT,
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> "Supervised":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def noted(self) -> list[str]:
        """Return the lines that the parts have written so far, without process ids."""
        return [line.split("=")[0] for line in self.notes.read_text().splitlines()]

    def processes(self) -> list[int]:
        """Return the ids of all processes that have ever noted theirs."""
        lines = self.notes.read_text().splitlines()
        return [int(line.split("=")[1]) for line in lines if "=" in line]

    def end(self) -> tuple[int, str]:
        """Wait for its end; return exit code and output."""
        output, _ = self.process.communicate(timeout=30)
        return self.process.returncode, output

    def assert_nothing_left(self) -> None:
        """Fail if one of the processes is still there after a few seconds."""
        assert self.processes()
        eventually(lambda: not any(alive(process) for process in self.processes()), patience=8)
