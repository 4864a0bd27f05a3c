"""Pages of circles."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.reasons import Question, ask_reason
from foundation.requests import ActorRequest, act, csv_response, run, wants_csv
from infosharing.circles import policy, selectors, services
from infosharing.circles.forms import CircleForm, InvitationForm, WordsForm
from infosharing.circles.models import Circle, CircleMember, CircleStatus, MemberStatus
from partnership.membership.models import Partnership
from partnership.membership.navigation import Entry
from partnership.membership.pages import frame, partnership_or_404
from partnership.membership.policy import own_membership

FORM = ["GET", "HEAD", "POST"]
# under the notes of a partnership, which the side navigation marks
NOTES = Entry(60, "Notes", "notes/")


def _circle_or_404(request: ActorRequest, slug: str, public_id: UUID) -> tuple[Partnership, Circle]:
    partnership = partnership_or_404(request, slug)
    return partnership, get_object_or_404(selectors.circles(request.actor, partnership), public_id=public_id)


def _kept_or_403(request: ActorRequest, slug: str, public_id: UUID) -> tuple[Partnership, Circle]:
    partnership, circle = _circle_or_404(request, slug, public_id)
    if not policy.may_keep(request.actor, circle):
        raise PermissionDenied(policy.KEEPS)
    return partnership, circle


@require_safe
def circle_list(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    found = selectors.circles(request.actor, partnership)
    if wants_csv(request):
        return csv_response(f"{slug}-circles", selectors.HEAD, map(selectors.row, found))
    context = {**frame(request, partnership, NOTES), "circles": list(found)}
    return render(request, "circles/circle_list.html", context)


@require_safe
def circle_detail(request: ActorRequest, slug: str, circle: UUID) -> HttpResponse:
    partnership, found = _circle_or_404(request, slug, circle)
    actor, own = request.actor, policy.own_row(request.actor, found)
    roster = selectors.roster(actor, found)
    is_in = own is not None and own.status == MemberStatus.MEMBER
    if wants_csv(request):
        rows = map(selectors.member_row, roster if is_in else [])
        return csv_response(f"{slug}-circle", selectors.MEMBER_HEAD, rows)
    context = {
        **frame(request, partnership, NOTES),
        "circle": found,
        "is_open": found.status == CircleStatus.OPEN,
        "is_in": is_in,
        "is_invited": own is not None and not is_in,
        "may_answer": own is not None and not is_in and actor.is_lead,
        "may_leave": is_in and actor.may_write,
        "may_keep": policy.may_keep(actor, found),
        "roster": roster if is_in else [],
        "trail": selectors.trail(actor, found) if is_in else [],
    }
    return render(request, "circles/circle_detail.html", context)


def _form_page(request: ActorRequest, partnership: Partnership, form: Any, **words: str) -> HttpResponse:
    context = {**frame(request, partnership, NOTES), "form": form, **words}
    return render(request, "circles/form.html", context, status=422 if form.errors else 200)


@require_http_methods(FORM)
def circle_new(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    if not request.actor.may_write or own_membership(request.actor, partnership) is None:
        raise PermissionDenied("Only staff and leads of an active member may do this.")
    form = CircleForm(request.POST or None, actor=request.actor, partnership=partnership)
    if request.method == "POST" and form.is_valid():
        made = run(form, services.make_circle, actor=request.actor, partnership=partnership, **form.cleaned_data)
        if made is not None:
            messages.success(request, "Made. Whoever you invited is in it once its lead has accepted.")
            return redirect(made)
    back = f"{partnership.get_absolute_url()}notes/circles/"
    return _form_page(request, partnership, form, title="Make a circle", button="Make it", back=back)


@require_http_methods(FORM)
def circle_edit(request: ActorRequest, slug: str, circle: UUID) -> HttpResponse:
    partnership, found = _kept_or_403(request, slug, circle)
    form = WordsForm(request.POST or None, initial={"name": found.name, "purpose": found.purpose})
    if request.method == "POST" and form.is_valid():
        revised = run(form, services.revise_circle, actor=request.actor, circle=found, **form.cleaned_data)
        if revised is not None:
            messages.success(request, "Saved.")
            return redirect(revised)
    back = found.get_absolute_url()
    return _form_page(request, partnership, form, title="Name and purpose", button="Save", back=back)


@require_http_methods(FORM)
def circle_invite(request: ActorRequest, slug: str, circle: UUID) -> HttpResponse:
    partnership, found = _kept_or_403(request, slug, circle)
    form = InvitationForm(request.POST or None, actor=request.actor, circle=found)
    if request.method == "POST" and form.is_valid():
        row = run(form, services.invite_member, actor=request.actor, circle=found, **form.cleaned_data)
        if row is not None:
            messages.success(request, f"Invited. {row.membership.agency} is in it once its lead has accepted.")
            return redirect(found)
    back = found.get_absolute_url()
    return _form_page(request, partnership, form, title=f"Invite to {found.name}", button="Invite", back=back)


@require_POST
def circle_accept(request: ActorRequest, slug: str, circle: UUID) -> HttpResponse:
    _partnership, found = _circle_or_404(request, slug, circle)
    done = "Your agency is in this circle. You see what is shared in it."
    return act(request, services.accept, done=done, back=found.get_absolute_url(), circle=found)


@require_POST
def circle_decline(request: ActorRequest, slug: str, circle: UUID) -> HttpResponse:
    partnership, found = _circle_or_404(request, slug, circle)
    back = f"{partnership.get_absolute_url()}notes/circles/"
    return act(request, services.decline, done="Declined.", back=back, circle=found)


@require_http_methods(FORM)
def circle_leave(request: ActorRequest, slug: str, circle: UUID) -> HttpResponse:
    partnership, found = _circle_or_404(request, slug, circle)
    if not request.actor.may_write or not policy.is_in(request.actor, found):
        raise PermissionDenied("Only the people of a member of this circle may do this.")
    follows = " Whoever has been in it longest keeps it from then on." if policy.may_keep(request.actor, found) else ""
    question = Question(
        title="Leave this circle?",
        effect="Your agency sees nothing more of what others shared in it, and what it shared there is taken out of "
        f"it, at once.{follows} To come back, you have to be invited anew.",
        button="Leave it",
        done="Your agency has left the circle.",
        back=f"{partnership.get_absolute_url()}notes/circles/",
        tone="act",
    )
    return ask_reason(request, question, services.leave, frame=frame(request, partnership, NOTES), circle=found)


@require_http_methods(FORM)
def circle_remove(request: ActorRequest, slug: str, circle: UUID, circle_member: UUID) -> HttpResponse:
    partnership, found = _kept_or_403(request, slug, circle)
    visible = CircleMember.objects.visible_to(request.actor).filter(circle=found)
    row = get_object_or_404(visible.select_related("membership__agency", "circle"), public_id=circle_member)
    agency = row.membership.agency
    question = Question(
        title=f"Remove {agency} from this circle?",
        effect=f"{agency} sees nothing more of what others shared in it, and what it shared there is taken out of it, "
        "at once. It is told, without your reason.",
        button="Remove it",
        done=f"{agency} is in this circle no more.",
        back=found.get_absolute_url(),
        tone="act",
    )
    return ask_reason(request, question, services.remove_member, frame=frame(request, partnership, NOTES), member=row)


@require_http_methods(FORM)
def circle_end(request: ActorRequest, slug: str, circle: UUID) -> HttpResponse:
    partnership, found = _kept_or_403(request, slug, circle)
    count = len([row for row in selectors.roster(request.actor, found) if row.status == MemberStatus.MEMBER])
    question = Question(
        title="End this circle?",
        effect=f"{count} member{'' if count == 1 else 's'} will no longer see what was shared in it, from this moment "
        "on; each note stays with its originator. This cannot be undone.",
        button="End it",
        done="The circle has ended.",
        back=f"{partnership.get_absolute_url()}notes/circles/",
        tone="act",
    )
    return ask_reason(request, question, services.end_circle, frame=frame(request, partnership, NOTES), circle=found)
