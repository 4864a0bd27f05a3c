"""Pages of requests for information."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from foundation.reasons import Question, ask_reason
from foundation.records import id_of
from foundation.requests import ActorRequest, csv_response, run, wants_csv
from infosharing.notes.markings import MEANING, Tlp
from infosharing.requests import numbers, policy, selectors, services
from infosharing.requests.forms import AnswerForm, AskForm, RefuseForm, RequestFilter
from infosharing.requests.models import Asked, InformationRequest
from infosharing.requests.navigation import REQUESTS
from partnership.agreements.rules import LEGAL_BASES
from partnership.membership.models import Partnership
from partnership.membership.pages import frame, partnership_or_404
from partnership.membership.policy import own_membership

FORM = ["GET", "HEAD", "POST"]
PAGE = 25
CSV_AT_MOST = 1000


@require_safe
def request_list(request: ActorRequest, slug: str) -> HttpResponse:
    partnership, actor = partnership_or_404(request, slug), request.actor
    filter_ = RequestFilter(request.GET)
    found = filter_.apply(selectors.requests(actor, partnership), actor)
    if before := id_of(request.GET.get("before")):
        # ids follow the time of their making
        found = found.filter(public_id__lt=before)
    if wants_csv(request):
        shown = selectors.shown(actor, found[:CSV_AT_MOST])
        return csv_response(f"{slug}-requests", selectors.HEAD, map(selectors.csv_row, shown))
    shown = selectors.shown(actor, found[: PAGE + 1])
    context = {
        **frame(request, partnership, REQUESTS),
        "shown": shown[:PAGE],
        "older": shown[PAGE - 1].request.public_id if len(shown) > PAGE else None,
        "filter": filter_,
        "numbers": numbers.of_partnership(partnership) if policy.counts_numbers(actor, partnership) else None,
    }
    return render(request, "requests/request_list.html", context)


def _found_or_404(request: ActorRequest, slug: str, public_id: UUID) -> tuple[Partnership, InformationRequest]:
    """Return a request that the actor sees, in its partnership.

    Raises:
        Http404: there is none such, or it is not theirs to see.
    """
    partnership = partnership_or_404(request, slug)
    return partnership, get_object_or_404(selectors.requests(request.actor, partnership), public_id=public_id)


@require_safe
def request_detail(request: ActorRequest, slug: str, question: UUID) -> HttpResponse:
    partnership, found = _found_or_404(request, slug, question)
    shown = selectors.shown(request.actor, [found])[0]
    own = policy.own_row(request.actor, found)
    context = {
        **frame(request, partnership, REQUESTS),
        "shown": shown,
        "found": found,
        "facts": selectors.facts(shown),
        "meaning": MEANING[Tlp(found.tlp)],
        "may_answer": policy.may_answer(own, found),
        "may_withdraw": policy.may_withdraw(request.actor, found),
    }
    return render(request, "requests/request_detail.html", context)


def _form_page(request: ActorRequest, partnership: Partnership, form: Any, **words: Any) -> HttpResponse:
    context = {**frame(request, partnership, REQUESTS), "form": form, "legal_bases": LEGAL_BASES, **words}
    return render(request, "requests/form.html", context, status=422 if form.errors else 200)


@require_http_methods(FORM)
def request_new(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    if not request.actor.may_write or own_membership(request.actor, partnership) is None:
        raise PermissionDenied(policy.ASKS)
    initial = AskForm.initial_of(request.actor, partnership, request.GET)
    form = AskForm(request.POST or None, actor=request.actor, partnership=partnership, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = run(form, services.ask_members, actor=request.actor, partnership=partnership, **form.arguments())
        if made is not None:
            names = "; ".join(member.agency.name for member in form.cleaned_data["to"])
            messages.success(request, f"Asked: {names}. Who speaks for them is told now.")
            return redirect(made)
    return _form_page(
        request, partnership, form, title="Ask for information", button="Ask",
        lead="Your agency and those that you ask read this, nobody else. Each of them decides for itself.",
        back=f"{partnership.get_absolute_url()}requests/",
    )  # fmt: skip


def _to_answer_or_403(request: ActorRequest, found: InformationRequest) -> Asked:
    row = policy.own_row(request.actor, found)
    if row is None:
        raise PermissionDenied(policy.ANSWERS)
    return row


def _too_late(request: ActorRequest, found: InformationRequest) -> HttpResponse:
    """Say on the request's page that there is nothing to decide any more, as with a page that was left open."""
    messages.error(request, "Your agency has decided already, or no answer is needed at present.")
    return redirect(found)


@require_http_methods(FORM)
def request_answer(request: ActorRequest, slug: str, question: UUID) -> HttpResponse:
    partnership, found = _found_or_404(request, slug, question)
    row = _to_answer_or_403(request, found)
    if not policy.may_answer(row, found):
        return _too_late(request, found)
    form = AnswerForm(request.POST or None, actor=request.actor, row=row, partnership=partnership)
    if request.method == "POST" and form.is_valid():
        answered = run(form, services.answer_request, actor=request.actor, found=found, **form.cleaned_data)
        if answered is not None:
            messages.success(request, f"Answered. {found.asker.agency} is told.")
            return redirect(found)
    return _form_page(
        request, partnership, form, title="Answer this request", button="Answer", found=found,
        lead=f"{found.asker.agency} and your own agency read your answer, nobody else. The request's marking holds.",
        back=found.get_absolute_url(),
    )  # fmt: skip


@require_http_methods(FORM)
def request_refuse(request: ActorRequest, slug: str, question: UUID) -> HttpResponse:
    partnership, found = _found_or_404(request, slug, question)
    if not policy.may_answer(_to_answer_or_403(request, found), found):
        return _too_late(request, found)
    form = RefuseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refused = run(form, services.refuse_request, actor=request.actor, found=found, **form.cleaned_data)
        if refused is not None:
            messages.success(request, f"Refused. {found.asker.agency} is told, and reads your reason.")
            return redirect(found)
    return _form_page(
        request, partnership, form, title="Refuse this request?", button="Refuse it", found=found,
        lead=(
            f"{found.asker.agency} and your own agency read ground and reason, nobody else. It cannot be undone. "
            "A refusal on R1 to R9 never counts against your agency."
        ),
        back=found.get_absolute_url(),
    )  # fmt: skip


@require_http_methods(FORM)
def request_withdraw(request: ActorRequest, slug: str, question: UUID) -> HttpResponse:
    partnership, found = _found_or_404(request, slug, question)
    if not policy.may_withdraw(request.actor, found):
        raise PermissionDenied(policy.TAKES_BACK)
    waiting = Asked.objects.visible_to(request.actor).waiting().filter(request=found).count()
    count = "1 member has" if waiting == 1 else f"{waiting} members have"
    question_ = Question(
        title="Take this request back?",
        effect=f"{count} not answered yet, and need not any more; they read your reason. What was answered stays.",
        button="Take it back",
        done="Taken back. Who had not answered is told.",
        back=found.get_absolute_url(),
    )
    in_frame = frame(request, partnership, REQUESTS)
    return ask_reason(request, question_, services.withdraw_request, frame=in_frame, found=found)
