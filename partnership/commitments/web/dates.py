"""Another date: set by who planned it, or asked for before accepting, and answered."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST

from foundation.requests import ActorRequest, act
from partnership.commitments import forms, policy, services
from partnership.commitments.web.common import FORM, ask, commitment_or_404, fill_in, owned, revised


@require_http_methods(FORM)
def commitment_replan(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    partnership, found = revised(request, slug, commitment)
    return fill_in(
        request,
        partnership,
        found,
        forms.ReplanForm(request.POST or None),
        services.replan_commitment,
        title="Set another date",
        button="Set this date",
        done="The date is changed. The earlier one stays on record.",
    )


@require_http_methods(FORM)
def commitment_ask_date(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    partnership, found = owned(request, slug, commitment)
    return fill_in(
        request,
        partnership,
        found,
        forms.AskDateForm(request.POST or None, commitment=found),
        services.ask_for_date,
        title="Ask for another date",
        button="Ask for this date",
        done="Asked. The coordinator agrees to it or keeps the date, and you are told.",
    )


@require_POST
def commitment_agree_date(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    _partnership, found = commitment_or_404(request, slug, commitment)
    return act(
        request,
        services.agree_to_date,
        commitment=found,
        done=f"Agreed. {found.owner.agency} is told, and is asked to accept.",
        back=found.get_absolute_url(),
    )


@require_http_methods(FORM)
def commitment_keep_date(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    found = commitment_or_404(request, slug, commitment)
    if not policy.may_answer_date(request.actor, found[1]):
        raise PermissionDenied("Only the coordinator, who asked for this, answers whether another date will do.")
    day = date_format(found[1].due_on, "j F Y")
    return ask(
        request,
        found,
        services.keep_date,
        title=f"Keep the date, {day}?",
        effect=f"{found[1].owner.agency} is told why, and accepts or declines.",
        button="Keep the date",
        done=f"The date stays {day}. {found[1].owner.agency} is told.",
    )
