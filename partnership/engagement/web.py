"""Pages of engagement: what was said, and what was done with it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from foundation.reasons import Question, ask_reason
from foundation.requests import ActorRequest, csv_response, run, wants_csv
from partnership.engagement import policy, selectors, services
from partnership.engagement.forms import AnswerForm, GroupForm, InputFilter, InputForm
from partnership.engagement.models import Input, Status
from partnership.engagement.navigation import ENGAGEMENT
from partnership.engagement.panels import input_board
from partnership.membership.models import Partnership
from partnership.membership.pages import coordinated_or_403, frame, partnership_or_404
from partnership.membership.policy import own_membership

FORM = ["GET", "HEAD", "POST"]


@require_safe
def input_list(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    chosen = InputFilter(request.GET, actor=request.actor, partnership=partnership)
    found = chosen.apply(selectors.inputs(request.actor, partnership))
    if wants_csv(request):
        return csv_response(f"{slug}-engagement", selectors.HEAD, map(selectors.csv_row, found))
    rows = selectors.rows(found)
    context = {
        **frame(request, partnership, ENGAGEMENT),
        "rows": rows,
        "count": "1 input" if len(rows) == 1 else f"{len(rows)} inputs",
        "filter": chosen,
    }
    return render(request, "engagement/input_list.html", context)


def _input_or_404(request: ActorRequest, slug: str, public_id: UUID) -> tuple[Partnership, Input]:
    partnership = partnership_or_404(request, slug)
    return partnership, get_object_or_404(selectors.inputs(request.actor, partnership), public_id=public_id)


@require_safe
def input_detail(request: ActorRequest, slug: str, input: UUID) -> HttpResponse:
    partnership, found = _input_or_404(request, slug, input)
    context = {
        **frame(request, partnership, ENGAGEMENT),
        "input": found,
        "is_late": selectors.is_late(found),
        "facts": selectors.facts(found),
        "may_answer": found.status == Status.RECEIVED and policy.may_answer(request.actor, found),
        "may_correct": policy.may_correct(request.actor, found),
        "panels": input_board.panels_for(request.actor, found),
    }
    return render(request, "engagement/input_detail.html", context)


def _form_page(request: ActorRequest, partnership: Partnership, form: Any, **words: Any) -> HttpResponse:
    context = {**frame(request, partnership, ENGAGEMENT), "form": form, **words}
    return render(request, "engagement/form.html", context, status=422 if form.errors else 200)


@require_http_methods(FORM)
def input_new(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    if not request.actor.may_write or own_membership(request.actor, partnership) is None:
        raise PermissionDenied("Only staff and leads of an active member may do this.")
    form = InputForm(request.POST or None, actor=request.actor, partnership=partnership)
    if request.method == "POST" and form.is_valid():
        made = run(form, services.record_input, actor=request.actor, partnership=partnership, words=form.words())
        if made is not None:
            messages.success(request, f"Recorded. {made.given_to.agency} answers by {made.answer_by:%-d %B %Y}.")
            return redirect(made)
    return _form_page(
        request, partnership, form, title="Record what was said", button="Record it",
        lead="Every member of the partnership reads this.", back=f"{partnership.get_absolute_url()}engagement/",
    )  # fmt: skip


@require_http_methods(FORM)
def input_edit(request: ActorRequest, slug: str, input: UUID) -> HttpResponse:
    partnership, found = _input_or_404(request, slug, input)
    if not policy.may_correct(request.actor, found):
        raise PermissionDenied(policy.CORRECTS)
    form = InputForm(request.POST or None, actor=request.actor, partnership=partnership, found=found)
    if request.method == "POST" and form.is_valid():
        corrected = run(form, services.correct_input, actor=request.actor, found=found, words=form.words())
        if corrected is not None:
            messages.success(request, "Corrected.")
            return redirect(corrected)
    lead = "What stands here now is kept nowhere once it is corrected."
    return _form_page(
        request, partnership, form, title="Correct what was recorded", button="Save", lead=lead,
        back=found.get_absolute_url(),
    )  # fmt: skip


@require_http_methods(FORM)
def input_answer(request: ActorRequest, slug: str, input: UUID) -> HttpResponse:
    partnership, found = _input_or_404(request, slug, input)
    if not policy.may_answer(request.actor, found):
        raise PermissionDenied(policy.ANSWERS)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answered = run(form, services.answer_input, actor=request.actor, found=found, **form.cleaned_data)
        if answered is not None:
            messages.success(request, "Answered. It stands with what was said.")
            return redirect(answered)
    return _form_page(
        request, partnership, form, title="Answer what was said", button="Answer", input=found,
        back=found.get_absolute_url(),
    )  # fmt: skip


@require_http_methods(FORM)
def input_turn_down(request: ActorRequest, slug: str, input: UUID) -> HttpResponse:
    partnership, found = _input_or_404(request, slug, input)
    if not policy.may_answer(request.actor, found):
        raise PermissionDenied(policy.ANSWERS)
    question = Question(
        title="Not take this up?",
        effect="Every member reads your reason. Tell the group too: silence is no answer.",
        button="Do not take it up",
        done="Not taken up. The reason stands with what was said.",
        back=found.get_absolute_url(),
    )
    in_frame = frame(request, partnership, ENGAGEMENT)
    return ask_reason(request, question, services.turn_down_input, frame=in_frame, found=found)


# --- groups --------------------------------------------------------------------------------------
@require_safe
def group_list(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    context = {**frame(request, partnership, ENGAGEMENT), "groups": selectors.groups(request.actor, partnership)}
    return render(request, "engagement/group_list.html", context)


@require_http_methods(FORM)
def group_new(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = run(form, services.add_group, actor=request.actor, partnership=partnership, **form.cleaned_data)
        if made is not None:
            messages.success(request, f"Added: {made.name}.")
            return redirect("group_list", slug)
    back = f"{partnership.get_absolute_url()}engagement/groups/"
    return _form_page(request, partnership, form, title="Add a group", button="Add it", back=back)


@require_http_methods(FORM)
def group_edit(request: ActorRequest, slug: str, group: UUID) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    found = get_object_or_404(selectors.groups(request.actor, partnership), public_id=group)
    form = GroupForm(request.POST or None, initial=GroupForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        revised = run(form, services.revise_group, actor=request.actor, group=found, **form.cleaned_data)
        if revised is not None:
            messages.success(request, "Saved.")
            return redirect("group_list", slug)
    back = f"{partnership.get_absolute_url()}engagement/groups/"
    return _form_page(request, partnership, form, title=found.name, button="Save", back=back)
