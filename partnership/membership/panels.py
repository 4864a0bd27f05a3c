"""What stands on a partnership's own page, on a member's, and in the list of members. Rooms register what they show."""

from collections.abc import Callable, Iterable, Sequence
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


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list of members.

    Attributes:
        cells: what the template shows as `cell`, by the key of the membership; empty where a member has none.
    """

    order: int
    label: str
    template: str
    cells: Callable[[Actor, Partnership, Sequence[int]], dict[int, Any]]


_columns: list[Column] = []


def register_column(column: Column) -> None:
    """Add a column to the list of members."""
    _columns.append(column)


def columns_for(
    actor: Actor, partnership: Partnership, members: Iterable[Membership]
) -> tuple[list[str], list[tuple[Membership, list[dict[str, Any]]]]]:
    """Return the heads of the registered columns, and each member with its cells: `label`, `template`, `cell`."""
    ordered = sorted(_columns, key=lambda column: column.order)
    listed = list(members)
    keys = [member.pk for member in listed]
    filled = [(column, column.cells(actor, partnership, keys)) for column in ordered]
    rows = [
        (
            member,
            [
                {"label": column.label, "template": column.template, "cell": cells.get(member.pk)}
                for column, cells in filled
            ],
        )
        for member in listed
    ]
    return [column.label for column in ordered], rows
