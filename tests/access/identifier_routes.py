"""What fills in the addresses of given lists, and bodies that they take."""

from typing import Any

from tests.world import World
from tests.world.cast import marker
from tests.world.identifiers import SECRET

LISTS = "/settings/lists/"
POLICE = {"lead_police", "staff_police", "reader_police"}
CUSTOMS = {"lead_customs", "staff_customs"}
# whose lists they are, by their marker; no program is given any
READERS = {"list_police": POLICE, "list_customs": CUSTOMS}


def values(world: World) -> dict[str, Any]:
    return {"given_list": world.given_lists["police"].public_id}


def bodies(world: World) -> dict[str, dict[str, Any]]:
    body = {"name": f"List {marker('posted')}", "typed": "Somebody Else"}
    return {
        LISTS + "new/": body,
        LISTS + "<uuid:given_list>/replace/": body,
        LISTS + "<uuid:given_list>/remove/": {},
    }


def leaks(persona: str, text: str) -> list[str]:
    """Return what of lists stands in a text and is not the persona's to know: of entries, anything at all."""
    of_lists = [name for name, readers in READERS.items() if persona not in readers and marker(name) in text]
    return of_lists + [word for word in (SECRET, SECRET.lower()) if word in text]
