"""What stands in the way of a version coming into force. Rooms above register what they know of."""

from collections.abc import Callable

from partnership.agreements.models import Version

Obstacles = Callable[[Version], list[str]]

_providers: list[Obstacles] = []


def register(provider: Obstacles) -> Obstacles:
    """Add a room's answer to "what is not settled yet?", a sentence each."""
    _providers.append(provider)
    return provider


def obstacles_to(version: Version) -> list[str]:
    """Return what is not settled yet; the coordinator can still bring the version into force, saying why."""
    return [sentence for provider in _providers for sentence in provider(version)]
