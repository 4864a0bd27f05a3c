"""Pages of responsibilities."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.reasons import Question, ask_reason
from foundation.requests import ActorRequest, act, csv_response, run, wants_csv
from partnership.membership.models import Partnership
from partnership.membership.pages import coordinated_or_403, frame, partnership_or_404
from partnership.responsibilities import policy, selectors, services
from partnership.responsibilities.forms import ResponsibilityFilter, ResponsibilityForm
from partnership.responsibilities.models import Responsibility
from partnership.responsibilities.navigation import RESPONSIBILITIES


@require_safe
def responsibility_list(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    chosen = ResponsibilityFilter(request.GET, actor=request.actor, partnership=partnership)
    responsibilities = chosen.apply(selectors.responsibilities(request.actor, partnership))
    if wants_csv(request):
        return csv_response(f"{slug}-responsibilities", selectors.HEAD, map(selectors.row, responsibilities))
    context = {
        **frame(request, partnership, RESPONSIBILITIES),
        "responsibilities": [(responsibility, selectors.others(responsibility)) for responsibility in responsibilities],
        "filter": chosen,
    }
    return render(request, "responsibilities/responsibility_list.html", context)


@require_safe
def responsibility_grid(request: ActorRequest, slug: str) -> HttpResponse:
    """Members across, responsibilities down: who is accountable, responsible, consulted, informed."""
    partnership = partnership_or_404(request, slug)
    chosen = ResponsibilityFilter(request.GET, actor=request.actor, partnership=partnership)
    grid = selectors.grid(chosen.apply(selectors.responsibilities(request.actor, partnership)))
    if wants_csv(request):
        rows = ((row.responsibility.duty, *row.cells, "; ".join(row.marks)) for row in grid.rows)
        return csv_response(f"{slug}-responsibility-grid", ("duty", *grid.agencies, "to settle"), rows)
    context = {**frame(request, partnership, RESPONSIBILITIES), "grid": grid, "filter": chosen}
    return render(request, "responsibilities/responsibility_grid.html", context)


def _responsibility_or_404(request: ActorRequest, partnership: Partnership, public_id: UUID) -> Responsibility:
    return get_object_or_404(selectors.responsibilities(request.actor, partnership), public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def responsibility_new(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    form = ResponsibilityForm(request.POST or None, actor=request.actor, partnership=partnership)
    if request.method == "POST" and form.is_valid():
        made = run(
            form, services.propose_responsibility, actor=request.actor, partnership=partnership, wording=form.wording()
        )
        if made is not None:
            messages.success(request, f"Proposed. The lead of {made.accountable.agency} is asked to accept.")
            return redirect(made)
    context = {**frame(request, partnership, RESPONSIBILITIES), "form": form}
    return render(request, "responsibilities/responsibility_new.html", context, status=422 if form.errors else 200)


@require_safe
def responsibility_detail(request: ActorRequest, slug: str, responsibility: UUID) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    found = _responsibility_or_404(request, partnership, responsibility)
    context = {
        **frame(request, partnership, RESPONSIBILITIES),
        "responsibility": found,
        "facts": selectors.facts(found),
        "history": selectors.history(found),
        "may_answer": policy.may_answer(request.actor, found),
    }
    return render(request, "responsibilities/responsibility_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def responsibility_edit(request: ActorRequest, slug: str, responsibility: UUID) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    found = _responsibility_or_404(request, partnership, responsibility)
    initial = ResponsibilityForm.initial_of(found)
    form = ResponsibilityForm(request.POST or None, actor=request.actor, partnership=partnership, initial=initial)
    if request.method == "POST" and form.is_valid():
        reworded = run(
            form, services.reword_responsibility, actor=request.actor, responsibility=found, wording=form.wording()
        )
        if reworded is not None:
            messages.success(request, f"Saved. The lead of {reworded.accountable.agency} is asked to accept.")
            return redirect(reworded)
    context = {**frame(request, partnership, RESPONSIBILITIES), "form": form, "responsibility": found}
    return render(request, "responsibilities/responsibility_edit.html", context, status=422 if form.errors else 200)


@require_POST
def responsibility_accept(request: ActorRequest, slug: str, responsibility: UUID) -> HttpResponse:
    found = _responsibility_or_404(request, partnership_or_404(request, slug), responsibility)
    return act(
        request,
        services.accept_responsibility,
        responsibility=found,
        done=f"Accepted for {found.accountable.agency}.",
        back=found.get_absolute_url(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def responsibility_decline(request: ActorRequest, slug: str, responsibility: UUID) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    found = _responsibility_or_404(request, partnership, responsibility)
    if not policy.may_answer(request.actor, found):
        raise PermissionDenied("Only the accountable member's lead may answer for it, and only once.")
    question = Question(
        title="Decline this responsibility?",
        effect="The coordinator reads your reason, and can reword it or ask another member.",
        button="Decline",
        done=f"Declined for {found.accountable.agency}.",
        back=found.get_absolute_url(),
    )
    in_frame = frame(request, partnership, RESPONSIBILITIES)
    return ask_reason(request, question, services.decline_responsibility, frame=in_frame, responsibility=found)


@require_http_methods(["GET", "HEAD", "POST"])
def responsibility_ask(request: ActorRequest, slug: str, responsibility: UUID) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    found = _responsibility_or_404(request, partnership, responsibility)
    if not policy.may_answer(request.actor, found):
        raise PermissionDenied("Only the accountable member's lead may answer for it, and only once.")
    question = Question(
        title="What should be worded otherwise?",
        effect="The coordinator reads it and can reword the responsibility; your agency is then asked again.",
        button="Ask for the change",
        done="The coordinator is asked to reword it.",
        back=found.get_absolute_url(),
    )
    in_frame = frame(request, partnership, RESPONSIBILITIES)
    return ask_reason(request, question, services.ask_for_change, frame=in_frame, responsibility=found)


@require_http_methods(["GET", "HEAD", "POST"])
def responsibility_end(request: ActorRequest, slug: str, responsibility: UUID) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    found = _responsibility_or_404(request, partnership, responsibility)
    question = Question(
        title="End this responsibility?",
        effect="It is no longer expected of anybody. It stays on record, with your reason.",
        button="End it",
        done="Ended.",
        back=found.get_absolute_url(),
        tone="act",
    )
    in_frame = frame(request, partnership, RESPONSIBILITIES)
    return ask_reason(request, question, services.end_responsibility, frame=in_frame, responsibility=found)
