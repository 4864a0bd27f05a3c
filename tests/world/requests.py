"""Requests of the world: waiting, answered, refused; one whose asked members do not know of each other."""

from datetime import timedelta
from typing import Any

from foundation import clock
from infosharing.requests import services
from infosharing.requests.models import InformationRequest
from tests.world.cast import World, marker


def ask(world: World, persona: str, *members: str, name: str = "probe", **more: Any) -> InformationRequest:
    """Ask members of the world, by their codes, for a persona."""
    asked = [world.memberships[code] for code in members]
    words: dict[str, Any] = {
        "title": f"Title {marker(f'request_{name}')}",
        "question": f"Question {marker(f'request_{name}')}",
        "purpose": f"Purpose {marker(f'request_{name}')}",
        "legal_basis": "Act 12",
        "tlp": "AMBER",
        "due_on": clock.today() + timedelta(days=14),
    }
    return services.ask_members(
        actor=world.actor(persona),
        partnership=asked[0].partnership,
        members=asked,
        words=services.Words(**words | more),
    )


def build_requests(world: World) -> None:
    """Police asks most; former and suspended lose their sight after they asked or were asked."""
    found = world.requests
    found["to_customs"] = ask(world, "staff_police", "customs", "company", "former", "suspended", name="to_customs")
    found["hidden"] = ask(
        world, "staff_police", "customs", "tax", name="hidden", asked_know_each_other=False,
        competence=world.competences["report"],
    )  # fmt: skip
    found["by_customs"] = ask(world, "staff_customs", "police", name="by_customs")
    found["answered"] = ask(world, "staff_police", "customs", name="answered")
    found["refused"] = ask(world, "staff_police", "tax", name="refused")
    found["by_former"] = ask(world, "lead_former", "police", name="by_former")
    found["hill"] = ask(world, "lead_elsewhere", "former_in_hill", name="hill")
    services.answer_request(
        actor=world.actor("lead_tax"), found=found["hidden"], answer=f"Answer {marker('answer_hidden')}"
    )
    services.answer_request(
        actor=world.actor("staff_customs"),
        found=found["answered"],
        answer=f"Answer {marker('answer_answered')}",
        note=world.notes["by_customs"],
    )
    services.refuse_request(
        actor=world.actor("lead_tax"), found=found["refused"], ground="R5", reason=f"Reason {marker('answer_refused')}"
    )
