"""What stands in a feed. Rooms register what they know; this room knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from accounts.people.actor import Actor
from partnership.feeds.models import Scope


@dataclass(frozen=True, slots=True)
class Entry:
    """Something with a date: a whole day, or from `starts_at` to `ends_at` in the local time of `zone`.

    Attributes:
        uid: stays the same as long as it is the same thing.
        title: one line.
        path: of its page.
        changed_at: when it was last changed.
        description: a few lines more.
        sequence: how often it was changed, where the same entry also goes out by mail: calendars take the highest.
        state: `CONFIRMED`, `TENTATIVE` or `CANCELLED`; empty where it is none of these.
    """

    uid: UUID
    title: str
    path: str
    changed_at: datetime
    day: date | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    zone: str = ""
    place: str = ""
    description: str = ""
    sequence: int | None = None
    state: str = ""


Provider = Callable[[Actor, Scope], list[Entry]]
_providers: list[Provider] = []


def register_entries(provider: Provider) -> Provider:
    """Add a room's answer to "what has a date for this person, or for this person's agency?".

    The provider is called as the person whose feed it is, and returns what that person may see at that moment.
    """
    _providers.append(provider)
    return provider


def entries_for(actor: Actor, scope: Scope) -> list[Entry]:
    """Return what stands in a person's feed."""
    return [entry for provider in _providers for entry in provider(actor, scope)]
