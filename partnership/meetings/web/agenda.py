"""Pages of the agenda and of its papers."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.reasons import Question, ask_reason
from foundation.requests import ActorRequest, act
from partnership.meetings import forms, policy, services
from partnership.meetings.models import PaperReading
from partnership.meetings.navigation import MEETINGS
from partnership.meetings.web.common import fill_in, item_or_404, meeting_or_404, paper_or_404, require_member
from partnership.membership.pages import frame

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
def item_new(request: ActorRequest, slug: str, meeting: UUID) -> HttpResponse:
    partnership, found = meeting_or_404(request, slug, meeting)
    require_member(request, partnership)
    form = forms.ItemForm(request.POST or None, actor=request.actor, partnership=partnership)
    return fill_in(
        request,
        partnership,
        form,
        services.propose_item,
        title="Propose an item",
        lead="It comes to the end of the agenda; the coordinator puts the items in order.",
        button="Propose it",
        done="It is on the agenda.",
        back=found.get_absolute_url(),
        forward=lambda item: item.get_absolute_url(),
        meeting=found,
    )


@require_http_methods(FORM)
def item_edit(request: ActorRequest, slug: str, meeting: UUID, item: UUID) -> HttpResponse:
    partnership, found = item_or_404(request, slug, meeting, item)
    if not policy.may_change_item(request.actor, found):
        raise PermissionDenied(policy.OWN_ITEM)
    initial = {name: getattr(found, name) for name in ("title", "kind", "purpose", "minutes", "presenter")}
    form = forms.ItemForm(request.POST or None, actor=request.actor, partnership=partnership, initial=initial)
    return fill_in(
        request,
        partnership,
        form,
        services.revise_item,
        title="Change this item",
        button="Save",
        done="Saved.",
        back=found.get_absolute_url(),
        item=found,
    )


@require_POST
def item_move(request: ActorRequest, slug: str, meeting: UUID, item: UUID) -> HttpResponse:
    _partnership, found = item_or_404(request, slug, meeting, item)
    up = request.POST.get("to") != "down"
    done = f"“{found.title}” moved {'up' if up else 'down'}."
    return act(request, services.move_item, item=found, up=up, done=done, back=found.get_absolute_url())


@require_http_methods(FORM)
def item_withdraw(request: ActorRequest, slug: str, meeting: UUID, item: UUID) -> HttpResponse:
    partnership, found = item_or_404(request, slug, meeting, item)
    if not policy.may_change_item(request.actor, found):
        raise PermissionDenied(policy.OWN_ITEM)
    question = Question(
        title=f"Take “{found.title}” off the agenda?",
        effect="It stays on record, with your reason, and can be proposed again for another meeting.",
        button="Take it off",
        done="Taken off the agenda.",
        back=found.meeting.get_absolute_url(),
    )
    in_frame = frame(request, partnership, MEETINGS)
    return ask_reason(request, question, services.withdraw_item, frame=in_frame, item=found)


@require_http_methods(FORM)
def paper_new(request: ActorRequest, slug: str, meeting: UUID, item: UUID) -> HttpResponse:
    partnership, found = item_or_404(request, slug, meeting, item)
    if not policy.may_add_papers(request.actor, found):
        raise PermissionDenied(policy.PAPERS)
    return fill_in(
        request,
        partnership,
        forms.PaperForm(request.POST or None),
        services.add_paper,
        title="Add a paper",
        lead=f"For “{found.title}”. Give a link, or the text itself.",
        button="Add it",
        done="Added. Those who are called find it under My work.",
        back=found.get_absolute_url(),
        item=found,
    )


@require_safe
def paper_detail(request: ActorRequest, slug: str, meeting: UUID, paper: UUID) -> HttpResponse:
    partnership, found = paper_or_404(request, slug, meeting, paper)
    context = {
        **frame(request, partnership, MEETINGS),
        "paper": found,
        "reading": PaperReading.objects.filter(paper=found, person=request.actor.person_id).first(),
        "readers": found.readings.count(),
    }
    return render(request, "meetings/paper_detail.html", context)


@require_POST
def paper_read(request: ActorRequest, slug: str, meeting: UUID, paper: UUID) -> HttpResponse:
    _partnership, found = paper_or_404(request, slug, meeting, paper)
    back = found.meeting.get_absolute_url()
    return act(request, services.read_paper, paper=found, done=f"“{found.title}” is marked as read.", back=back)


@require_POST
def paper_remove(request: ActorRequest, slug: str, meeting: UUID, paper: UUID) -> HttpResponse:
    _partnership, found = paper_or_404(request, slug, meeting, paper)
    back = found.meeting.get_absolute_url()
    return act(request, services.remove_paper, paper=found, done=f"“{found.title}” is taken away.", back=back)
