"""Proposing a commitment, and planning it otherwise."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from foundation.requests import ActorRequest, act, run
from partnership.commitments import forms, listing, recurrence, selectors, services
from partnership.commitments.models import Commitment
from partnership.commitments.navigation import COMMITMENTS
from partnership.commitments.web.common import FORM, ask, commitment_or_404, fill_in, revised
from partnership.competences.models import Competence
from partnership.engagement.models import Input
from partnership.membership.models import Membership, Partnership
from partnership.membership.pages import frame, partnership_or_404
from partnership.membership.policy import own_membership


@require_http_methods(FORM)
def commitment_new(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    if not request.actor.may_write or own_membership(request.actor, partnership) is None:
        raise PermissionDenied("Only staff and leads of an active member may do this.")
    initial = _asked_for(request, partnership)
    form = forms.CommitmentForm(request.POST or None, actor=request.actor, partnership=partnership, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = run(form, services.propose_commitment, actor=request.actor, partnership=partnership, **form.cleaned_data)
        if made is not None:
            messages.success(request, _what_happened(request, made))
            return redirect(made)
    context = {**frame(request, partnership, COMMITMENTS), "form": form}
    return render(request, "commitments/commitment_new.html", context, status=422 if form.errors else 200)


def _asked_for(request: ActorRequest, partnership: Partnership) -> dict[str, Any]:
    """Return what the address fills in: the member, the competence that it would use, the input it comes from."""
    wanted = {name: request.GET.get(name, "") for name in ("owner", "competence", "input")}
    members = Membership.objects.visible_to(request.actor).active().filter(partnership=partnership)
    inputs = Input.objects.visible_to(request.actor).taken_up().filter(partnership=partnership)
    initial: dict[str, Any] = {
        "owner": next((one.pk for one in members if str(one.public_id) == wanted["owner"]), None),
        "input": next((one.public_id for one in inputs if str(one.public_id) == wanted["input"]), None),
    }
    known = Competence.objects.visible_to(request.actor).in_use().filter(partnership=partnership)
    competence = next((one for one in known if str(one.public_id) == wanted["competence"]), None)
    if competence is None:
        return initial
    return initial | {"competence": competence.public_id, "approaches": competence.approaches}


def _what_happened(request: ActorRequest, commitment: Commitment) -> str:
    if commitment.owner.agency_id == request.actor.agency_id:
        return "Promised. The others can see it."
    return f"Proposed. {commitment.owner.agency} is asked to accept."


@require_http_methods(FORM)
def commitment_plan(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    partnership, found = revised(request, slug, commitment)
    return fill_in(
        request,
        partnership,
        found,
        forms.PlanForm(request.POST if request.method == "POST" else None, commitment=found),
        services.revise_commitment,
        title="Say who takes part",
        button="Save",
        done="Saved. What changed is on record.",
    )


@require_http_methods(FORM)
def commitment_stop_repeating(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    found = revised(request, slug, commitment)
    rhythm = recurrence.in_words(found[1].rule)
    return ask(
        request,
        found,
        services.stop_repeating,
        title="Stop repeating this commitment?",
        effect=f"It was promised {rhythm}. This one stays as it is; when it ends, no next one is made."
        if rhythm
        else "It does not repeat.",
        button="Stop repeating",
        done="It does not repeat any more.",
    )


@require_http_methods(FORM)
def commitment_needs(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    partnership, found = revised(request, slug, commitment)
    choices = selectors.could_need(request.actor, found)
    form = forms.NeedForm(request.POST or None, choices=choices)
    if request.method == "POST" and form.is_valid():
        added = run(form, services.add_need, actor=request.actor, commitment=found, **form.cleaned_data)
        if added is not None:
            messages.success(request, f"It needs this first: {added.needs.promise}")
            return redirect(found)
    context = {
        **frame(request, partnership, COMMITMENTS),
        "commitment": found,
        "form": form,
        "needs_first": selectors.needs_first(request.actor, found),
    }
    return render(request, "commitments/commitment_needs.html", context, status=422 if form.errors else 200)


@require_POST
def commitment_need_remove(request: ActorRequest, slug: str, commitment: UUID, needed: UUID) -> HttpResponse:
    partnership, found = commitment_or_404(request, slug, commitment)
    other = get_object_or_404(listing.commitments(request.actor, partnership), public_id=needed)
    return act(
        request,
        services.remove_need,
        commitment=found,
        needs=other,
        done="Taken off. The history keeps it.",
        back=f"{found.get_absolute_url()}needs/",
    )
