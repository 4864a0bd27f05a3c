"""Pages of partnerships and their members."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.reasons import Question, ask_reason
from foundation.requests import ActorRequest, act, csv_response, run, wants_csv
from foundation.work.needs import needs_of
from partnership.membership import forms, policy, selectors, services
from partnership.membership.departures import policy as departures
from partnership.membership.models import Membership, Partnership
from partnership.membership.navigation import MEMBERS, OVERVIEW
from partnership.membership.pages import frame, partnership_or_404
from partnership.membership.panels import columns_for, member_board, partnership_board


@require_safe
def partnership_list(request: ActorRequest) -> HttpResponse:
    partnerships = selectors.partnerships_with_roles(request.actor)
    if wants_csv(request):
        head = ("name", "city", "status", "coordinator", "our role", "active members", "review date")
        return csv_response("partnerships", head, (selectors.partnership_row(row) for row in partnerships))
    context = {
        "nav_current": "partnerships",
        "partnerships": partnerships,
        "may_found": policy.may_found(request.actor),
    }
    return render(request, "membership/partnership_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def partnership_new(request: ActorRequest) -> HttpResponse:
    if not policy.may_found(request.actor):
        raise PermissionDenied("Only staff and leads of a public agency may start a partnership.")
    form = forms.FoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        partnership = run(form, services.found_partnership, actor=request.actor, **form.cleaned_data)
        if partnership is not None:
            messages.success(request, f"{partnership.name} is there. Next: invite its members.")
            return redirect("member_invite", slug=partnership.slug)
    context = {"nav_current": "partnerships", "form": form}
    return render(request, "membership/partnership_new.html", context, status=422 if form.errors else 200)


@require_safe
def partnership_detail(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    context = {
        **frame(request, partnership, OVERVIEW),
        "needs": needs_of(request.actor, group=partnership.slug),
        "panels": partnership_board.panels_for(request.actor, partnership),
    }
    return render(request, "membership/partnership_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def partnership_edit(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    if not policy.may_coordinate(request.actor, partnership):
        raise PermissionDenied("Only the coordinator of this partnership may do this.")
    initial = {name: getattr(partnership, name) for name in ("name", "city", "purpose", "review_date")}
    form = forms.PartnershipForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        revised = run(
            form, services.revise_partnership, actor=request.actor, partnership=partnership, **form.cleaned_data
        )
        if revised is not None:
            messages.success(request, "Saved.")
            return redirect(partnership)
    context = {**frame(request, partnership, OVERVIEW), "form": form}
    return render(request, "membership/partnership_edit.html", context, status=422 if form.errors else 200)


@require_safe
def member_list(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    chosen = forms.MemberFilter(request.GET)
    members = chosen.apply(selectors.members(request.actor, partnership))
    if wants_csv(request):
        return csv_response(f"{slug}-members", selectors.MEMBER_HEAD, map(selectors.member_row, members))
    heads, rows = columns_for(request.actor, partnership, members)
    context = {
        **frame(request, partnership, MEMBERS),
        "rows": rows,
        "more_heads": heads,
        "filter": chosen,
    }
    return render(request, "membership/member_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def member_invite(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    if not policy.may_coordinate(request.actor, partnership):
        raise PermissionDenied("Only the coordinator of this partnership may invite.")
    form = forms.InviteForm(request.POST or None, partnership=partnership)
    if request.method == "POST" and form.is_valid():
        membership = run(
            form, services.invite_member, actor=request.actor, partnership=partnership, **form.cleaned_data
        )
        if membership is not None:
            messages.success(request, f"{membership.agency} is invited. Its lead accepts or declines.")
            return redirect("member_list", slug=slug)
    context = {**frame(request, partnership, MEMBERS), "form": form}
    return render(request, "membership/member_invite.html", context, status=422 if form.errors else 200)


def _member_or_404(request: ActorRequest, slug: str, member: UUID) -> tuple[Partnership, Membership]:
    partnership = partnership_or_404(request, slug)
    membership = get_object_or_404(selectors.members(request.actor, partnership), public_id=member)
    return partnership, membership


@require_safe
def member_detail(request: ActorRequest, slug: str, member: UUID) -> HttpResponse:
    partnership, membership = _member_or_404(request, slug, member)
    context = {
        **frame(request, partnership, MEMBERS),
        "member": membership,
        "history": selectors.history(membership),
        "facts": selectors.facts(membership),
        "panels": member_board.panels_for(request.actor, membership),
        "may_name": membership.status != "withdrawn" and policy.may_name_representatives(request.actor, membership),
        "may_withdraw": (
            membership.status != "withdrawn"
            and membership.role != "coordinator"
            and policy.may_withdraw(request.actor, membership)
        ),
        "may_announce": departures.may_announce(request.actor, membership),
    }
    return render(request, "membership/member_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def member_representatives(request: ActorRequest, slug: str, member: UUID) -> HttpResponse:
    partnership, membership = _member_or_404(request, slug, member)
    if not policy.may_name_representatives(request.actor, membership):
        raise PermissionDenied("Only the member's lead or the coordinator may name its representatives.")
    initial = {
        "representative": membership.representative_id,
        "representative_mandate": membership.representative_mandate,
        "deputy": membership.deputy_id,
        "deputy_mandate": membership.deputy_mandate,
    }
    form = forms.RepresentativesForm(
        request.POST if request.method == "POST" else None, membership=membership, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        named = run(
            form, services.name_representatives, actor=request.actor, membership=membership, **form.cleaned_data
        )
        if named is not None:
            messages.success(request, f"Saved who speaks for {membership.agency}.")
            return redirect(membership)
    context = {**frame(request, partnership, MEMBERS), "form": form, "member": membership}
    return render(request, "membership/member_representatives.html", context, status=422 if form.errors else 200)


def _ask(
    request: ActorRequest,
    slug: str,
    member: UUID,
    service: Callable[..., Membership],
    *,
    title: str,
    effect: str,
    button: str,
    done: str,
) -> HttpResponse:
    partnership, membership = _member_or_404(request, slug, member)
    if not policy.may_coordinate(request.actor, partnership):
        raise PermissionDenied("Only the coordinator of this partnership may do this.")
    names = {"agency": membership.agency, "partnership": partnership}
    question = Question(
        title=title.format(**names),
        effect=effect.format(**names),
        button=button,
        done=done.format(**names),
        back=membership.get_absolute_url(),
        tone="act",
    )
    in_frame = frame(request, partnership, MEMBERS)
    return ask_reason(request, question, service, frame=in_frame, membership=membership)


@require_http_methods(["GET", "HEAD", "POST"])
def member_suspend(request: ActorRequest, slug: str, member: UUID) -> HttpResponse:
    return _ask(
        request,
        slug,
        member,
        services.suspend_member,
        title="Suspend {agency}?",
        effect="Its people see nothing of {partnership} from now on, notes included, until you end the suspension.",
        button="Suspend this member",
        done="{agency} is suspended.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def member_reinstate(request: ActorRequest, slug: str, member: UUID) -> HttpResponse:
    return _ask(
        request,
        slug,
        member,
        services.reinstate_member,
        title="End the suspension of {agency}?",
        effect="Its people see again what was shared with the agency before and was not withdrawn since.",
        button="End the suspension",
        done="{agency} is active again.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def member_withdraw(request: ActorRequest, slug: str, member: UUID) -> HttpResponse:
    return _ask(
        request,
        slug,
        member,
        services.withdraw_member,
        title="End the membership of {agency} at once?",
        effect=(
            "Its people see nothing of {partnership} from now on, notes included. This cannot be undone: to come back "
            "the agency is invited anew, and what was shared with it before is not shared again by itself. If it has "
            "announced that it leaves, what it announced happens now."
        ),
        button="End this membership",
        done="{agency} is no longer a member.",
    )


def _invitation_or_404(request: ActorRequest, member: UUID) -> Membership:
    own = Membership.objects.visible_to(request.actor).of_agency(request.actor).invited()
    return get_object_or_404(own.select_related("partnership__coordinator", "agency", "invited_by"), public_id=member)


@require_safe
def invitation_detail(request: ActorRequest, member: UUID) -> HttpResponse:
    membership = _invitation_or_404(request, member)
    context = {
        "nav_current": "partnerships",
        "invitation": membership,
        "may_answer": policy.may_answer_invitation(request.actor, membership),
    }
    return render(request, "membership/invitation.html", context)


@require_POST
def invitation_accept(request: ActorRequest, member: UUID) -> HttpResponse:
    membership = _invitation_or_404(request, member)
    partnership = membership.partnership
    return act(
        request,
        services.accept_invitation,
        membership=membership,
        done=f"{membership.agency} now takes part in {partnership}. You speak for it until you name somebody else.",
        back=partnership.get_absolute_url(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_decline(request: ActorRequest, member: UUID) -> HttpResponse:
    membership = _invitation_or_404(request, member)
    if not policy.may_answer_invitation(request.actor, membership):
        raise PermissionDenied("Only the invited agency's lead may decline for it.")
    question = Question(
        title=f"Decline the invitation to {membership.partnership}?",
        effect="The coordinator reads your reason. Your agency can be invited again.",
        button="Decline",
        done="Your agency declined the invitation.",
        back="/partnerships/",
    )
    layout = {"nav_current": "partnerships"}
    return ask_reason(request, question, services.decline_invitation, frame=layout, membership=membership)
