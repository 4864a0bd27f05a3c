"""What fills in the addresses of the barrier model, and bodies that they take."""

from typing import Any

from tests.world import World

BASE = "/partnerships/<slug:slug>/competences/"
STEP = BASE + "steps/<uuid:step>/"


def values(world: World) -> dict[str, Any]:
    return {
        "process": world.processes["cocaine"].public_id,
        "step": world.steps["storage"].public_id,
        "barrier": world.barriers["storage"].public_id,
    }


def bodies(world: World) -> dict[str, dict[str, Any]]:
    process = {"name": "Waste from ships", "phenomenon": "waste crime", "summary": "Dumped at night"}
    step = {"name": "Loading", "description": "At the quay"}
    barrier = {"name": "Patrol", "competences": [world.competences["search"].public_id]}
    return {
        BASE + "processes/new/": process,
        BASE + "processes/<uuid:process>/edit/": process,
        BASE + "processes/<uuid:process>/retire/": {"reason": "Because it is tested"},
        BASE + "processes/<uuid:process>/steps/new/": step,
        STEP + "edit/": step,
        STEP + "barriers/new/": barrier,
        BASE + "barriers/<uuid:barrier>/edit/": barrier,
    }
