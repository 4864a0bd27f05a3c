"""One process that Concord starts itself, under a watchdog that ends it with us."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from config.embedded import watchdog

ROOT = Path(__file__).resolve().parents[2]
WATCHDOG = Path(watchdog.__file__).resolve()
# The watchdog needs this long on top of the command's own patience: to kill and to look again.
WATCHDOG_MARGIN = 7.0
LINES_OF_LOG = 5


class PartError(Exception):
    """A part did not start, did not get ready, or a one-off command failed."""


def _always_ready() -> bool:
    return True


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Part:
    """What to run, when it counts as ready, and how to stop it.

    `ready` is asked again and again until it answers true; it may raise OSError meanwhile.
    A part that `runs_once` is a step: it is waited for, and must exit with 0.
    `prepare` runs before each start. `unprivileged` keeps a part from running as root, and
    `user` says as whom it runs instead. `remove` names directories that the watchdog removes
    when the part was stopped or its caller died, but not when it ended by itself.
    """

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str] = field(default_factory=dict)
    directory: Path = ROOT
    runs_once: bool = False
    ready: Callable[[], bool] = _always_ready
    ready_timeout: float = 30.0
    prepare: Callable[[], None] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_timeout: float = 10.0
    unprivileged: bool = False
    user: int | None = None
    remove: Sequence[Path] = ()


class Lifeline:
    """A pipe that ends when this process does; what hangs on it ends too.

    `held` are further descriptors, such as a lock, that stay open until the last part is gone.
    """

    def __init__(self, held: Iterable[int] = ()) -> None:
        """Open the pipe. Python's own children do not inherit it unless told to."""
        self.read_end, self.write_end = os.pipe()
        self.held = tuple(held)

    def cut(self) -> None:
        """Close the pipe, which stops all that still hangs on it."""
        for end in (self.read_end, self.write_end):
            os.close(end)


def _watched(part: Part, lifeline: Lifeline) -> list[str | Path]:
    options: list[str | Path] = [
        f"--lifeline={lifeline.read_end}",
        f"--stop-signal={int(part.stop_signal)}",
        f"--stop-timeout={part.stop_timeout}",
        *(f"--remove={directory}" for directory in part.remove),
    ]
    if part.unprivileged:
        options.append("--unprivileged")
    if part.user is not None:
        options.append(f"--user={part.user}")
    # -I and -S: nothing but the standard library, and a start in a few milliseconds.
    return [sys.executable, "-I", "-S", WATCHDOG, *options, "--", *part.command]


class Running:
    """A started part."""

    def __init__(self, part: Part, lifeline: Lifeline, log: Path | None) -> None:
        """Start `part`; its output goes to the end of `log`, or to ours when there is none."""
        self.part, self.log = part, log
        if part.prepare:
            part.prepare()
        output: IO[bytes] | None = log.open("ab") if log else None
        try:
            self.process = subprocess.Popen(
                _watched(part, lifeline),
                cwd=part.directory,
                env={**os.environ, **part.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                pass_fds=(lifeline.read_end, *lifeline.held),
                # Ctrl-C at the terminal is for the caller, who stops the parts in order.
                start_new_session=True,
            )
        finally:
            if output:
                output.close()

    @property
    def exit_code(self) -> int | None:
        """The exit code, or None while it runs."""
        return self.process.poll()

    def explain(self, problem: str) -> PartError:
        """Return an error that names the part and where to read more."""
        message = f"{self.part.name} {problem}"
        if self.log and self.log.exists():
            last = self.log.read_text(errors="replace").splitlines()[-LINES_OF_LOG:]
            message += "".join(f"\n    {line}" for line in last) + f"\n  see {self.log}"
        return PartError(message)

    def wait_until_ready(self, give_up: Callable[[], bool] = _never) -> None:
        """Return once the part is ready (a step: has ended well), or `give_up` answers true.

        Raises PartError when it ends before that, or takes longer than its patience.
        """
        deadline = time.monotonic() + self.part.ready_timeout
        while not give_up():
            if self.exit_code == 0 and self.part.runs_once:
                return
            if self.exit_code is not None:
                raise self.explain(f"ended with exit code {self.exit_code}")
            if not self.part.runs_once and is_ready(self.part):
                return
            if time.monotonic() > deadline:
                raise self.explain(f"was not ready within {self.part.ready_timeout:.0f} seconds")
            time.sleep(0.02)

    def ask_to_stop(self) -> None:
        """Pass on the part's stop signal, and return at once."""
        if self.exit_code is None:
            self.process.terminate()

    def stop(self) -> None:
        """Stop the part and wait until nothing of it is left."""
        self.ask_to_stop()
        try:
            self.process.wait(self.part.stop_timeout + WATCHDOG_MARGIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def is_ready(part: Part) -> bool:
    """Ask the part once; a refused connection means not yet."""
    try:
        return part.ready()
    except OSError:
        return False


def run_once(part: Part, lifeline: Lifeline, log: Path | None) -> None:
    """Run a step to its end. Raises PartError unless it exits with 0."""
    running = Running(part, lifeline, log)
    try:
        running.wait_until_ready()
    finally:
        running.stop()
