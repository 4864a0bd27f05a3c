"""One populated city: two partnerships, ten agencies, a persona for every role, and notes with unique markers."""

from tests.world.cast import PASSWORD, World

__all__ = ["PASSWORD", "World"]
