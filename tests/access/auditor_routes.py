"""What fills in the addresses of auditors, and bodies that they take."""

from datetime import timedelta
from typing import Any

from foundation import clock
from tests.world import World

AUDITORS = "/partnerships/<slug:slug>/notes/auditors/"


def values(world: World) -> dict[str, Any]:
    return {"auditor": world.auditors["tax"].public_id}


def bodies(world: World) -> dict[str, dict[str, Any]]:
    return {
        AUDITORS + "new/": {
            "person": str(world.people["lead_company"].public_id),
            "reason": "Because it is tested",
            "until": (clock.today() + timedelta(days=30)).isoformat(),
        },
        AUDITORS + "<uuid:auditor>/end/": {"reason": "Because it is tested"},
    }
