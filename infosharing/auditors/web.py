"""Pages of auditors: who they are, and what they look at."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from foundation.reasons import Question, ask_reason
from foundation.requests import ActorRequest, csv_response, run, wants_csv
from infosharing.auditors import policy, selectors, services
from infosharing.auditors.forms import AppointmentForm, ReadingFilter
from infosharing.auditors.models import Auditor
from infosharing.notes.navigation import NOTES
from partnership.membership.models import Partnership
from partnership.membership.pages import frame, partnership_or_404

FORM = ["GET", "HEAD", "POST"]
PAGE = 25
CSV_AT_MOST = 1000


def _auditor_or_404(request: ActorRequest, slug: str, public_id: UUID) -> tuple[Partnership, Auditor]:
    partnership = partnership_or_404(request, slug)
    return partnership, get_object_or_404(selectors.auditors(request.actor, partnership), public_id=public_id)


@require_safe
def auditor_list(request: ActorRequest, slug: str) -> HttpResponse:
    """Show whom the own agency appointed, and oneself."""
    partnership = partnership_or_404(request, slug)
    found = selectors.auditors(request.actor, partnership)
    if wants_csv(request):
        return csv_response(f"{slug}-auditors", selectors.AUDITOR_HEAD, map(selectors.auditor_row, found))
    rows, actor = list(found), request.actor
    context = {
        **frame(request, partnership, NOTES),
        "mine": [row for row in rows if row.person_id == actor.person_id],
        "ours": [row for row in rows if row.appointer.agency_id == actor.agency_id],
        "may_appoint": policy.may_appoint(actor, partnership),
    }
    return render(request, "auditors/auditor_list.html", context)


@require_http_methods(FORM)
def auditor_new(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    if not policy.may_appoint(request.actor, partnership):
        raise PermissionDenied(policy.APPOINTS)
    form = AppointmentForm(request.POST or None, actor=request.actor, partnership=partnership)
    back = reverse("auditor_list", args=[slug])
    if request.method == "POST" and form.is_valid():
        made = run(form, services.appoint, actor=request.actor, partnership=partnership, **form.cleaned_data)
        if made is not None:
            messages.success(request, f"Appointed. {made.person.name} is told.")
            return redirect(back)
    context = {**frame(request, partnership, NOTES), "form": form, "back": back}
    return render(request, "auditors/auditor_new.html", context, status=422 if form.errors else 200)


@require_safe
def auditor_readings(request: ActorRequest, slug: str, auditor: UUID) -> HttpResponse:
    """Show an auditor who read the notes of the member that appointed them. That they look is put on record first."""
    partnership, found = _auditor_or_404(request, slug, auditor)
    if not policy.may_look(request.actor, found):
        raise PermissionDenied(policy.LOOKS)
    filter_, as_table = ReadingFilter(request.GET, actor=request.actor, partnership=partnership), wants_csv(request)
    lines, older = selectors.readings(
        request.actor,
        found,
        filter_.chosen(),
        before=selectors.Place.of(request.GET.get("before", "")),
        limit=CSV_AT_MOST if as_table else PAGE,
    )
    services.look(actor=request.actor, auditor=found, shown=len(lines), as_table=as_table)
    if as_table:
        return csv_response(f"{slug}-readings", selectors.HEAD, map(selectors.row, lines))
    context = {
        **frame(request, partnership, NOTES),
        "auditor": found,
        "is_own": found.appointer.agency_id == request.actor.agency_id,
        "lines": lines,
        "older": str(older) if older else None,
        "filter": filter_,
        "csv_at_most": f"{CSV_AT_MOST:,}",
    }
    return render(request, "auditors/readings.html", context)


@require_http_methods(FORM)
def auditor_end(request: ActorRequest, slug: str, auditor: UUID) -> HttpResponse:
    partnership, found = _auditor_or_404(request, slug, auditor)
    if not policy.may_end(request.actor, found):
        raise PermissionDenied(policy.ENDS)
    is_me = found.person_id == request.actor.person_id
    who = "You see" if is_me else f"{found.person.name} sees"
    told = "The leads of that agency are told" if is_me else "They are told, and read your reason"
    question = Question(
        title="Stop being an auditor?" if is_me else f"End what {found.person.name} looks at?",
        effect=f"{who} no more of who read the notes of {found.appointer.agency}, from this moment on. {told}. "
        "It cannot be undone; a lead can appoint anew.",
        button="Stop" if is_me else "End it",
        done="Ended.",
        back=reverse("auditor_list", args=[slug]),
        tone="act",
    )
    return ask_reason(request, question, services.end, frame=frame(request, partnership, NOTES), auditor=found)
