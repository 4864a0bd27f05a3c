"""Who needs whom before acting."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foundation import clock
from foundation.requests import ActorRequest, csv_response, wants_csv
from partnership.competences.dependence import Network
from partnership.competences.graphing import Picture
from partnership.competences.navigation import COMPETENCES
from partnership.membership.pages import frame, partnership_or_404


@require_safe
def competence_graph(request: ActorRequest, slug: str) -> HttpResponse:
    """A drawing for the eye; the same as sentences and as a table for everybody."""
    partnership = partnership_or_404(request, slug)
    picture = Picture.of(Network.of(request.actor, partnership, clock.today()))
    if wants_csv(request):
        rows = (
            (
                edge.member.agency.name,
                edge.competence.name,
                edge.needed.name,
                "; ".join(giver.agency.name for giver in edge.givers),
            )
            for edge in picture.edges
        )
        return csv_response(f"{slug}-who-needs-whom", ("member", "before", "needs", "from"), rows)
    context = {**frame(request, partnership, COMPETENCES), "picture": picture}
    return render(request, "competences/competence_graph.html", context)
