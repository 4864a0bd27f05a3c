"""What fills in the addresses of sharing rules and of departures, and bodies that they take."""

from typing import Any

from tests.access.agreement_routes import VERSION
from tests.world import World

RULES = VERSION + "clauses/<uuid:clause>/rules/"

# by how a route ends: the object that is in the right state for it
OTHER_OBJECTS = {
    RULES + "new/": {"agreement": "draft_agreement", "clause": "sharing_clause"},
    RULES + "<uuid:rule>/remove/": {"agreement": "draft_agreement", "clause": "sharing_clause"},
}


def values(world: World) -> dict[str, Any]:
    draft = world.versions["draft"]
    return {
        "sharing_clause": draft.clauses.get(kind="sharing").public_id,
        "rule": draft.rules.get().public_id,
    }


def bodies(world: World) -> dict[str, dict[str, Any]]:
    return {
        RULES + "new/": {
            "givers": [world.memberships["customs"].pk],
            "to_any": "on",
            "category": "place",
            "purpose": "Fewer crimes",
            "legal_basis": "Act 12",
        },
    }
