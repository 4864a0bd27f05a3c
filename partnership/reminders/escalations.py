"""What else happens when something is taken to the coordinator. Rooms register what they do then."""

from collections.abc import Callable, Collection
from uuid import UUID

Listener = Callable[[int, Collection[UUID]], None]

_listeners: dict[str, list[Listener]] = {}


def register(source: str, listener: Listener) -> None:
    """Call `listener` with a partnership's key and the subjects' ids when those of a source reach the coordinator.

    It is called in the transaction that makes the reminders.
    """
    _listeners.setdefault(source, []).append(listener)


def tell(source: str, partnership: int, subjects: Collection[UUID]) -> None:
    """Tell the rooms that listen to a source."""
    for listener in _listeners.get(source, []):
        listener(partnership, subjects)
