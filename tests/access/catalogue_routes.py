"""What fills in the addresses of the catalogue and of a register's import, and bodies that they take."""

from typing import Any

from tests.world import World

BASE = "/partnerships/<slug:slug>/competences/"

OTHER_OBJECTS: dict[str, dict[str, str]] = {}


def values(world: World) -> dict[str, Any]:
    return {
        "code": "C01",
        "/admin/competences/entry/": world.entries["closure"].pk,
    }


def bodies(world: World) -> dict[str, dict[str, Any]]:
    return {BASE + "copy/": {"entries": ["C01", "C02"]}}
