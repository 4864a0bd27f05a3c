"""The part of the settings page that leads to the agency's lists."""

from typing import Any

from accounts.people.actor import Actor
from accounts.people.panels import register_settings
from infosharing.identifiers.selectors import lists


def lists_of(actor: Actor) -> dict[str, Any] | None:
    """How many lists there are, for people of an agency."""
    if actor.agency_id is None:
        return None
    return {"count": lists(actor).count()}


register_settings(30, "identifiers/panel_settings.html", lists_of)
