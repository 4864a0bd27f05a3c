"""Pages of departures: announcing one, its hand-over list, answering, taking it back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.reasons import Question, ask_reason
from foundation.requests import ActorRequest, act, run
from partnership.membership import leaving, selectors
from partnership.membership.departures import forms, policy, services
from partnership.membership.departures import selectors as reads
from partnership.membership.models import Departure, HandOver, Partnership
from partnership.membership.navigation import MEMBERS
from partnership.membership.pages import frame, partnership_or_404


def _departure_or_404(request: ActorRequest, slug: str, departure: UUID) -> Departure:
    partnership = partnership_or_404(request, slug)
    return get_object_or_404(reads.departures(request.actor, partnership), public_id=departure)


def _in_frame(request: ActorRequest, partnership: Partnership, **context: Any) -> dict[str, Any]:
    return {**frame(request, partnership, MEMBERS), **context}


@require_http_methods(["GET", "HEAD", "POST"])
def departure_announce(request: ActorRequest, slug: str, member: UUID) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    membership = get_object_or_404(selectors.members(request.actor, partnership), public_id=member)
    if not policy.may_announce(request.actor, membership):
        raise PermissionDenied("Only a lead of this member may announce that it leaves, and only once.")
    form = forms.AnnounceForm(request.POST or None, actor=request.actor, membership=membership)
    if request.method == "POST" and form.is_valid():
        made = run(form, services.announce_departure, actor=request.actor, membership=membership, **form.cleaned_data)
        if made is not None:
            messages.success(request, "Announced. The members are told. Until that day you can take it back.")
            return redirect(made)
    open_now = sum(len(every.open_of(membership)) for every in leaving.lists())
    context = _in_frame(
        request, partnership, form=form, member=membership, to_hand_over=reads.counted(open_now), open_now=open_now
    )
    return render(request, "membership/departure_announce.html", context, status=422 if form.errors else 200)


@require_safe
def departure_detail(request: ActorRequest, slug: str, departure: UUID) -> HttpResponse:
    found = _departure_or_404(request, slug, departure)
    lines = reads.lines(request.actor, found)
    context = _in_frame(
        request,
        found.partnership,
        departure=found,
        facts=reads.facts(found),
        decisions=reads.decisions(found),
        effects=reads.effects(request.actor, found),
        lines=lines,
        waiting=sum(not line.is_settled for line in lines),
        may_arrange=policy.may_arrange(request.actor, found),
        may_take_back=policy.may_take_back(request.actor, found),
    )
    return render(request, "membership/departure_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def departure_take_back(request: ActorRequest, slug: str, departure: UUID) -> HttpResponse:
    found = _departure_or_404(request, slug, departure)
    if not policy.may_take_back(request.actor, found):
        raise PermissionDenied("Only a lead of the leaving member may take it back, until it leaves.")
    asked = HandOver.objects.visible_to(request.actor).filter(departure=found, taker__isnull=False).count()
    question = Question(
        title="Take it back?",
        effect="Your agency stays a member, and nothing is handed over or withdrawn. "
        + (f"What was arranged falls away: {reads.counted(asked)}." if asked else "Nobody was asked yet."),
        button="Take it back",
        done="Taken back. Your agency stays.",
        back=found.membership.get_absolute_url(),
    )
    in_frame = frame(request, found.partnership, MEMBERS)
    return ask_reason(request, question, services.take_back, frame=in_frame, departure=found)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over_arrange(request: ActorRequest, slug: str, departure: UUID, room: str, subject: UUID) -> HttpResponse:
    found = _departure_or_404(request, slug, departure)
    listed = leaving.list_of(room)
    thing = listed.describe(request.actor, found.partnership, [subject]).get(subject) if listed else None
    if listed is None or thing is None:
        raise Http404
    if not policy.may_arrange(request.actor, found):
        raise PermissionDenied("Only a lead of the leaving member, or the coordinator, may do this.")
    form = forms.ArrangeForm(request.POST if request.method == "POST" else None, departure=found)
    if request.method == "POST" and form.is_valid():
        made = run(
            form,
            services.arrange,
            actor=request.actor,
            departure=found,
            room=room,
            subject=subject,
            **form.cleaned_data,
        )
        if made is not None:
            messages.success(request, _what_happened(made))
            return redirect(found)
    context = _in_frame(request, found.partnership, departure=found, thing=thing, one=listed.one, form=form)
    return render(request, "membership/hand_over_arrange.html", context, status=422 if form.errors else 200)


def _what_happened(item: HandOver) -> str:
    return f"{item.taker.agency.name} is asked to take it over." if item.taker else "It ends with the membership."


def _item_or_404(request: ActorRequest, slug: str, departure: UUID, item: UUID) -> HandOver:
    found = _departure_or_404(request, slug, departure)
    items = HandOver.objects.visible_to(request.actor).filter(departure=found)
    return get_object_or_404(items.select_related("departure__partnership", "taker"), public_id=item)


@require_POST
def hand_over_agree(request: ActorRequest, slug: str, departure: UUID, item: UUID) -> HttpResponse:
    found = _item_or_404(request, slug, departure, item)
    done = "Agreed. Your agency has it from the day on which the member leaves."
    return act(request, services.agree, done=done, back=found.departure.get_absolute_url(), item=found)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over_decline(request: ActorRequest, slug: str, departure: UUID, item: UUID) -> HttpResponse:
    found = _item_or_404(request, slug, departure, item)
    if not policy.may_answer(request.actor, found):
        raise PermissionDenied("Only staff and leads of the member that is asked may answer.")
    question = Question(
        title="Decline to take it over?",
        effect="All members read your reason. Another member can be asked; if nobody takes it over, it ends.",
        button="Decline",
        done="Declined.",
        back=found.departure.get_absolute_url(),
    )
    in_frame = frame(request, found.departure.partnership, MEMBERS)
    return ask_reason(request, question, services.decline, frame=in_frame, item=found)
