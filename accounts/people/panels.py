"""What stands on the settings page beside its own parts. Rooms register what they show there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.people.actor import Actor

Context = Callable[[Actor], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the settings page: its place, its template, and what that shows to an actor; None for nothing."""

    order: int
    template: str
    context: Context


_panels: list[Panel] = []


def register_settings(order: int, template: str, context: Context) -> None:
    """Add a part to the settings page."""
    _panels.append(Panel(order, template, context))


def settings_panels_for(actor: Actor) -> list[dict[str, Any]]:
    """Return the parts for an actor, in order: `template`, and what it shows."""
    shown = ((panel, panel.context(actor)) for panel in sorted(_panels, key=lambda panel: panel.order))
    return [{"template": panel.template, **context} for panel, context in shown if context is not None]
