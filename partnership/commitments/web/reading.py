"""One commitment."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foundation.requests import ActorRequest
from partnership.commitments import listing, policy, selectors
from partnership.commitments.models import UNDER_WAY
from partnership.commitments.navigation import COMMITMENTS
from partnership.commitments.panels import commitment_board, evidence_board
from partnership.commitments.reminders import DUE
from partnership.commitments.web.actions import actions_for
from partnership.commitments.web.common import commitment_or_404
from partnership.membership.pages import frame
from partnership.membership.policy import may_coordinate
from partnership.reminders.selectors import of_subject


@require_safe
def commitment_detail(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    partnership, found = commitment_or_404(request, slug, commitment)
    context = {
        **frame(request, partnership, COMMITMENTS),
        "commitment": found,
        "row": listing.row_of(found),
        "owns": policy.owns(request.actor, found),
        "actions": actions_for(request.actor, found),
        "facts": selectors.facts(found),
        "history": selectors.history(found),
        "earlier_dates": selectors.earlier_dates(found),
        "needs_first": selectors.needs_first(request.actor, found),
        "waiting_for_it": selectors.waiting_for_it(request.actor, found),
        "reminders": of_subject(DUE, found.public_id),
        "may_remind": found.status in UNDER_WAY and may_coordinate(request.actor, found.partnership),
        "evidence_panels": evidence_board.panels_for(request.actor, found),
        **selectors.evidence_of(request.actor, found),
        "panels": commitment_board.panels_for(request.actor, found),
        **selectors.neighbours(request.actor, found),
    }
    return render(request, "commitments/commitment_detail.html", context)
