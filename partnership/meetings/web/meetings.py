"""Pages of meetings before they sit: the list, one meeting, planning, calling, answering."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation import clock
from foundation.reasons import Question, ask_reason
from foundation.requests import ActorRequest, act, csv_response, wants_csv
from partnership.meetings import forms, invitations, policy, selectors, services
from partnership.meetings.models import AHEAD, Attendance, Series, Status
from partnership.meetings.navigation import MEETINGS
from partnership.meetings.quorum import standing
from partnership.meetings.web.common import (
    fill_in,
    meeting_or_404,
    require_coordinator,
    require_member,
)
from partnership.membership.pages import frame, partnership_or_404
from partnership.membership.policy import own_membership

FORM = ["GET", "HEAD", "POST"]


@require_safe
def meeting_list(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    chosen = forms.MeetingFilter(request.GET)
    meetings = chosen.apply(selectors.meetings(request.actor, partnership))
    if wants_csv(request):
        return csv_response(f"{slug}-meetings", selectors.MEETING_HEAD, map(selectors.meeting_row, meetings))
    context = {
        **frame(request, partnership, MEETINGS),
        "meetings": meetings,
        "filter": chosen,
        "has_series": Series.objects.visible_to(request.actor).running().filter(partnership=partnership).exists(),
    }
    return render(request, "meetings/meeting_list.html", context)


@require_http_methods(FORM)
def meeting_new(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    require_coordinator(request, partnership)
    form = forms.MeetingForm(request.POST or None, actor=request.actor, partnership=partnership)
    return fill_in(
        request,
        partnership,
        form,
        services.plan_meeting,
        title="Plan a meeting",
        lead="Nobody is told before you call it: first put its agenda together.",
        button="Plan it",
        done="Planned. Next: its agenda.",
        back=f"{partnership.get_absolute_url()}{MEETINGS.path}",
        forward=lambda meeting: meeting.get_absolute_url(),
        arguments=lambda: {**form.arguments(), "partnership": partnership},
    )


@require_safe
def meeting_detail(request: ActorRequest, slug: str, meeting: UUID) -> HttpResponse:
    partnership, found = meeting_or_404(request, slug, meeting)
    own = own_membership(request.actor, partnership)
    is_ahead = found.status in AHEAD
    seats = selectors.seats(request.actor, found)
    if wants_csv(request):
        return csv_response(f"{slug}-attendance", selectors.SEAT_HEAD, map(selectors.seat_row, seats))
    context = {
        **frame(request, partnership, MEETINGS),
        "meeting": found,
        "facts": selectors.facts(found),
        "agenda": selectors.agenda(request.actor, found),
        "taken_off": selectors.withdrawn_items(request.actor, found),
        "quorum": standing(found),
        "seats": seats,
        "history": selectors.history(found),
        "is_ahead": is_ahead,
        "is_open": is_ahead or found.status == Status.IN_SESSION,
        "may_run": policy.may_run(request.actor, found),
        "is_early": services.is_early(found),
        "may_open": timezone.localdate(found.starts_at) <= clock.today(),
        "own_seat": next((seat for seat in seats if own and seat.member.pk == own.pk), None),
    }
    return render(request, "meetings/meeting_detail.html", context)


@require_http_methods(FORM)
def meeting_edit(request: ActorRequest, slug: str, meeting: UUID) -> HttpResponse:
    partnership, found = meeting_or_404(request, slug, meeting)
    require_coordinator(request, partnership)
    initial = forms.MeetingForm.initial_of(found)
    form = forms.MeetingForm(request.POST or None, actor=request.actor, partnership=partnership, initial=initial)
    is_called = found.status == Status.CALLED
    return fill_in(
        request,
        partnership,
        form,
        services.revise_meeting,
        title="Change this meeting",
        lead="Those who were called get the new entry for their calendars." if is_called else "",
        button="Save and tell them" if is_called else "Save",
        done="Changed. The earlier time stays on record.",
        back=found.get_absolute_url(),
        arguments=form.arguments,
        meeting=found,
    )


@require_POST
def meeting_call(request: ActorRequest, slug: str, meeting: UUID) -> HttpResponse:
    _partnership, found = meeting_or_404(request, slug, meeting)
    done = f"Called. {len(invitations.invitees(found))} people get an invitation for their calendar by mail."
    return act(request, services.call_meeting, meeting=found, done=done, back=found.get_absolute_url())


@require_http_methods(FORM)
def meeting_cancel(request: ActorRequest, slug: str, meeting: UUID) -> HttpResponse:
    partnership, found = meeting_or_404(request, slug, meeting)
    require_coordinator(request, partnership)
    called = len(invitations.invitees(found)) if found.status == Status.CALLED else 0
    effect = f"It leaves the calendars of {called} people, who get your agency's name and a link." if called else ""
    question = Question(
        title="Cancel this meeting?",
        effect=f"{effect or 'Nobody was called to it yet.'} It cannot be planned again: plan another instead.",
        button="Cancel this meeting",
        done="Cancelled.",
        back=found.get_absolute_url(),
        tone="act",
    )
    in_frame = frame(request, partnership, MEETINGS)
    return ask_reason(request, question, services.cancel_meeting, frame=in_frame, meeting=found)


@require_http_methods(FORM)
def meeting_answer(request: ActorRequest, slug: str, meeting: UUID) -> HttpResponse:
    partnership, found = meeting_or_404(request, slug, meeting)
    require_member(request, partnership)
    given = Attendance.objects.visible_to(request.actor).filter(
        meeting=found, member__agency=request.actor.agency_key, member__status="active"
    )
    initial: dict[str, Any] = dict(given.values("announced", "person", "name", "remark").first() or {})
    form = forms.AnswerForm(request.POST or None, actor=request.actor, initial=initial)
    return fill_in(
        request,
        partnership,
        form,
        services.answer_call,
        title="Does your agency come?",
        lead=f"{found.title}, {selectors.span(found)}. Until it begins you can change your answer.",
        button="Answer",
        done="Thank you. The coordinator and the others can see your answer.",
        back=found.get_absolute_url(),
        meeting=found,
    )


@require_safe
def meeting_calendar(request: ActorRequest, slug: str, meeting: UUID) -> HttpResponse:
    """Give the entry for a calendar, for whoever got no mail."""
    _partnership, found = meeting_or_404(request, slug, meeting)
    response = HttpResponse(invitations.publication(found), content_type="text/calendar; charset=utf-8; method=PUBLISH")
    response["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return response
