"""The register: what can be done, who holds it, and every change on its way there."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.reasons import Question, ask_reason
from foundation.requests import ActorRequest, act, csv_response, wants_csv
from partnership.competences import policy, selectors
from partnership.competences.forms import register as forms
from partnership.competences.models import Change, ChangeStatus
from partnership.competences.services import catalogue, register
from partnership.competences.web.common import (
    FORM,
    change_or_404,
    competence_or_404,
    fill_in,
    holding_or_404,
    in_frame,
)
from partnership.membership.pages import coordinated_or_403, partnership_or_404
from partnership.membership.policy import may_coordinate, own_membership


@require_safe
def competence_register(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    chosen = forms.RegisterFilter(request.GET, partnership=partnership)
    listed = chosen.apply(selectors.competences(request.actor, partnership))
    if wants_csv(request):
        rows = selectors.register_rows(listed)
        return csv_response(f"{slug}-competences", selectors.REGISTER_HEAD, rows)
    context = {
        **in_frame(request, partnership),
        "rows": [(one, [selectors.Told(held) for held in one.held]) for one in listed],  # type: ignore[attr-defined]
        "filter": chosen,
        "count": f"{len(listed)} competence{'' if len(listed) == 1 else 's'}",
        "waiting": selectors.changes(request.actor, partnership).filter(status=ChangeStatus.PROPOSED),
    }
    return render(request, "competences/register.html", context)


@require_http_methods(FORM)
def competence_new(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    form = forms.CompetenceForm(request.POST or None)
    return fill_in(
        request,
        partnership,
        form,
        catalogue.write_competence,
        words={
            "title": "Enter a competence",
            "lead": "Look into the catalogue first: most powers are there, with their legal basis.",
            "button": "Enter it",
        },
        back=f"{partnership.get_absolute_url()}competences/register/",
        done=lambda made: f"“{made.name}” is in the register. Say next who holds it.",
        partnership=partnership,
        description=form.description,
    )


@require_safe
def competence_detail(request: ActorRequest, slug: str, competence: UUID) -> HttpResponse:
    partnership, found = competence_or_404(request, slug, competence)
    own = own_membership(request.actor, partnership)
    listed = selectors.changes(request.actor, partnership).filter(competence=found)
    held = selectors.told(request.actor, found.held)  # type: ignore[attr-defined]
    context = {
        **in_frame(request, partnership),
        "competence": found,
        "held": held,
        "waiting": [change for change in listed if change.status == ChangeStatus.PROPOSED],
        "history": selectors.history(listed, of_member=False),
        "barriers": found.barriers.filter(step__process__retired_at__isnull=True).select_related(
            "step__process", "step__partnership"
        ),
        "own_holding": next((one.holding for one in held if own and one.holding.membership_id == own.pk), None),
    }
    return render(request, "competences/competence_detail.html", context)


@require_http_methods(FORM)
def competence_edit(request: ActorRequest, slug: str, competence: UUID) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    _partnership, found = competence_or_404(request, slug, competence)
    form = forms.CompetenceForm(request.POST or None, initial=forms.CompetenceForm.initial_of(found))
    return fill_in(
        request,
        partnership,
        form,
        catalogue.describe_competence,
        words={
            "title": "Describe it otherwise",
            "lead": "With another name or legal basis it has to be confirmed again.",
            "button": "Save",
        },
        back=found.get_absolute_url(),
        done="Saved.",
        competence=found,
        description=form.description,
    )


@require_http_methods(FORM)
def competence_confirm(request: ActorRequest, slug: str, competence: UUID) -> HttpResponse:
    partnership, found = competence_or_404(request, slug, competence)
    if not request.actor.may_write or own_membership(request.actor, partnership) is None:
        raise PermissionDenied("Only staff and leads of an active member may confirm what the law here is.")
    form = forms.ConfirmCompetenceForm(request.POST or None)
    return fill_in(
        request,
        partnership,
        form,
        catalogue.confirm_competence,
        words={"title": f"Confirm: {found.name}", "lead": found.legal_basis, "button": "Confirm"},
        back=found.get_absolute_url(),
        done="Confirmed. Everybody reads against what you checked it.",
        competence=found,
        against=lambda: form.cleaned_data["against"],
    )


@require_http_methods(FORM)
def competence_retire(request: ActorRequest, slug: str, competence: UUID) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    _partnership, found = competence_or_404(request, slug, competence)
    holders = len(found.held)  # type: ignore[attr-defined]
    question = Question(
        title=f"Take “{found.name}” out of use?",
        effect=f"{holders} member{'' if holders == 1 else 's'} hold it today and will hold it no more. "
        "The barriers that it serves lose it. The history stays.",
        button="Take it out of use",
        done="It is out of use.",
        back=found.get_absolute_url(),
        tone="act",
    )
    return ask_reason(
        request, question, catalogue.retire_competence, frame=in_frame(request, partnership), competence=found
    )


# --- who holds it ----------------------------------------------------------------------------------
@require_http_methods(FORM)
def holding_propose(request: ActorRequest, slug: str, competence: UUID) -> HttpResponse:
    """Say how a member holds a competence: a first time, or otherwise than the register says now."""
    partnership, found = competence_or_404(request, slug, competence)
    own = own_membership(request.actor, partnership)
    if own is None or not request.actor.may_write:
        raise PermissionDenied("Only staff and leads of an active member may propose what the register says.")
    members = partnership.memberships.active().select_related("agency").by_agency_name()
    if not may_coordinate(request.actor, partnership):
        members = members.filter(pk=own.pk)
    wanted = request.GET.get("member") or str(own.public_id)
    present = {str(row.membership.public_id): row for row in found.held}.get(wanted)  # type: ignore[attr-defined]
    initial = forms.HoldingForm.initial_of(present) if present else {"membership": wanted, "extent": "fully"}
    form = forms.HoldingForm(request.POST or None, competence=found, members=members, initial=initial)
    return fill_in(
        request,
        partnership,
        form,
        register.propose_holding,
        words={
            "title": f"Who holds it: {found.name}",
            "lead": "What a lead says of its own member stands at once. Anything else its lead confirms first.",
            "button": "Save" if request.actor.is_lead else "Propose",
        },
        back=found.get_absolute_url(),
        done=_proposed,
        competence=found,
        membership=lambda: form.cleaned_data["membership"],
        facts=form.facts,
        note=lambda: form.cleaned_data["note"],
    )


def _proposed(change: Change) -> str:
    if change.status == ChangeStatus.CONFIRMED:
        return "Saved. The register says it from now on."
    return f"Proposed. The lead of {change.membership.agency} is asked to confirm it."


@require_http_methods(FORM)
def holding_end(request: ActorRequest, slug: str, holding: UUID) -> HttpResponse:
    partnership, found = holding_or_404(request, slug, holding)
    if not policy.may_propose(request.actor, found.membership):
        raise PermissionDenied("What a member can do is for its own people and the coordinator to propose.")
    question = Question(
        title=f"{found.membership.agency} holds “{found.competence.name}” no more?",
        effect="Once its lead has confirmed this, the register and the matrix say so. The history stays.",
        button="Say so",
        done="Saved. Where its lead has still to confirm, the lead is asked.",
        back=found.competence.get_absolute_url(),
        tone="act",
    )
    return ask_reason(request, question, register.propose_end, frame=in_frame(request, partnership), holding=found)


@require_safe
def change_detail(request: ActorRequest, slug: str, change: UUID) -> HttpResponse:
    partnership, found = change_or_404(request, slug, change)
    context = {
        **in_frame(request, partnership),
        "change": found,
        "difference": selectors.difference(found),
        "may_answer": policy.may_answer(request.actor, found),
        "may_take_back": found.status == ChangeStatus.PROPOSED and policy.may_propose(request.actor, found.membership),
    }
    return render(request, "competences/change_detail.html", context)


@require_POST
def change_confirm(request: ActorRequest, slug: str, change: UUID) -> HttpResponse:
    _partnership, found = change_or_404(request, slug, change)
    done = "Confirmed. The register says it from now on."
    return act(request, register.confirm_change, done=done, back=found.get_absolute_url(), change=found)


@require_POST
def change_take_back(request: ActorRequest, slug: str, change: UUID) -> HttpResponse:
    _partnership, found = change_or_404(request, slug, change)
    return act(request, register.take_back_change, done="Taken back.", back=found.get_absolute_url(), change=found)


@require_http_methods(FORM)
def change_decline(request: ActorRequest, slug: str, change: UUID) -> HttpResponse:
    partnership, found = change_or_404(request, slug, change)
    if not policy.may_answer(request.actor, found):
        raise PermissionDenied("Only this member's lead may answer, and only once.")
    question = Question(
        title="What is wrong with it?",
        effect="The register stays as it is. Whoever proposed this reads your reason.",
        button="Decline",
        done="Declined. The register stays as it is.",
        back=found.get_absolute_url(),
    )
    return ask_reason(request, question, register.decline_change, frame=in_frame(request, partnership), change=found)
