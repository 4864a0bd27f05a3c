"""Engagement of the world: groups, an input in each state, one of them late, and what was promised because of one."""

from datetime import timedelta
from typing import Any

from foundation import clock
from partnership.commitments.services import propose_commitment
from partnership.engagement import services
from partnership.engagement.models import Group, Input
from tests.world.cast import World


def say(world: World, persona: str, *, group: str = "residents", given_to: str = "police", **more: Any) -> Input:
    """Record that a group said something today."""
    asked: dict[str, Any] = {
        "said": "It is dark there",
        "received_on": clock.today(),
        "way": "meeting",
        "place": "Quay",
    }
    words = services.Words(**asked | more, group=world.groups[group], given_to=world.memberships[given_to])
    return services.record_input(actor=world.actor(persona), partnership=world.groups[group].partnership, words=words)


def _group(world: World, persona: str, partnership: str, name: str) -> Group:
    return services.add_group(
        actor=world.actor(persona), partnership=world.partnerships[partnership], name=f"Group {name}"
    )


def build_engagement(world: World) -> None:
    """Police was told of the dark quay; the municipality of noise, too long ago; two are settled."""
    today = clock.today()
    world.groups["residents"] = _group(world, "coordinator", "haven", "residents")
    world.groups["shops"] = _group(world, "coordinator", "haven", "shops")
    world.groups["hill"] = _group(world, "lead_former", "hill", "hill")
    world.inputs["received"] = say(world, "staff_police", said="Input received", received_on=today - timedelta(days=5))
    world.inputs["late"] = say(
        world, "staff_customs", said="Input late", received_on=today - timedelta(days=31), given_to="municipality"
    )
    answered = say(world, "staff_police", said="Input answered", received_on=today - timedelta(days=9), group="shops")
    world.inputs["answered"] = services.answer_input(
        actor=world.actor("lead_police"), found=answered, answer="Lamps were put up", answered_on=today
    )
    turned_down = say(world, "lead_tax", said="Input turned down", given_to="tax")
    world.inputs["turned_down"] = services.turn_down_input(
        actor=world.actor("lead_tax"), found=turned_down, reason="Not ours"
    )
    world.inputs["hill"] = say(world, "lead_elsewhere", said="Input on the hill", group="hill", given_to="elsewhere")
    world.commitments["from_input"] = propose_commitment(
        actor=world.actor("staff_police"),
        partnership=world.partnerships["haven"],
        promise="Promise from input",
        owner=world.memberships["police"],
        due_on=today + timedelta(days=25),
        done_when="It is light",
        input=world.inputs["answered"],
    )
