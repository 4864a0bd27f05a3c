"""Builds the world once for the run; each test reads it back and leaves it as it was."""

from dataclasses import fields
from typing import Any

from tests.world.build import build_world
from tests.world.cast import World

_keys: dict[str, dict[str, Any]] = {}
_models: dict[str, type] = {}


def build_once() -> None:
    """Build and commit the world, and remember where everything is."""
    world = build_world()
    for part in fields(World):
        things = getattr(world, part.name)
        _keys[part.name] = {name: thing.pk for name, thing in things.items()}
        _models[part.name] = type(next(iter(things.values())))


def read_back() -> World:
    """Return the world as it stands in the database; builds it anew where a test emptied the tables."""
    world = World()
    for part, keys in _keys.items():
        rows = _models[part]._base_manager.in_bulk(keys.values())
        if len(rows) != len(keys):
            return build_world()
        getattr(world, part).update({name: rows[key] for name, key in keys.items()})
    return world
