"""What fills in the addresses of files of notes, bodies that they take, and who sees which."""

from typing import Any

from tests.infosharing.test_attachment_walls import SEES
from tests.world import World
from tests.world.attachments import FILES
from tests.world.files import PDF, Sample

FILE = "/notes/<uuid:note>/files/<uuid:attachment>/"


def values(world: World) -> dict[str, Any]:
    return {"attachment": world.attachments["file_all"].public_id}


def bodies(world: World) -> dict[str, dict[str, Any]]:
    return {
        "/notes/<uuid:note>/files/add/": {"file": Sample("added.pdf", PDF), "audience": "note"},
        FILE + "audience/": {"audience": "named", "members": [world.memberships["customs"].pk]},
        FILE + "remove/": {"reason": "Because it is tested"},
    }


def each(world: World) -> list[dict[str, Any]]:
    """Return the values of each file's address."""
    return [
        {"note": world.notes[FILES[name][0]].public_id, "attachment": attachment.public_id}
        for name, attachment in world.attachments.items()
    ]


def seen_by(persona: str) -> set[str]:
    return SEES.get(persona, set())
