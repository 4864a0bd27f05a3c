"""What fills in the addresses of engagement, and bodies that they take."""

from typing import Any

from foundation import clock
from tests.world import World

BASE = "/partnerships/<slug:slug>/engagement/"
ONE = BASE + "<uuid:input>/"


def values(world: World) -> dict[str, Any]:
    return {"input": world.inputs["received"].public_id, "group": world.groups["residents"].public_id}


def bodies(world: World) -> dict[str, dict[str, Any]]:
    today = clock.today().isoformat()
    words = {
        "group": world.groups["shops"].public_id,
        "place": "Quay",
        "received_on": today,
        "way": "letter",
        "said": "It is dark there",
        "given_to": world.memberships["tax"].pk,
    }
    return {
        BASE + "new/": words,
        BASE + "groups/new/": {"name": "Dock workers"},
        BASE + "groups/<uuid:group>/": {"name": "Residents of the quay"},
        ONE + "edit/": words,
        ONE + "answer/": {"answer": "Lamps were put up", "answered_on": today},
        ONE + "turn-down/": {"reason": "Because it is tested"},
    }
