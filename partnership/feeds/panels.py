"""The part of the settings page that lists the calendar addresses, makes and revokes them."""

from typing import Any

from accounts.people.actor import Actor
from accounts.people.panels import register_settings
from partnership.feeds.models import Feed, Scope


def feeds_of(actor: Actor) -> dict[str, Any] | None:
    """The own feeds, for people of an agency."""
    if actor.agency_id is None:
        return None
    return {"feeds": Feed.objects.visible_to(actor).live().order_by("pk"), "scopes": Scope.choices}


register_settings(40, "feeds/panel_settings.html", feeds_of)
