"""What every page of a partnership begins with: the partnership, if the actor sees it, and its frame."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from partnership.membership import navigation, policy
from partnership.membership.models import Membership, Partnership


def partnership_or_404(request: HttpRequest, slug: str) -> Partnership:
    """Return a partnership that the actor sees.

    Raises:
        Http404: there is none of this address, or none that the actor may see.
    """
    visible = Partnership.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    return get_object_or_404(visible.select_related("coordinator"), slug=slug)


def coordinated_or_403(request: HttpRequest, slug: str) -> Partnership:
    """Return a partnership that the actor coordinates.

    Raises:
        Http404: as above.
        PermissionDenied: the actor sees it, but does not coordinate it.
    """
    partnership = partnership_or_404(request, slug)
    if not policy.may_coordinate(request.actor, partnership):  # type: ignore[attr-defined]
        raise PermissionDenied("Only the coordinator of this partnership may do this.")
    return partnership


def frame(
    request: HttpRequest,
    partnership: Partnership,
    current: navigation.Entry,
    members: Iterable[Membership] | None = None,
) -> dict[str, Any]:
    """Return what `ui/partnership.html` needs beside the page's own content.

    Args:
        partnership: one that the actor sees.
        members: all active ones, where the page has read them anyway; else the actor's own is asked for.
    """
    actor = request.actor  # type: ignore[attr-defined]
    if members is None:
        own = policy.own_membership(actor, partnership)
    else:
        own = next((member for member in members if member.agency_id == actor.agency_id), None)
    return {
        "nav_current": "partnerships",
        "partnership": partnership,
        "partnership_nav": navigation.entries_for(partnership, current.path),
        "own_membership": own,
        "my_role": own.get_role_display() if own else "",
        "may_coordinate": policy.coordinates(actor, partnership, own),
        "may_write": actor.may_write and own is not None,
    }
