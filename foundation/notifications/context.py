"""The unread count in the head of every page."""

from django.http import HttpRequest

from foundation.notifications.models import Notice


def unread_notices(request: HttpRequest) -> dict[str, int]:
    """Return the signed-in person's number of unread notices, at most 100."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {}
    return {"unread_notices": Notice.objects.visible_to(actor).unread()[:100].count()}
