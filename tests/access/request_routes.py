"""What fills in the addresses of requests, and bodies that they take."""

from datetime import timedelta
from typing import Any

from foundation import clock
from tests.world import World
from tests.world.cast import marker

BASE = "/partnerships/<slug:slug>/requests/"
ONE = BASE + "<uuid:question>/"
API = "/api/v1/requests"


def values(world: World) -> dict[str, Any]:
    return {"question": world.requests["to_customs"].public_id}


def bodies(world: World) -> dict[str, dict[str, Any]]:
    words = {
        "title": f"New {marker('posted')}",
        "question": "How many?",
        "purpose": "To count",
        "legal_basis": "Act 12",
        "tlp": "AMBER",
        "due_on": (clock.today() + timedelta(days=20)).isoformat(),
    }
    company = world.memberships["company"]
    refusal = {"ground": "R1", "reason": "Because it is tested"}
    return {
        BASE + "new/": {**words, "to": [company.pk]},
        ONE + "answer/": {"outcome": "answered", "answer": "Three"},
        ONE + "refuse/": refusal,
        ONE + "withdraw/": {"reason": "Because it is tested"},
        API: {**words, "partnership": "haven", "to": [str(company.agency.public_id)]},
        API + "/<uuid:question>/answer": {"answer": "Three"},
        API + "/<uuid:question>/refuse": refusal,
        API + "/<uuid:question>/withdrawal": {"reason": "Because it is tested"},
    }
