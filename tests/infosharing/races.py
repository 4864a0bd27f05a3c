"""Doing many things at the same moment, each over a connection of its own."""

import os
import threading
from collections.abc import Callable, Iterable

from django.db import connection

from foundation.errors import Refusal
from partnership.membership.sight import sight
from tests.world import World

# RACE_ROUNDS=1000 for a night's run
ROUNDS = int(os.environ.get("RACE_ROUNDS", "3"))
THREADS = 20
PATIENCE = 60
DONE = "done"

Deed = Callable[[], object]


def by(world: World, persona: str, service: Callable[..., object], **arguments: object) -> Deed:
    """Return a deed: a service called by a persona, with the reader set as a request does."""
    actor = world.actor(persona)

    def deed() -> None:
        with sight(actor.person_id):
            service(actor=actor, **arguments)

    return deed


def at_once(deeds: Iterable[Deed]) -> list[str]:
    """Do all at the same moment; return how each ended: `done`, or the name of the refusal.

    Whatever is no refusal, such as a deadlock or an error of a constraint, is raised here.
    """
    deeds = list(deeds)
    ready, ended = threading.Barrier(len(deeds)), [""] * len(deeds)
    broken: list[BaseException] = []

    def run(number: int, deed: Deed) -> None:
        try:
            connection.ensure_connection()
            ready.wait(PATIENCE)
            deed()
            ended[number] = DONE
        except Refusal as refusal:
            ended[number] = type(refusal).__name__
        except BaseException as error:  # noqa: BLE001
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    if broken:
        raise broken[0]
    assert "" not in ended, "somebody waits for ever"
    return ended
