"""What fills in the addresses of sharing rules and of departures, and bodies that they take."""

from datetime import timedelta
from typing import Any

from foundation import clock
from tests.access.agreement_routes import VERSION
from tests.world import World

RULES = VERSION + "clauses/<uuid:clause>/rules/"
DEPARTURE = "/partnerships/<slug:slug>/departures/<uuid:departure>/"

# by how a route ends: the object that is in the right state for it
OTHER_OBJECTS = {
    RULES + "new/": {"agreement": "draft_agreement", "clause": "sharing_clause"},
    RULES + "<uuid:rule>/remove/": {"agreement": "draft_agreement", "clause": "sharing_clause"},
    DEPARTURE + "items/<uuid:item>/agree/": {"item": "hand_over"},
    DEPARTURE + "items/<uuid:item>/decline/": {"item": "hand_over"},
}


def values(world: World) -> dict[str, Any]:
    draft = world.versions["draft"]
    return {
        "sharing_clause": draft.clauses.get(kind="sharing").public_id,
        "rule": draft.rules.get().public_id,
        "departure": world.departures["company"].public_id,
        "hand_over": world.hand_overs["camera"].public_id,
        "room": "commitments",
        "subject": world.commitments["camera"].public_id,
    }


def bodies(world: World) -> dict[str, dict[str, Any]]:
    reason = {"reason": "Because it is tested"}
    return {
        "/partnerships/<slug:slug>/members/<uuid:member>/leave/": {
            **reason,
            "effective_on": (clock.today() + timedelta(days=60)).isoformat(),
            "choice_notes": "withdrawn",
        },
        DEPARTURE + "take-back/": reason,
        DEPARTURE + "hand-over/<slug:room>/<uuid:subject>/": {"taker": world.memberships["police"].pk},
        DEPARTURE + "items/<uuid:item>/decline/": reason,
        RULES + "new/": {
            "givers": [world.memberships["customs"].pk],
            "to_any": "on",
            "category": "place",
            "purpose": "Fewer crimes",
            "legal_basis": "Act 12",
        },
    }
