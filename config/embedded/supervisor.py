"""Starts parts in order, keeps them running, and stops them in reverse order.

Knows nothing of what the parts are. What happens to a part when the supervisor itself is
killed is the watchdog's business.
"""

from __future__ import annotations

import collections
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import FrameType

from config.embedded.parts import Lifeline, Part, PartError, Running
from config.embedded.watchdog import become_subreaper, kill_descendants

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# A part that dies this often within the window has a cause that another start will not cure.
MOST_DEATHS = 5
WINDOW = 60.0
LOOK_EVERY = 0.1


def say(line: str) -> None:
    """Tell the person at the terminal, if there still is one."""
    # A closed terminal or pipe must not keep us from stopping what we started.
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{line}\n")
        # The output may be a pipe, whose reader waits for the line with the address.
        sys.stdout.flush()


class Kept:
    """A part that is to run for as long as the supervisor does."""

    def __init__(self, running: Running) -> None:
        """Keep what was started for the first time."""
        self.running = running
        self.deaths: collections.deque[float] = collections.deque(maxlen=MOST_DEATHS)
        self.start_again_at: float | None = None

    @property
    def name(self) -> str:
        """The name of the part."""
        return self.running.part.name

    def died(self, now: float) -> bool:
        """Note a death. Return whether it was one too many."""
        self.deaths.append(now)
        return len(self.deaths) == MOST_DEATHS and now - self.deaths[0] <= WINDOW

    def pause(self, first: float) -> float:
        """Return how long to wait before the next start: twice as long after each death."""
        recent = [death for death in self.deaths if self.deaths[-1] - death <= WINDOW]
        return first * 2.0 ** (len(recent) - 1)


class Supervisor:
    """Runs `parts` until it is asked to stop, or one of them cannot be kept running.

    `logs` is the directory for their output, `held` are descriptors that stay open until the
    last part is gone, and `on_ready` is called once when all parts are ready.
    `first_pause` is how long a part that died for the first time waits for its next start.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        logs: Path,
        *,
        held: Iterable[int] = (),
        on_ready: Callable[[], None] | None = None,
        first_pause: float = 0.5,
    ) -> None:
        """Prepare; nothing is started yet."""
        self.parts, self.logs = parts, logs
        self.on_ready, self.first_pause = on_ready, first_pause
        self.lifeline = Lifeline(held)
        self.kept: list[Kept] = []
        self.step: Running | None = None
        self.stopping = False
        # `make` that is killed says nothing to its child, which then gets another parent.
        self.parent = os.getppid() if "MAKELEVEL" in os.environ else None

    def run(self) -> int:
        """Start, keep and stop the parts; return 0, or 1 when one of them failed."""
        become_subreaper()
        for number in STOP_SIGNALS:
            signal.signal(number, self._asked_to_stop)
        try:
            self._start_all()
            if self.on_ready and not self.stopping:
                self.on_ready()
            while not self._should_stop():
                time.sleep(LOOK_EVERY)
        except (PartError, OSError) as failure:
            say(f"Stopped: {failure}")
            return 1
        finally:
            self._stop_all()
        say("Stopped.")
        return 0

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        if self.stopping:
            # Asked twice: whoever still hangs on the lifeline gets seconds, not its full time.
            with contextlib.suppress(OSError):
                self.lifeline.cut()
        self.stopping = True

    def _log(self, part: Part) -> Path:
        return self.logs / f"{part.name}.log"

    def _start_all(self) -> None:
        for part in self.parts:
            if self._should_stop():
                return
            running = Running(part, self.lifeline, self._log(part))
            if part.runs_once:
                self.step = running
            else:
                self.kept.append(Kept(running))
            # The part itself is not kept yet: one that cannot start at all is reported at once.
            running.wait_until_ready(give_up=lambda: self._should_stop(but=running))  # noqa: B023
            if not self.stopping:
                self.step = None

    def _should_stop(self, but: Running | None = None) -> bool:
        """Look after all parts but one; answer whether to stop."""
        if self.parent is not None and os.getppid() != self.parent:
            self.stopping = True
        if not self.stopping:
            for kept in self.kept:
                if kept.running is not but:
                    self._look_after(kept)
        return self.stopping

    def _look_after(self, kept: Kept) -> None:
        """Start a part again that died, after a pause. Raises PartError when that is no use."""
        code, now = kept.running.exit_code, time.monotonic()
        if code is None:
            return
        if kept.start_again_at is None:
            if kept.died(now):
                raise PartError(f"{kept.name} died {MOST_DEATHS} times within a minute; see {kept.running.log}")
            pause = kept.pause(self.first_pause)
            kept.start_again_at = now + pause
            say(f"{kept.name} died (exit code {code}); starting it again in {pause:.1f} s")
        elif now >= kept.start_again_at:
            kept.start_again_at = None
            kept.running = Running(kept.running.part, self.lifeline, kept.running.log)

    def _stop_all(self) -> None:
        self.stopping = True
        if self.step:
            self.step.stop()
        for kept in reversed(self.kept):
            kept.running.stop()
        with contextlib.suppress(OSError):
            self.lifeline.cut()
        # Only what a killed watchdog left behind: the others have done this for their part.
        kill_descendants()
