"""Reading agreements: the list, a version, two versions side by side, an annex."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from foundation.printing import pdf_response
from foundation.requests import ActorRequest, csv_response, wants_csv
from partnership.agreements import forms, policy, selectors
from partnership.agreements.models import Agreement, Annex, Status
from partnership.agreements.obstacles import obstacles_to
from partnership.agreements.panels import version_board
from partnership.agreements.services import drafting
from partnership.agreements.web.finding import fill_in, in_frame, version_or_404
from partnership.membership.pages import partnership_or_404


@require_safe
def agreement_list(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    versions = selectors.agreements(request.actor, partnership)
    if wants_csv(request):
        return csv_response(f"{slug}-agreements", selectors.HEAD, map(selectors.row, versions))
    return render(request, "agreements/agreement_list.html", in_frame(request, partnership, versions=versions))


@require_safe
def agreement_detail(request: ActorRequest, slug: str, agreement: UUID) -> HttpResponse:
    """Go to the version that counts: the one in force, else the newest that the actor sees."""
    seen = selectors.versions(request.actor, partnership_or_404(request, slug)).filter(agreement__public_id=agreement)
    first = seen.annotate(rank=selectors.STANDING_FIRST).order_by("rank", "-number").first()
    return redirect(get_object_or_404(seen, pk=first.pk if first else None))


@require_safe
def version_detail(request: ActorRequest, slug: str, agreement: UUID, number: int) -> HttpResponse:
    version = version_or_404(request, slug, agreement, number)
    every = selectors.versions(request.actor, version.partnership).filter(agreement=version.agreement)
    is_making = version.status in {Status.DRAFT, Status.CONSULTATION, Status.OPEN}
    context = in_frame(
        request,
        version.partnership,
        version=version,
        agreement=version.agreement,
        clauses=selectors.clauses_with_remarks(version),
        general_remarks=version.remarks.filter(clause=None).select_related("membership__agency", "person"),
        lines=selectors.signature_lines(version),
        without=selectors.members_without_signature(version),
        unsettled=obstacles_to(version) if is_making else [],
        is_as_signed=selectors.text_is_as_signed(version),
        versions=every.order_by("-number"),
        annexes=selectors.annexes(version.agreement),
        panels=version_board.panels_for(request.actor, version),
        history=selectors.history(version),
        may_draft=policy.may_draft(request.actor, version),
        may_force=policy.may_bring_into_force(request.actor, version),
        may_sign=policy.may_sign(request.actor, version),
        may_remark=policy.may_remark(request.actor, version),
    )
    return render(request, "agreements/version_detail.html", context)


@require_safe
def version_compare(request: ActorRequest, slug: str, agreement: UUID, number: int, earlier: int) -> HttpResponse:
    after = version_or_404(request, slug, agreement, number)
    before = version_or_404(request, slug, agreement, earlier)
    context = in_frame(
        request, after.partnership, before=before, after=after, differences=selectors.differences(before, after)
    )
    return render(request, "agreements/version_compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def version_remark(request: ActorRequest, slug: str, agreement: UUID, number: int) -> HttpResponse:
    version = version_or_404(request, slug, agreement, number)
    if not policy.may_remark(request.actor, version):
        raise PermissionDenied("Staff and leads of active members remark, while a version is in consultation.")
    return fill_in(
        request,
        version.partnership,
        forms.RemarkForm(request.POST or None, version=version, initial={"clause": request.GET.get("clause")}),
        drafting.remark,
        words={"title": "Remark on this version", "button": "Send the remark"},
        back=version.get_absolute_url(),
        done="Your remark is with the text, for all members to read.",
        version=version,
    )


@require_safe
def annex_detail(request: ActorRequest, slug: str, agreement: UUID, annex: UUID) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    seen = Agreement.objects.visible_to(request.actor).filter(partnership=partnership, public_id=agreement)
    found = get_object_or_404(
        Annex.objects.filter(agreement__in=seen).select_related("agreement__partnership", "by"), public_id=annex
    )
    every = Annex.objects.filter(agreement=found.agreement, name=found.name).select_related("agreement__partnership")
    context = in_frame(request, partnership, annex=found, versions=every.order_by("-number"))
    return render(request, "agreements/annex_detail.html", context)


@require_safe
def version_pdf(request: ActorRequest, slug: str, agreement: UUID, number: int) -> HttpResponse:
    version = version_or_404(request, slug, agreement, number)
    context = {
        "partnership": version.partnership,
        "version": version,
        "clauses": selectors.clauses_with_remarks(version),
        "lines": selectors.signature_lines(version),
        "annexes": selectors.annexes(version.agreement),
    }
    return pdf_response(
        request,
        "agreements/version_paper.html",
        context,
        name=f"{slug}-agreement-version-{number}",
        back=version.get_absolute_url(),
    )
