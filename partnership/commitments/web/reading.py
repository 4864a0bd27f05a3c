"""One commitment."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foundation.requests import ActorRequest
from partnership.commitments import listing, selectors
from partnership.commitments.navigation import COMMITMENTS
from partnership.commitments.panels import commitment_board
from partnership.commitments.web.actions import actions_for
from partnership.commitments.web.common import commitment_or_404
from partnership.membership.pages import frame


@require_safe
def commitment_detail(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    partnership, found = commitment_or_404(request, slug, commitment)
    context = {
        **frame(request, partnership, COMMITMENTS),
        "commitment": found,
        "row": listing.row_of(found),
        "actions": actions_for(request.actor, found),
        "facts": selectors.facts(found),
        "history": selectors.history(found),
        "earlier_dates": selectors.earlier_dates(found),
        "needs_first": selectors.needs_first(request.actor, found),
        "waiting_for_it": selectors.waiting_for_it(request.actor, found),
        "reminders": selectors.reminders(found),
        "panels": commitment_board.panels_for(request.actor, found),
        **selectors.neighbours(request.actor, found),
    }
    return render(request, "commitments/commitment_detail.html", context)
