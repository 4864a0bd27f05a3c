"""What fills in the addresses of drafts, and bodies that they take."""

from typing import Any

from tests.world import World
from tests.world.cast import marker
from tests.world.drafts import to_customs

ONE = "/drafts/<uuid:draft>/"

# who may read which: one marked for named people its author and the colleague who is asked alone
AGENCY = {"lead_police", "staff_police", "reader_police", "client_police"}
READERS = {
    "draft_writing": AGENCY,
    "draft_asked": AGENCY,
    "draft_named": {"lead_police", "staff_police"},
}

OTHER_OBJECTS = {ONE + end: {"draft": "draft_writing"} for end in ("edit/", "ask/", "share/", "discard/")}


def values(world: World) -> dict[str, Any]:
    return {"draft": world.drafts["asked"].public_id, "draft_writing": world.drafts["writing"].public_id}


def bodies(world: World) -> dict[str, dict[str, Any]]:
    typed = to_customs(world, "posted")
    return {
        "/partnerships/<slug:slug>/notes/drafts/new/": typed,
        "/notes/<uuid:note>/draft/": typed,
        "/partnerships/<slug:slug>/notes/house-rule/": {"second_pair": "on"},
        ONE + "edit/": {**typed, "edition": world.drafts["writing"].edition},
        ONE + "send-back/": {"reason": "Because it is tested"},
        ONE + "release/": {"edition": world.drafts["asked"].edition},
    }


def leaks(persona: str, text: str) -> list[str]:
    """Return what of drafts stands in a text and is not the persona's to know."""
    return [name for name, readers in READERS.items() if persona not in readers and marker(name) in text]
