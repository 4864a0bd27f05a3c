"""Two people decide at the same moment: one of them wins, and the other is told that it is decided."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from foundation.errors import OutOfTurn
from infosharing.requests import services
from infosharing.requests.models import Asked, InformationRequest
from partnership.membership.sight import sight
from tests.world import World
from tests.world.requests import ask
from tests.world.roles import as_owner

ROUNDS = 4


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """Do all at the same moment, each over a connection of its own; return how each ended."""
    ready, ended = threading.Barrier(len(deeds)), [""] * len(deeds)

    def run(number: int, deed: Callable[[], object]) -> None:
        try:
            ready.wait(20)
            deed()
            ended[number] = "done"
        except OutOfTurn:
            ended[number] = "out of turn"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return ended


def asked(world: World) -> InformationRequest:
    with sight(world.person("staff_police").pk):
        return ask(world, "staff_police", "customs", "tax")


def answering(world: World, persona: str, found: InformationRequest) -> Callable[[], object]:
    actor = world.actor(persona)

    def deed() -> None:
        with sight(actor.person_id):
            services.answer_request(actor=actor, found=found, answer="Yes")

    return deed


def refusing(world: World, persona: str, found: InformationRequest) -> Callable[[], object]:
    actor = world.actor(persona)

    def deed() -> None:
        with sight(actor.person_id):
            services.refuse_request(actor=actor, found=found, ground="R1", reason="No law")

    return deed


def taking_back(world: World, persona: str, found: InformationRequest) -> Callable[[], object]:
    actor = world.actor(persona)

    def deed() -> None:
        with sight(actor.person_id):
            services.withdraw_request(actor=actor, found=found, reason="Found it")

    return deed


def statuses(found: InformationRequest) -> dict[str, str]:
    with as_owner():
        rows = Asked.objects.filter(request=found).select_related("member__agency")
        return {row.member.agency.code: row.status for row in rows}


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_the_same_moment_one_stands(world: World) -> None:
    for _round in range(ROUNDS):
        found = asked(world)
        ended = at_once(answering(world, "staff_customs", found), refusing(world, "lead_customs", found))
        assert sorted(ended) == ["done", "out of turn"]
        winner = "answered" if ended[0] == "done" else "refused"
        assert statuses(found) == {"customs": winner, "tax": "waiting"}


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_a_taking_back_at_the_same_moment_leave_one_of_both(world: World) -> None:
    for _round in range(ROUNDS):
        found = asked(world)
        answered, taken_back = at_once(
            answering(world, "staff_customs", found), taking_back(world, "lead_police", found)
        )
        # from the other member it is taken back in any case
        assert taken_back == "done"
        stands = "answered" if answered == "done" else "withdrawn"
        assert statuses(found) == {"customs": stands, "tax": "withdrawn"}
