"""The commitments of a partnership: as a list, a board or a calendar."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foundation.requests import ActorRequest, csv_response, wants_csv
from partnership.commitments import listing, policy
from partnership.commitments.filtering import VIEWS, CommitmentFilter
from partnership.commitments.navigation import COMMITMENTS
from partnership.membership.pages import frame, partnership_or_404


@require_safe
def commitment_list(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    chosen = CommitmentFilter(request.GET, actor=request.actor, partnership=partnership)
    found = chosen.apply(listing.commitments(request.actor, partnership))
    if wants_csv(request):
        return csv_response(f"{slug}-commitments", listing.HEAD, map(listing.csv_row, found))
    rows = listing.rows(found)
    context = {
        **frame(request, partnership, COMMITMENTS),
        "rows": rows,
        "count": "1 commitment" if len(rows) == 1 else f"{len(rows)} commitments",
        "filter": chosen,
        "views": [(name, label, name == chosen.shown_as) for name, label in VIEWS.items()],
        "may_hand_over": policy.may_reassign_any(request.actor, partnership),
        "sort": chosen.chosen("sort") or "due",
        **_arranged(chosen, rows),
    }
    return render(request, "commitments/commitment_list.html", context)


def _arranged(chosen: CommitmentFilter, rows: list[listing.Row]) -> dict[str, Any]:
    match chosen.shown_as:
        case "board":
            return {"shown_as": "board", "columns": listing.board(rows)}
        case "calendar":
            return {"shown_as": "calendar", "month": listing.month(chosen.first_of_month, rows)}
        case _:
            return {"shown_as": "list"}
