"""Pages of a meeting that sits: the chair walks the agenda, and what comes of it is put on record."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation import clock
from foundation.forms import NoForm
from foundation.reasons import Question, ask_reason
from foundation.requests import ActorRequest, act, run
from partnership.meetings import policy, selectors, services, session_forms
from partnership.meetings.models import AgendaItem, Decision, ItemStatus, Meeting, Status
from partnership.meetings.navigation import MEETINGS
from partnership.meetings.quorum import standing
from partnership.meetings.web.common import Found, fill_in, item_or_404, meeting_or_404
from partnership.membership.models import Partnership
from partnership.membership.pages import frame

FORM = ["GET", "HEAD", "POST"]


def _run_by_actor(request: ActorRequest, slug: str, public_id: UUID) -> Found:
    partnership, found = meeting_or_404(request, slug, public_id)
    if not policy.may_run(request.actor, found):
        raise PermissionDenied(policy.RUNS)
    return partnership, found


def _session_of(meeting: Meeting, item: AgendaItem | None = None) -> str:
    return f"{meeting.get_absolute_url()}session/" + (f"?item={item.public_id}" if item else "")


@require_http_methods(FORM)
def meeting_start(request: ActorRequest, slug: str, meeting: UUID) -> HttpResponse:
    """Open the session: at once when its time is near, else after asking why so early."""
    partnership, found = _run_by_actor(request, slug, meeting)
    done, back = "Open. First: who is there?", _session_of(found)
    if not services.is_early(found):
        if request.method != "POST":
            return redirect(found)
        return act(request, services.start_meeting, meeting=found, done=done, back=back)
    question = Question(
        title="Open the session now?",
        effect=f"It was called for {selectors.span(found)}. Whoever comes then finds it begun. "
        "If everybody is to come at another time, change its time instead: they are told.",
        button="Open the session",
        done=done,
        back=back,
    )
    return ask_reason(
        request, question, services.start_meeting, frame=frame(request, partnership, MEETINGS), meeting=found
    )


@require_safe
def meeting_session(request: ActorRequest, slug: str, meeting: UUID) -> HttpResponse:
    partnership, found = _run_by_actor(request, slug, meeting)
    return _session_page(request, partnership, found, chosen=request.GET.get("item", ""))


def _session_page(
    request: ActorRequest,
    partnership: Partnership,
    meeting: Meeting,
    *,
    chosen: str,
    form: session_forms.OutcomeForm | None = None,
) -> HttpResponse:
    agenda = selectors.agenda(request.actor, meeting)
    # the item asked for; else the first that nothing came of yet; else the last
    line = next((line for line in agenda.lines if str(line.item.public_id) == chosen), None)
    line = line or next((line for line in agenda.lines if line.item.status == ItemStatus.OPEN), None)
    line = line or (agenda.lines[-1] if agenda.lines else None)
    number = line.number if line else 0
    seats = selectors.seats(request.actor, meeting)
    context = {
        **frame(request, partnership, MEETINGS),
        "meeting": meeting,
        "agenda": agenda,
        "line": line,
        "before": agenda.lines[number - 2] if number > 1 else None,
        "after": agenda.lines[number] if line and number < len(agenda.lines) else None,
        "form": form or (_outcome_form(line.item) if line else None),
        "quorum": standing(meeting),
        "unrecorded": [seat for seat in seats if not seat.status],
        "is_sitting": meeting.status == Status.IN_SESSION,
        "is_early": services.is_early(meeting),
        "may_open": timezone.localdate(meeting.starts_at) <= clock.today(),
    }
    return render(request, "meetings/session.html", context, status=422 if form and form.errors else 200)


def _outcome_form(item: AgendaItem) -> session_forms.OutcomeForm:
    status = ItemStatus.DONE if item.status == ItemStatus.OPEN else item.status
    return session_forms.OutcomeForm(initial={"status": status, "outcome": item.outcome})


@require_POST
def item_outcome(request: ActorRequest, slug: str, meeting: UUID, item: UUID) -> HttpResponse:
    partnership, found = item_or_404(request, slug, meeting, item)
    form = session_forms.OutcomeForm(request.POST)
    if form.is_valid():
        noted = run(form, services.note_outcome, actor=request.actor, item=found, **form.cleaned_data)
        if noted is not None:
            messages.success(request, f"“{found.title}”: {noted.get_status_display()}.")
            return redirect(_session_of(found.meeting))
    if not policy.may_run(request.actor, found.meeting):
        raise PermissionDenied(policy.RUNS)
    return _session_page(request, partnership, found.meeting, chosen=str(found.public_id), form=form)


@require_http_methods(FORM)
def meeting_attendance(request: ActorRequest, slug: str, meeting: UUID) -> HttpResponse:
    partnership, found = _run_by_actor(request, slug, meeting)
    form = session_forms.AttendanceForm(request.POST or None, seats=selectors.seats(request.actor, found))
    if request.method == "POST" and form.is_valid():
        saved = run(form, services.record_attendance, actor=request.actor, meeting=found, rows=form.represented())
        if saved is not None:
            messages.success(request, f"Attendance is on record. {standing(found).sentence}")
            return redirect(_session_of(found))
    context = {
        **frame(request, partnership, MEETINGS),
        "meeting": found,
        "form": form,
        "rows": form.rows(),
        "back": _session_of(found),
    }
    return render(request, "meetings/attendance.html", context, status=422 if form.errors else 200)


def _item_asked_for(request: ActorRequest, meeting: Meeting) -> AgendaItem | None:
    wanted = request.GET.get("item", "")
    visible = AgendaItem.objects.visible_to(request.actor).filter(meeting=meeting)
    return next((item for item in visible.order_by("pk") if str(item.public_id) == wanted), None)


@require_http_methods(FORM)
def decision_new(request: ActorRequest, slug: str, meeting: UUID) -> HttpResponse:
    partnership, found = _run_by_actor(request, slug, meeting)
    item = _item_asked_for(request, found)
    form = session_forms.DecisionForm(
        request.POST or None, actor=request.actor, meeting=found, initial={"item": item.pk if item else None}
    )
    return fill_in(
        request,
        partnership,
        form,
        services.record_decision,
        title="Record a decision",
        lead="It gets the next number of the year. When the meeting closes it can no longer be changed.",
        button="Record it",
        done="Recorded. Did a member not agree? Note its dissent below.",
        back=_session_of(found, item),
        forward=lambda decision: _session_of(found, decision.item),
        meeting=found,
    )


def _decision_of(request: ActorRequest, slug: str, decision: UUID) -> tuple[Partnership, Decision]:
    visible = Decision.objects.visible_to(request.actor).filter(partnership__slug=slug)
    found = get_object_or_404(visible.select_related("meeting", "item", "rests_on"), public_id=decision)
    partnership, found.meeting = _run_by_actor(request, slug, found.meeting.public_id)
    return partnership, found


@require_http_methods(FORM)
def decision_edit(request: ActorRequest, slug: str, decision: UUID) -> HttpResponse:
    partnership, found = _decision_of(request, slug, decision)
    initial = {name: getattr(found, name) for name in ("text", "options", "rule", "decided_by", "competence")}
    initial["rests_on"] = found.rests_on.public_id if found.rests_on else None
    form = session_forms.DecisionWords(
        request.POST or None, actor=request.actor, partnership=partnership, initial=initial
    )
    return fill_in(
        request,
        partnership,
        form,
        services.reword_decision,
        title=f"Reword decision {found.label}",
        lead="As long as the meeting sits. Afterwards only a new decision corrects it.",
        button="Save",
        done="Reworded.",
        back=_session_of(found.meeting, found.item),
        decision=found,
    )


@require_http_methods(FORM)
def decision_dissent(request: ActorRequest, slug: str, decision: UUID) -> HttpResponse:
    partnership, found = _decision_of(request, slug, decision)
    form = session_forms.DissentForm(request.POST or None, actor=request.actor, partnership=partnership)
    return fill_in(
        request,
        partnership,
        form,
        services.note_dissent,
        title=f"Note a dissent from decision {found.label}",
        lead=found.text,
        button="Note it",
        done="The dissent is on record.",
        back=_session_of(found.meeting, found.item),
        decision=found,
    )


@require_http_methods(FORM)
def meeting_commit(request: ActorRequest, slug: str, meeting: UUID) -> HttpResponse:
    partnership, found = _run_by_actor(request, slug, meeting)
    item = _item_asked_for(request, found)
    # most often what was just decided on this item asks for it
    decided = Decision.objects.visible_to(request.actor).filter(meeting=found, item=item).order_by("-pk").first()
    form = session_forms.MadeForm(
        request.POST or None,
        actor=request.actor,
        meeting=found,
        initial={"item": item, "decision": decided if item else None},
    )
    return fill_in(
        request,
        partnership,
        form,
        services.commit_in_meeting,
        title="Record a commitment",
        lead="To another member it is a proposal, which that member accepts or declines afterwards.",
        button="Record it",
        done="Recorded. It stands with the partnership's commitments too.",
        back=_session_of(found, item),
        meeting=found,
    )


@require_http_methods(FORM)
def meeting_close(request: ActorRequest, slug: str, meeting: UUID) -> HttpResponse:
    partnership, found = _run_by_actor(request, slug, meeting)
    form = NoForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        closed = run(form, services.close_meeting, actor=request.actor, meeting=found)
        if closed is not None:
            messages.success(request, "Closed. The minutes are made from the record.")
            return redirect(f"{found.get_absolute_url()}minutes/")
    agenda = selectors.agenda(request.actor, found)
    context = {
        **frame(request, partnership, MEETINGS),
        "meeting": found,
        "form": form,
        "quorum": standing(found),
        "agenda": agenda,
        "open_lines": [line for line in agenda.lines if line.item.status == ItemStatus.OPEN],
        "unrecorded": [seat for seat in selectors.seats(request.actor, found) if not seat.status],
        "number_of_decisions": found.decisions.count(),
        "back": _session_of(found),
    }
    return render(request, "meetings/close.html", context, status=422 if form.errors else 200)
