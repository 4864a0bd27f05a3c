"""What needs a person, and what is new for them. Rooms register what they know; this room knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from foundation import clock
from foundation.audit.services import Doer

LAST_DAYS = 3


@dataclass(frozen=True, slots=True)
class Need:
    """One line of "Needs you".

    Attributes:
        what: what it is about, in words.
        where: the partnership.
        group: key of that partnership, by which its own page picks its lines.
        action: the verb on the button.
        url: where the button leads.
        due_on: by when, if there is a day.
        who: who asks for it or is behind it, if that is worth a word.
    """

    what: str
    where: str
    group: str
    action: str
    url: str
    due_on: date | None = None
    who: str = ""

    @property
    def facts(self) -> list[str]:
        return [*self.facts_here, self.where]

    @property
    def facts_here(self) -> list[str]:
        """What its partnership's own page says: not where it is."""
        return [self.who] if self.who else []

    @property
    def tone(self) -> str:
        """How it looks: "act" once its day has passed, "attention" in its last three days."""
        if self.due_on is None:
            return "neutral"
        days = (self.due_on - clock.today()).days
        return "act" if days < 0 else "attention" if days <= LAST_DAYS else "neutral"


@dataclass(frozen=True, slots=True)
class News:
    """One line of "New for us"."""

    what: str
    where: str
    url: str
    at: datetime
    marking: str = ""


# rooms take their own richer actor; what is handed down is always that one
Needs = Callable[[Any], list[Need]]
NewsOf = Callable[[Any], list[News]]

_needs: list[Needs] = []
_news: list[NewsOf] = []


def register_needs(provider: Needs) -> Needs:
    """Add a room's answer to "what needs this person?"."""
    _needs.append(provider)
    return provider


def register_news(provider: NewsOf) -> NewsOf:
    """Add a room's answer to "what is new for this person's agency?"."""
    _news.append(provider)
    return provider


def needs_of(actor: Doer, *, group: str | None = None) -> list[Need]:
    """Return what needs an actor, soonest first, what has no day at the end.

    Args:
        group: of this partnership alone.
    """
    every = [need for provider in _needs for need in provider(actor)]
    chosen = [need for need in every if group is None or need.group == group]
    return sorted(chosen, key=lambda need: (need.due_on is None, need.due_on or date.max, need.what))


def news_of(actor: Doer, *, at_most: int = 10) -> list[News]:
    """Return what is new for an actor, newest first."""
    every = [news for provider in _news for news in provider(actor)]
    return sorted(every, key=lambda news: news.at, reverse=True)[:at_most]
