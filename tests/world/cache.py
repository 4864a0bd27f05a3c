"""Builds the world once for the run; each test gets it as it was then, and leaves it as it was."""

import pickle
from dataclasses import fields
from typing import Any

from tests.world.build import build_world
from tests.world.cast import World

_keys: dict[str, dict[str, Any]] = {}
_models: dict[str, type] = {}
# the world as it was read back first: two dozen queries that not every test needs to repeat
_kept = b""


def build_once() -> None:
    """Build and commit the world, and remember where everything is."""
    global _kept
    world = build_world()
    for part in fields(World):
        things = getattr(world, part.name)
        _keys[part.name] = {name: thing.pk for name, thing in things.items()}
        _models[part.name] = type(next(iter(things.values())))
    _kept = pickle.dumps(_read())


def read_back() -> World:
    """Return the world, new objects each time; builds it anew where a test emptied the tables."""
    if not _models["partnerships"]._base_manager.filter(pk__in=_keys["partnerships"].values()).exists():
        return build_world()
    world: World = pickle.loads(_kept)
    return world


def _read() -> World:
    world = World()
    for part, keys in _keys.items():
        rows = _models[part]._base_manager.in_bulk(keys.values())
        getattr(world, part).update({name: rows[key] for name, key in keys.items()})
    return world
