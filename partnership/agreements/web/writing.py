"""Writing the text of an agreement: the coordinator's pages."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from foundation.requests import ActorRequest, act
from partnership.agreements import forms, policy
from partnership.agreements.models import Version
from partnership.agreements.services import drafting
from partnership.agreements.web.finding import (
    coordinated_agreement,
    coordinated_version,
    fill_in,
)
from partnership.membership.pages import coordinated_or_403


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_new(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    return fill_in(
        request,
        partnership,
        forms.AgreementForm(request.POST or None),
        drafting.draft_agreement,
        words={
            "title": "Draft an agreement",
            "lead": "You alone see the draft until you put it to the members.",
            "button": "Begin the draft",
        },
        back="",
        done="The draft is there. Write its clauses, and name who must sign.",
        partnership=partnership,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def version_new(request: ActorRequest, slug: str, agreement: UUID) -> HttpResponse:
    found = coordinated_agreement(request, slug, agreement)
    return fill_in(
        request,
        found.partnership,
        forms.NextVersionForm(request.POST or None),
        drafting.draft_version,
        words={
            "title": "Draft the next version",
            "lead": "It begins with the clauses of the newest one. What is in force stays in force until this one is.",
            "button": "Begin the draft",
        },
        back="",
        done="The draft is there. Change its clauses, then put it to the members.",
        agreement=found,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def version_revise(request: ActorRequest, slug: str, agreement: UUID, number: int) -> HttpResponse:
    version = _draft(request, slug, agreement, number)
    initial = {name: getattr(version, name) for name in ("review_on", "ends_on", "notice_days", "change_note")}
    return fill_in(
        request,
        version.partnership,
        forms.RevisionForm(request.POST or None, version=version, initial=initial),
        drafting.revise_version,
        words={"title": "Dates and notice of this version", "button": "Save"},
        back=version.get_absolute_url(),
        done="Saved.",
        version=version,
    )


def _draft(request: ActorRequest, slug: str, agreement: UUID, number: int) -> Version:
    version = coordinated_version(request, slug, agreement, number)
    if not policy.may_draft(request.actor, version):
        raise PermissionDenied("The text changes while it is a draft. Take it back to draft first.")
    return version


@require_http_methods(["GET", "HEAD", "POST"])
def clause_new(request: ActorRequest, slug: str, agreement: UUID, number: int) -> HttpResponse:
    version = _draft(request, slug, agreement, number)
    return fill_in(
        request,
        version.partnership,
        forms.ClauseForm(request.POST or None),
        drafting.write_clause,
        words={"title": "Add a clause", "button": "Add it"},
        back=version.get_absolute_url(),
        done="Added.",
        version=version,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def clause_edit(request: ActorRequest, slug: str, agreement: UUID, number: int, clause: UUID) -> HttpResponse:
    version = _draft(request, slug, agreement, number)
    found = get_object_or_404(version.clauses, public_id=clause)
    initial = {name: getattr(found, name) for name in ("kind", "heading", "text", "number")}
    return fill_in(
        request,
        version.partnership,
        forms.ClauseForm(request.POST or None, initial=initial),
        drafting.write_clause,
        words={"title": f"Change clause {found.number}", "button": "Save"},
        back=version.get_absolute_url(),
        done="Saved.",
        version=version,
        clause=found,
    )


@require_POST
def clause_remove(request: ActorRequest, slug: str, agreement: UUID, number: int, clause: UUID) -> HttpResponse:
    version = _draft(request, slug, agreement, number)
    found = get_object_or_404(version.clauses, public_id=clause)
    return act(
        request,
        drafting.remove_clause,
        done=f"Clause {found.number}, {found.heading}, is taken out. Those after it are numbered anew.",
        back=version.get_absolute_url(),
        version=version,
        clause=found,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def signatory_new(request: ActorRequest, slug: str, agreement: UUID, number: int) -> HttpResponse:
    version = _draft(request, slug, agreement, number)
    return fill_in(
        request,
        version.partnership,
        forms.SignatoryForm(request.POST or None, partnership=version.partnership),
        drafting.require_signatory,
        words={
            "title": "Name who must sign",
            "lead": "Nothing is in force before all of them have signed.",
            "button": "Put on the list",
        },
        back=version.get_absolute_url(),
        done="On the list of those who must sign.",
        version=version,
    )


@require_POST
def signatory_remove(request: ActorRequest, slug: str, agreement: UUID, number: int, place: int) -> HttpResponse:
    """Take the one at a place of the list, counted from 1, off it."""
    version = _draft(request, slug, agreement, number)
    signatories = list(version.signatories.select_related("membership__agency").order_by("pk")[place - 1 : place])
    if not signatories:
        messages.info(request, "Nobody is at that place of the list any more.")
        return redirect(version)
    return act(
        request,
        drafting.release_signatory,
        done=f"{signatories[0]} is off the list.",
        back=version.get_absolute_url(),
        version=version,
        signatory=signatories[0],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def annex_new(request: ActorRequest, slug: str, agreement: UUID) -> HttpResponse:
    found = coordinated_agreement(request, slug, agreement)
    newest = found.annexes.filter(name=request.GET.get("name", "")).order_by("-number").first()
    initial = {"name": newest.name, "text": newest.text} if newest else {}
    return fill_in(
        request,
        found.partnership,
        forms.AnnexForm(request.POST or None, initial=initial),
        drafting.publish_annex,
        words={
            "title": "Publish an annex",
            "lead": "Contact lists, procedures: what members need beside the agreement. Nobody signs it again.",
            "button": "Publish",
        },
        back="",
        done="Published. Earlier versions stay readable.",
        agreement=found,
    )
