"""What stands on a partnership's own page, and on a member's. Rooms register what they show there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from accounts.people.actor import Actor
from partnership.membership.models import Membership, Partnership

Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True)
class Panel(Generic[Subject]):
    """A part of a page: its place, its template, and what the template shows to an actor."""

    order: int
    template: str
    context: Callable[[Actor, Subject], dict[str, Any]]


class Board(Generic[Subject]):
    """The parts of one kind of page, as rooms registered them."""

    def __init__(self) -> None:
        self._panels: list[Panel[Subject]] = []

    def register(self, order: int, template: str, context: Callable[[Actor, Subject], dict[str, Any]]) -> None:
        """Add a part."""
        self._panels.append(Panel(order, template, context))

    def panels_for(self, actor: Actor, subject: Subject) -> list[dict[str, Any]]:
        """Return the parts for an actor, in order: `template`, and what it shows."""
        ordered = sorted(self._panels, key=lambda panel: panel.order)
        return [{"template": panel.template, **panel.context(actor, subject)} for panel in ordered]


partnership_board: Board[Partnership] = Board()
member_board: Board[Membership] = Board()
