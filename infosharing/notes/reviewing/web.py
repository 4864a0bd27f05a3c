"""Pages about notes that are kept longer."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from foundation.requests import ActorRequest, csv_response, run, wants_csv
from infosharing.notes import policy
from infosharing.notes.models import Prolongation
from infosharing.notes.navigation import NOTES
from infosharing.notes.reviewing import services
from infosharing.notes.reviewing.forms import ProlongationAnswerForm, ProlongForm
from infosharing.notes.reviewing.models import Status
from infosharing.notes.web import note_or_404
from partnership.membership.pages import frame, partnership_or_404

FORM = ["GET", "HEAD", "POST"]
HEAD = ("originator", "marking", "review date", "until", "reason", "state", "asked by", "asked", "answer")


@require_http_methods(FORM)
def note_prolong(request: ActorRequest, note: UUID) -> HttpResponse:
    found = note_or_404(request, note)
    if not policy.may_edit(request.actor, found):
        raise PermissionDenied("Only the agency that wrote this note may prolong it; one to named people, its author.")
    form = ProlongForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = run(form, services.prolong_note, actor=request.actor, note=found, **form.cleaned_data)
        if made is not None:
            agreed = f"It is kept until {made.until:%-d %B %Y}."
            asked = "The coordinator is asked, and reads your reason without the note."
            messages.success(request, agreed if made.status == Status.AGREED else asked)
            return redirect(found)
    context = {
        **frame(request, found.partnership, NOTES),
        "form": form,
        "note": found,
        "is_first": not Prolongation.objects.filter(note=found, status=Status.AGREED).exists(),
        "back": found.get_absolute_url(),
    }
    return render(request, "notes/prolong.html", context, status=422 if form.errors else 200)


@require_safe
def prolongation_list(request: ActorRequest, slug: str) -> HttpResponse:
    """Show the coordinator what members ask, and each member what it asked."""
    partnership = partnership_or_404(request, slug)
    visible = Prolongation.objects.visible_to(request.actor).filter(partnership=partnership)
    listed = list(visible.select_related("member__agency", "asked_by", "answered_by"))
    if wants_csv(request):
        return csv_response(f"{slug}-prolongations", HEAD, map(_row, listed))
    to_answer = set(Prolongation.objects.to_answer_by(request.actor).values_list("pk", flat=True))
    for one in listed:
        one.may_answer = one.pk in to_answer  # type: ignore[attr-defined]
    context = {**frame(request, partnership, NOTES), "prolongations": listed}
    return render(request, "notes/prolongation_list.html", context)


def _row(one: Prolongation) -> tuple[object, ...]:
    return (
        one.member.agency.name, one.get_tlp_display(), one.stood_on, one.until, one.reason, one.get_status_display(),
        one.asked_by.name, one.asked_at.isoformat(), one.answer,
    )  # fmt: skip


@require_http_methods(FORM)
def prolongation_answer(request: ActorRequest, slug: str, prolongation: UUID) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    visible = Prolongation.objects.visible_to(request.actor).filter(partnership=partnership)
    found = get_object_or_404(visible.select_related("member__agency", "asked_by"), public_id=prolongation)
    if not Prolongation.objects.to_answer_by(request.actor).filter(pk=found.pk).exists():
        raise PermissionDenied("Only the coordinator may answer this, once, and not who asked it.")
    form = ProlongationAnswerForm(request.POST or None)
    back = f"{partnership.get_absolute_url()}notes/prolongations/"
    if request.method == "POST" and form.is_valid():
        said = {"agreed": form.cleaned_data["agreed"] == "yes", "reason": form.cleaned_data["reason"]}
        if run(form, services.answer_prolongation, actor=request.actor, prolongation=found, **said) is not None:
            messages.success(request, f"Answered. {found.member.agency} is told.")
            return redirect(back)
    context = {**frame(request, partnership, NOTES), "form": form, "prolongation": found, "back": back}
    return render(request, "notes/prolongation_answer.html", context, status=422 if form.errors else 200)
