"""Twenty people who act at the same moment, each over a connection that stays open from round to round.

What PostgreSQL has to learn of a new connection costs more than a round does; so nobody of the crew leaves before the
last one. They start in another order each time, and some rounds wait a little, so that other steps of theirs meet.
"""

import os
import random
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue

from django.db import connection

from foundation.errors import Refusal
from partnership.membership.sight import sight
from tests.world import World

# RACE_ROUNDS=1000 for a night's run
ROUNDS = int(os.environ.get("RACE_ROUNDS", "3"))
THREADS = 20
PATIENCE = 60
DONE = "done"
# seconds that somebody waits at most: in turn not at all, less than a question takes, some questions, half a service
SPREADS = (0.0, 0.0005, 0.005, 0.05)

Deed = Callable[[], object]
# place of the deed, how it ended, or what broke
End = tuple[int, str, BaseException | None]


def by(world: World, persona: str, service: Callable[..., object], **arguments: object) -> Deed:
    """Return a deed: a service called by a persona, with the reader set as a request does."""
    actor = world.actor(persona)

    def deed() -> None:
        with sight(actor.person_id):
            service(actor=actor, **arguments)

    return deed


class Crew:
    """Twenty threads; each keeps its connection until they are dismissed."""

    def __init__(self) -> None:
        self.seed = os.environ.get("RACE_SEED") or str(random.randrange(10**9))
        self.chance = random.Random(self.seed)
        self.rounds = 0
        self.ended: SimpleQueue[End] = SimpleQueue()
        self.told: list[SimpleQueue[tuple[int, Deed, threading.Barrier, float] | None]] = []
        self.threads = []
        for _number in range(THREADS):
            self.told.append(SimpleQueue())
            self.threads.append(threading.Thread(target=self._work, args=(self.told[-1],), daemon=True))
            self.threads[-1].start()

    def at_once(self, deeds: Sequence[Deed]) -> list[str]:
        """Do all at the same moment; return how each ended: `done`, what it said, or the name of the refusal.

        Whatever is no refusal, such as a deadlock or an error of a constraint, is raised here.
        """
        ready = threading.Barrier(len(deeds))
        spread = SPREADS[self.rounds % len(SPREADS)]
        self.rounds += 1
        for crew, (place, deed) in zip(self.told, self.chance.sample(list(enumerate(deeds)), len(deeds)), strict=False):
            crew.put((place, deed, ready, self.chance.uniform(0, spread)))
        said, broken = [""] * len(deeds), []
        for _deed in deeds:
            try:
                place, said[place], error = self.ended.get(timeout=PATIENCE)
            except Empty:
                raise AssertionError(f"somebody waits for ever; seed {self.seed}, round {self.rounds}") from None
            broken += [error] if error else []
        if broken:
            broken[0].add_note(f"seed {self.seed}, round {self.rounds}; {len(broken)} broke")
            raise broken[0]
        return said

    def dismiss(self) -> None:
        """Close all connections."""
        for crew in self.told:
            crew.put(None)
        for thread in self.threads:
            thread.join(PATIENCE)

    def _work(self, told: "SimpleQueue[tuple[int, Deed, threading.Barrier, float] | None]") -> None:
        pause = threading.Event()
        while (task := told.get()) is not None:
            place, deed, ready, wait = task
            try:
                connection.ensure_connection()
                ready.wait(PATIENCE)
                if wait:
                    pause.wait(wait)
                said = deed()
                self.ended.put((place, said if isinstance(said, str) else DONE, None))
            except Refusal as refusal:
                self.ended.put((place, type(refusal).__name__, None))
            except BaseException as error:  # noqa: BLE001
                self.ended.put((place, "", error))
        connection.close()
