"""What fills in the addresses of circles, and bodies that they take."""

from typing import Any

from tests.world import World
from tests.world.cast import marker

CIRCLES = "/partnerships/<slug:slug>/notes/circles/"
ONE = CIRCLES + "<uuid:circle>/"

# who may read the name of the circle that nobody else knows of: who is in it, and who is invited
QUIET_READERS = {
    "lead_police", "staff_police", "reader_police", "client_police", "lead_customs", "staff_customs", "lead_tax",
}  # fmt: skip


def values(world: World) -> dict[str, Any]:
    return {
        "circle": world.circles["quiet"].public_id,
        "circle_member": world.circle_members["customs"].public_id,
        # a grant is known by whom it is to
        "grant": world.agencies["customs"].public_id,
    }


def bodies(world: World) -> dict[str, dict[str, Any]]:
    reason = {"reason": "Because it is tested"}
    words = {"name": f"Circle {marker('posted')}", "purpose": "To watch"}
    return {
        CIRCLES + "new/": {**words, "invited": [world.memberships["customs"].pk]},
        ONE + "edit/": words,
        ONE + "invite/": {"membership": world.memberships["company"].pk},
        "/api/v1/notes/<uuid:note>/grants": {"agencies": [str(world.agencies["company"].public_id)]},
        ONE + "leave/": reason,
        ONE + "end/": reason,
        ONE + "members/<uuid:circle_member>/remove/": reason,
    }


def leaks(persona: str, text: str) -> list[str]:
    """Return what of circles stands in a text and is not the persona's to know."""
    if persona in QUIET_READERS:
        return []
    return [name for name in ("quiet", "purpose_of_quiet", "purpose_of_watch") if marker(name) in text]
