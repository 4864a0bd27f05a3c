"""Pages of the record: minutes, on screen, on paper and as PDF; the register of decisions."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from foundation import clock
from foundation.printing import pdf_response
from foundation.requests import ActorRequest, csv_response, wants_csv
from partnership.meetings import forms, policy, selectors
from partnership.meetings.models import Decision, Meeting, Status
from partnership.meetings.navigation import MEETINGS
from partnership.meetings.quorum import standing
from partnership.meetings.web.common import meeting_or_404
from partnership.membership.pages import frame, partnership_or_404


def _minutes(request: ActorRequest, meeting: Meeting) -> dict[str, Any]:
    return {
        "meeting": meeting,
        "span": selectors.span(meeting),
        "opened_at": selectors.moment_of(meeting, Status.IN_SESSION),
        "closed_at": selectors.moment_of(meeting, Status.CLOSED),
        "agenda": selectors.agenda(request.actor, meeting),
        "quorum": standing(meeting),
        "seats": selectors.seats(request.actor, meeting),
        "now": clock.now(),
    }


@require_safe
def meeting_minutes(request: ActorRequest, slug: str, meeting: UUID) -> HttpResponse:
    partnership, found = meeting_or_404(request, slug, meeting)
    context = {**frame(request, partnership, MEETINGS), **_minutes(request, found)}
    return render(request, "meetings/minutes.html", context)


@require_safe
def meeting_minutes_pdf(request: ActorRequest, slug: str, meeting: UUID) -> HttpResponse:
    """Give the minutes as a file; where this machine cannot make one, say so and offer to print."""
    partnership, found = meeting_or_404(request, slug, meeting)
    context = {**_minutes(request, found), "partnership": partnership}
    name = f"minutes-{timezone.localdate(found.starts_at)}"
    back = f"{found.get_absolute_url()}minutes/"
    return pdf_response(request, "meetings/minutes_paper.html", context, name=name, back=back)


@require_safe
def decision_list(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    every = selectors.decisions(request.actor, partnership)
    years = list(every.order_by("-year").values_list("year", flat=True).distinct())
    chosen = forms.DecisionFilter(request.GET, years=years)
    decisions = chosen.apply(every)
    if wants_csv(request):
        return csv_response(f"{slug}-decisions", selectors.DECISION_HEAD, map(selectors.decision_row, decisions))
    context = {**frame(request, partnership, MEETINGS), "decisions": decisions, "filter": chosen}
    return render(request, "meetings/decision_list.html", context)


@require_safe
def decision_detail(request: ActorRequest, slug: str, decision: UUID) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    found: Decision = get_object_or_404(selectors.decisions(request.actor, partnership), public_id=decision)
    found.meeting.partnership = partnership
    context = {
        **frame(request, partnership, MEETINGS),
        "decision": found,
        "facts": selectors.decision_facts(found),
        "may_change": found.meeting.status == Status.IN_SESSION and policy.may_run(request.actor, found.meeting),
    }
    return render(request, "meetings/decision_detail.html", context)
