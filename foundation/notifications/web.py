"""The inbox: notices to the person who looks."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from foundation.notifications import kinds, services
from foundation.notifications.models import Notice
from foundation.requests import ActorRequest, csv_response, wants_csv

AT_MOST = 100


def _shown(request: ActorRequest) -> list[tuple[Notice, kinds.Message]]:
    """Return the newest notices whose cause still holds for the person, with their words."""
    newest = list(Notice.objects.visible_to(request.actor).select_related("recipient").newest_first()[:AT_MOST])
    true = kinds.which_hold([notice for notice in newest if not notice.read_at])
    return [
        (notice, kinds.kind_of(notice).message(notice))
        for notice in newest
        # what is read is history; what is not must still be true
        if notice.read_at or notice.pk in true
    ]


@require_safe
def inbox(request: ActorRequest) -> HttpResponse:
    shown = _shown(request)
    if wants_csv(request):
        rows = ((notice.created_at.isoformat(), message.title, bool(notice.read_at)) for notice, message in shown)
        return csv_response("inbox", ("when", "notice", "read"), rows)
    unread = sum(notice.read_at is None for notice, _message in shown)
    context = {"nav_current": "inbox", "notices": shown, "unread": unread}
    return render(request, "notifications/inbox.html", context)


@require_POST
def open_notice(request: ActorRequest, notice: UUID) -> HttpResponse:
    """Mark one notice read and go where it leads."""
    found = get_object_or_404(Notice.objects.visible_to(request.actor), public_id=notice)
    services.mark_read(actor=request.actor, notices=Notice.objects.filter(pk=found.pk))
    return redirect(kinds.kind_of(found).message(found).path)


@require_POST
def read_all(request: ActorRequest) -> HttpResponse:
    """Mark every notice of the person read."""
    count = services.mark_read(actor=request.actor, notices=Notice.objects.all())
    messages.success(request, f"{count} notices marked as read." if count != 1 else "One notice marked as read.")
    return redirect("inbox")
