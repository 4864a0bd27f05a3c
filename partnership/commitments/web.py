"""Pages of commitments."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.reasons import Question, ask_reason
from foundation.requests import ActorRequest, act, csv_response, run, wants_csv
from partnership.commitments import forms, policy, selectors, services
from partnership.commitments.models import Commitment
from partnership.commitments.navigation import COMMITMENTS
from partnership.commitments.panels import commitment_board
from partnership.membership.models import Partnership
from partnership.membership.pages import frame, partnership_or_404
from partnership.membership.policy import own_membership


@require_safe
def commitment_list(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    chosen = forms.CommitmentFilter(request.GET)
    commitments = chosen.apply(selectors.commitments(request.actor, partnership), request.actor)
    if wants_csv(request):
        return csv_response(f"{slug}-commitments", selectors.HEAD, map(selectors.row, commitments))
    context = {
        **frame(request, partnership, COMMITMENTS),
        "commitments": [(commitment, selectors.is_overdue(commitment)) for commitment in commitments],
        "filter": chosen,
    }
    return render(request, "commitments/commitment_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def commitment_new(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    if not request.actor.may_write or own_membership(request.actor, partnership) is None:
        raise PermissionDenied("Only staff and leads of an active member may do this.")
    form = forms.CommitmentForm(request.POST or None, actor=request.actor, partnership=partnership)
    if request.method == "POST" and form.is_valid():
        made = run(form, services.propose_commitment, actor=request.actor, partnership=partnership, **form.cleaned_data)
        if made is not None:
            messages.success(request, _what_happened(request, made))
            return redirect(made)
    context = {**frame(request, partnership, COMMITMENTS), "form": form}
    return render(request, "commitments/commitment_new.html", context, status=422 if form.errors else 200)


def _what_happened(request: ActorRequest, commitment: Commitment) -> str:
    if commitment.owner.agency_id == request.actor.agency_id:
        return "Promised. The others can see it."
    return f"Proposed. {commitment.owner.agency} is asked to accept."


def _commitment_or_404(request: ActorRequest, slug: str, public_id: UUID) -> tuple[Partnership, Commitment]:
    partnership = partnership_or_404(request, slug)
    return partnership, get_object_or_404(selectors.commitments(request.actor, partnership), public_id=public_id)


@require_safe
def commitment_detail(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    partnership, found = _commitment_or_404(request, slug, commitment)
    context = {
        **frame(request, partnership, COMMITMENTS),
        "commitment": found,
        "is_overdue": selectors.is_overdue(found),
        "facts": selectors.facts(found),
        "history": selectors.history(found),
        "reminders": selectors.reminders(found),
        "panels": commitment_board.panels_for(request.actor, found),
        "owns": policy.owns(request.actor, found),
        "may_revise": policy.may_revise(request.actor, found),
        "may_verify": policy.verifier(request.actor, found) is not None,
    }
    return render(request, "commitments/commitment_detail.html", context)


def _owned(request: ActorRequest, slug: str, public_id: UUID) -> tuple[Partnership, Commitment]:
    partnership, found = _commitment_or_404(request, slug, public_id)
    if not policy.owns(request.actor, found):
        raise PermissionDenied("Only staff and leads of the member that promised this may do this.")
    return partnership, found


def _fill_in(
    request: ActorRequest,
    partnership: Partnership,
    commitment: Commitment,
    form: Any,
    service: Callable[..., Any],
    *,
    title: str,
    button: str,
    done: str,
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
    }
    return render(request, "commitments/commitment_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def commitment_accept(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    partnership, found = _owned(request, slug, commitment)
    form = forms.AcceptForm(request.POST or None, actor=request.actor)
    return _fill_in(
        request,
        partnership,
        found,
        form,
        services.accept_commitment,
        title="Accept this commitment",
        button="Accept",
        done=f"Accepted for {found.owner.agency}.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def commitment_done(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    partnership, found = _owned(request, slug, commitment)
    return _fill_in(
        request,
        partnership,
        found,
        forms.ClaimForm(request.POST or None),
        services.claim_done,
        title="Say that this is done",
        button="Claim it done",
        done="Claimed done. Another member verifies it.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def commitment_replan(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    partnership, found = _commitment_or_404(request, slug, commitment)
    if not policy.may_revise(request.actor, found):
        raise PermissionDenied("Only the member that promised this, or the coordinator, may do this.")
    return _fill_in(
        request,
        partnership,
        found,
        forms.ReplanForm(request.POST or None),
        services.replan_commitment,
        title="Set another date",
        button="Set this date",
        done="The date is changed. The earlier one stays on record.",
    )


@require_POST
def commitment_start(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    _partnership, found = _commitment_or_404(request, slug, commitment)
    return act(request, services.start_commitment, commitment=found, done="In progress.", back=found.get_absolute_url())


@require_POST
def commitment_verify(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    _partnership, found = _commitment_or_404(request, slug, commitment)
    return act(request, services.verify_commitment, commitment=found, done="Verified.", back=found.get_absolute_url())


def _ask(
    request: ActorRequest, found: Commitment, partnership: Partnership, service: Callable[..., Any], **words: str
) -> HttpResponse:
    question = Question(back=found.get_absolute_url(), **words)
    return ask_reason(request, question, service, frame=frame(request, partnership, COMMITMENTS), commitment=found)


@require_http_methods(["GET", "HEAD", "POST"])
def commitment_decline(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    partnership, found = _owned(request, slug, commitment)
    return _ask(
        request,
        found,
        partnership,
        services.decline_commitment,
        title="Decline this commitment?",
        effect="Everybody in the partnership reads your reason. The coordinator can ask another member.",
        button="Decline",
        done=f"Declined for {found.owner.agency}.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def commitment_send_back(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    partnership, found = _commitment_or_404(request, slug, commitment)
    if policy.verifier(request.actor, found) is None:
        raise PermissionDenied("Another member than the one that promised this verifies it.")
    return _ask(
        request,
        found,
        partnership,
        services.send_back,
        title="What is missing?",
        effect="The commitment goes back to work, and is reminded of again.",
        button="Send it back",
        done="Sent back.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def commitment_drop(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    partnership, found = _commitment_or_404(request, slug, commitment)
    if not policy.may_revise(request.actor, found):
        raise PermissionDenied("Only the member that promised this, or the coordinator, may do this.")
    return _ask(
        request,
        found,
        partnership,
        services.drop_commitment,
        title="Drop this commitment?",
        effect="Nobody is reminded of it any more. It stays on record, with your reason.",
        button="Drop it",
        done="Dropped.",
        tone="act",
    )
