"""What the pages of agreements begin with."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from foundation.requests import ActorRequest, run
from partnership.agreements import selectors
from partnership.agreements.models import Agreement, Version
from partnership.agreements.navigation import AGREEMENT
from partnership.membership.models import Partnership
from partnership.membership.pages import coordinated_or_403, frame, partnership_or_404


def version_or_404(request: ActorRequest, slug: str, agreement: UUID, number: int) -> Version:
    """Return a version that the actor sees.

    Raises:
        Http404: there is none, or it is a draft of somebody else's.
    """
    seen = selectors.versions(request.actor, partnership_or_404(request, slug))
    return get_object_or_404(seen, agreement__public_id=agreement, number=number)


def coordinated_version(request: ActorRequest, slug: str, agreement: UUID, number: int) -> Version:
    """Return a version of a partnership that the actor coordinates.

    Raises:
        PermissionDenied: the actor sees the partnership, but does not coordinate it.
        Http404: the actor does not see it, or there is no such version.
    """
    seen = selectors.versions(request.actor, coordinated_or_403(request, slug))
    return get_object_or_404(seen, agreement__public_id=agreement, number=number)


def coordinated_agreement(request: ActorRequest, slug: str, agreement: UUID) -> Agreement:
    """Return an agreement of a partnership that the actor coordinates; raises as `coordinated_version` does."""
    seen = Agreement.objects.visible_to(request.actor).filter(partnership=coordinated_or_403(request, slug))
    return get_object_or_404(seen.select_related("partnership"), public_id=agreement)


def in_frame(request: ActorRequest, partnership: Partnership, **context: Any) -> dict[str, Any]:
    return {**frame(request, partnership, AGREEMENT), **context}


def fill_in(
    request: ActorRequest,
    partnership: Partnership,
    form: Any,
    service: Callable[..., Any],
    /,
    *,
    words: dict[str, Any],
    back: str,
    done: str,
    **arguments: Any,
) -> HttpResponse:
    """Show a form (GET), or do what it asks for (POST) and go on to what was made, or back.

    Args:
        words: `title` and `button` of the page, and `lead`, a sentence under the title.
        arguments: of the service, beside the actor and the form's own.
    """
    if request.method == "POST" and form.is_valid():
        made = run(form, service, actor=request.actor, **arguments, **form.cleaned_data)
        if made is not None:
            messages.success(request, done)
            return redirect(back or made)
    context = in_frame(request, partnership, form=form, back=back or f"{partnership.get_absolute_url()}agreement/")
    return render(request, "agreements/form.html", {**context, **words}, status=422 if form.errors else 200)
