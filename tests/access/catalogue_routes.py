"""What fills in the addresses of the catalogue and of a register's import, and bodies that they take."""

from typing import Any

from partnership.competences.importing import plan
from partnership.competences.tables import read
from partnership.competences.tickets import make_ticket
from tests.world import World
from tests.world.files import Sample

BASE = "/partnerships/<slug:slug>/competences/"

OTHER_OBJECTS: dict[str, dict[str, str]] = {}


def values(world: World) -> dict[str, Any]:
    return {
        "code": "C01",
        "/admin/competences/entry/": world.entries["closure"].pk,
    }


def bodies(world: World) -> dict[str, dict[str, Any]]:
    """Return, by route, a body that the coordinator's POST is taken with."""
    table = b"agency,competence,lead_days\ntax,Can search,5\n"
    actor, haven, lines = world.actor("coordinator"), world.partnerships["haven"], read("x.csv", table)
    return {
        BASE + "copy/": {"entries": ["C01", "C02"]},
        BASE + "import/": {"file": Sample("register.csv", table)},
        BASE + "import/apply/": {"ticket": make_ticket(actor, haven, lines, plan(actor, haven, lines).fingerprint)},
    }
