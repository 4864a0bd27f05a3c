"""What pages of competences begin with: the competence, if the actor sees it, and small forms about it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from foundation.records import id_of
from foundation.requests import ActorRequest, run
from partnership.competences import selectors
from partnership.competences.models import Change, Competence, Holding
from partnership.competences.navigation import COMPETENCES
from partnership.membership.models import Partnership
from partnership.membership.pages import frame, partnership_or_404

FORM = ["GET", "HEAD", "POST"]


def in_frame(request: ActorRequest, partnership: Partnership) -> dict[str, Any]:
    return frame(request, partnership, COMPETENCES)


def competence_or_404(request: ActorRequest, slug: str, public_id: UUID) -> tuple[Partnership, Competence]:
    partnership = partnership_or_404(request, slug)
    found = get_object_or_404(selectors.competences(request.actor, partnership), public_id=public_id)
    # the one that the frame shows, with its coordinator loaded
    found.partnership = partnership
    return partnership, found


def holding_or_404(request: ActorRequest, slug: str, public_id: UUID) -> tuple[Partnership, Holding]:
    partnership = partnership_or_404(request, slug)
    visible = Holding.objects.visible_to(request.actor).lasting().filter(partnership=partnership)
    told = visible.select_related("competence", "membership__agency").prefetch_related("need_rows__competence")
    found = get_object_or_404(told, public_id=public_id)
    found.partnership = found.competence.partnership = found.membership.partnership = partnership
    return partnership, found


def change_or_404(request: ActorRequest, slug: str, public_id: UUID) -> tuple[Partnership, Change]:
    partnership = partnership_or_404(request, slug)
    return partnership, get_object_or_404(selectors.changes(request.actor, partnership), public_id=public_id)


def fill_in(
    request: ActorRequest,
    partnership: Partnership,
    form: BaseForm,
    service: Callable[..., Any],
    /,
    *,
    words: dict[str, Any],
    back: str,
    done: str | Callable[[Any], str],
    **arguments: Any,
) -> HttpResponse:
    """Show a form (GET), or do what it asks for (POST).

    Args:
        words: `title`, `button`, and what else `competences/form.html` shows.
        done: what the next page says; made of what the service returned where it is a function.
        arguments: for the service, beside the actor; a function is called once the form is valid.
    """
    if request.method == "POST" and form.is_valid():
        given = {name: value() if callable(value) else value for name, value in arguments.items()}
        made = run(form, service, actor=request.actor, **given)
        if made is not None:
            messages.success(request, done(made) if callable(done) else done)
            return redirect(back)
    context = {"lead": "", **in_frame(request, partnership), "form": form, "back": back, **words}
    return render(request, "competences/form.html", context, status=422 if form.errors else 200)


def uuid_or_404(text: str) -> UUID:
    """Return the id that a form sent.

    Raises:
        Http404: it is none.
    """
    found = id_of(text)
    if found is None:
        raise Http404
    return found
