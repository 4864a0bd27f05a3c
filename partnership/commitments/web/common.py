"""What pages of commitments begin with: the commitment, if the actor sees it, and small forms about it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from foundation.errors import NotAllowed
from foundation.reasons import Question, ask_reason
from foundation.requests import ActorRequest, run
from partnership.commitments import listing, policy
from partnership.commitments.models import Commitment
from partnership.commitments.navigation import COMMITMENTS
from partnership.membership.models import Partnership
from partnership.membership.pages import frame, partnership_or_404

FORM = ["GET", "HEAD", "POST"]
Found = tuple[Partnership, Commitment]


def commitment_or_404(request: ActorRequest, slug: str, public_id: UUID) -> Found:
    partnership = partnership_or_404(request, slug)
    return partnership, get_object_or_404(listing.commitments(request.actor, partnership), public_id=public_id)


def owned(request: ActorRequest, slug: str, public_id: UUID) -> Found:
    partnership, found = commitment_or_404(request, slug, public_id)
    if not policy.owns(request.actor, found):
        raise PermissionDenied("Only staff and leads of the member that promised this may do this.")
    return partnership, found


def revised(request: ActorRequest, slug: str, public_id: UUID) -> Found:
    partnership, found = commitment_or_404(request, slug, public_id)
    try:
        policy.require_reviser(request.actor, found)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.message) from refusal
    return partnership, found


def fill_in(
    request: ActorRequest,
    partnership: Partnership,
    commitment: Commitment,
    form: Any,
    service: Callable[..., Any],
    *,
    title: str,
    button: str,
    done: str,
    lead: str = "",
) -> HttpResponse:
    """Show a small form about one commitment (GET), or do what it asks for (POST)."""
    if request.method == "POST" and form.is_valid():
        changed = run(form, service, actor=request.actor, commitment=commitment, **form.cleaned_data)
        if changed is not None:
            messages.success(request, done)
            return redirect(commitment)
    context = {
        **frame(request, partnership, COMMITMENTS),
        "commitment": commitment,
        "form": form,
        "title": title,
        "button": button,
        "lead": lead,
    }
    return render(request, "commitments/commitment_form.html", context, status=422 if form.errors else 200)


def ask(request: ActorRequest, found: Found, service: Callable[..., Any], **words: str) -> HttpResponse:
    """Explain what a step does and ask why (GET), or take it with the reason given (POST)."""
    partnership, commitment = found
    question = Question(back=commitment.get_absolute_url(), **words)
    in_frame = frame(request, partnership, COMMITMENTS)
    return ask_reason(request, question, service, frame=in_frame, commitment=commitment)
