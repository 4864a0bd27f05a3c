"""Files of the world's notes. Each has a marker of its own, in its name and in its content."""

from foundation.files.services import CheckedFile, check
from infosharing.attachments.models import Attachment
from infosharing.attachments.services import add_file, remove_file
from tests.world.cast import World, marker

# by name: of which note, by whom, for which members alone
FILES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "file_all": ("customs", "staff_police", ()),
    "file_own": ("own", "staff_police", ()),
    "file_narrow": ("partnership", "staff_police", ("customs",)),
    "file_confidential": ("confidential", "staff_police", ("customs", "suspended")),
    "file_named": ("named", "staff_police", ()),
    "file_by_customs": ("by_customs", "staff_customs", ()),
    "file_withdrawn": ("withdrawn", "staff_police", ()),
    "file_hill": ("hill_open", "lead_elsewhere", ()),
    "file_removed": ("partnership", "staff_police", ()),
}


def text_file(name: str) -> CheckedFile:
    """Return a file that holds the marker of its name."""
    return check(f"{marker(name)}.txt", f"Content {marker(name)}".encode())


def attach(
    world: World, name: str, note: str, persona: str = "staff_police", *, to: tuple[str, ...] = ()
) -> Attachment:
    """Add a file to a note, for everybody or for some members alone; within the persona's sight."""
    return add_file(
        actor=world.actor(persona),
        note=world.notes[note],
        file=text_file(name),
        audience="named" if to else "note",
        members=[world.memberships[member] for member in to],
    )


def build_attachments(world: World) -> None:
    for name, (note, persona, to) in FILES.items():
        world.attachments[name] = attach(world, name, note, persona, to=to)
    remove_file(
        actor=world.actor("staff_police"), attachment=world.attachments["file_removed"], reason="It was the wrong one"
    )
