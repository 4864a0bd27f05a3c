"""What pages of meetings begin with: the meeting, if the actor sees it, and small forms about it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from foundation.requests import ActorRequest, run
from partnership.meetings import selectors
from partnership.meetings.models import AgendaItem, Meeting, Paper
from partnership.meetings.navigation import MEETINGS
from partnership.membership.models import Partnership
from partnership.membership.pages import frame, partnership_or_404
from partnership.membership.policy import may_coordinate, own_membership

Found = tuple[Partnership, Meeting]


def meeting_or_404(request: ActorRequest, slug: str, public_id: UUID) -> Found:
    partnership = partnership_or_404(request, slug)
    found = get_object_or_404(selectors.meetings(request.actor, partnership), public_id=public_id)
    # the one that the frame shows, with its coordinator loaded
    found.partnership = partnership
    return partnership, found


def item_or_404(request: ActorRequest, slug: str, public_id: UUID, item: UUID) -> tuple[Partnership, AgendaItem]:
    partnership, meeting = meeting_or_404(request, slug, public_id)
    visible = AgendaItem.objects.visible_to(request.actor).filter(meeting=meeting)
    found = get_object_or_404(visible.select_related("presenter__agency", "proposed_by__agency"), public_id=item)
    found.meeting = meeting
    return partnership, found


def paper_or_404(request: ActorRequest, slug: str, public_id: UUID, paper: UUID) -> tuple[Partnership, Paper]:
    partnership, meeting = meeting_or_404(request, slug, public_id)
    visible = Paper.objects.visible_to(request.actor).filter(meeting=meeting)
    found = get_object_or_404(visible.select_related("item", "member__agency", "added_by"), public_id=paper)
    found.meeting = meeting
    return partnership, found


def require_coordinator(request: ActorRequest, partnership: Partnership) -> None:
    if not may_coordinate(request.actor, partnership):
        raise PermissionDenied("Only the coordinator of this partnership may do this.")


def require_member(request: ActorRequest, partnership: Partnership) -> None:
    if not request.actor.may_write or own_membership(request.actor, partnership) is None:
        raise PermissionDenied("Only staff and leads of an active member may do this.")


def fill_in(
    request: ActorRequest,
    partnership: Partnership,
    form: BaseForm,
    service: Callable[..., Any],
    *,
    title: str,
    button: str,
    done: str,
    back: str,
    lead: str = "",
    forward: Callable[[Any], str] | None = None,
    arguments: Callable[[], dict[str, Any]] | None = None,
    **subject: Any,
) -> HttpResponse:
    """Show a form (GET), or do what it asks for (POST).

    Args:
        service: called with `actor`, `subject` and what the form says.
        lead: a sentence above the form.
        forward: where what was made leads; back, by default.
        arguments: what the form says, where that is not simply its fields.
    """
    if request.method == "POST" and form.is_valid():
        said = arguments() if arguments else form.cleaned_data
        made = run(form, service, actor=request.actor, **subject, **said)
        if made is not None:
            messages.success(request, done)
            return redirect(forward(made) if forward else back)
    context = {
        **frame(request, partnership, MEETINGS),
        "form": form,
        "title": title,
        "lead": lead,
        "button": button,
        "back": back,
    }
    return render(request, "meetings/form.html", context, status=422 if form.errors else 200)
