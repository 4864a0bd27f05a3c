"""Who covers what: the matrix of steps and members."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foundation import clock
from foundation.requests import ActorRequest, csv_response, wants_csv
from partnership.approaches import Approach
from partnership.competences import charting
from partnership.competences.coverage import Cell, Matrix, matrix
from partnership.competences.forms.barriers import MatrixFilter
from partnership.competences.navigation import COMPETENCES
from partnership.membership.pages import frame, partnership_or_404

# with more columns than this their heads stand upright
MANY = 12


@require_safe
def competence_matrix(request: ActorRequest, slug: str) -> HttpResponse:
    """Steps down, members across. At most twelve questions to the database, whatever the size."""
    partnership = partnership_or_404(request, slug)
    approach = request.GET.get("approach", "")
    approach = approach if approach in Approach.values else ""
    whole = matrix(request.actor, partnership, clock.today(), approach=approach)
    chosen = MatrixFilter(request.GET, processes=whole.processes)
    shown = chosen.apply(whole)
    if wants_csv(request):
        head = ("process", "step", "covered by", "barriers", *(member.agency.name for member in shown.members))
        return csv_response(f"{slug}-competence-matrix", head, _rows(shown))
    context = {
        **frame(request, partnership, COMPETENCES, members=whole.members),
        "matrix": shown,
        "filter": chosen,
        "approach": approach,
        "chart": charting.coverage(shown) if shown.rows else None,
        "is_wide": len(shown.members) > MANY,
        # asked only where there is nothing to show yet
        "has_competences": bool(whole.processes) or partnership.competences.in_use().exists(),
    }
    return render(request, "competences/competence_matrix.html", context)


def _rows(shown: Matrix) -> Iterator[tuple[Any, ...]]:
    for row in shown.rows:
        yield (row.step.process, row.step.name, row.words, row.words_on_barriers, *map(_in_words, row.cells))


def _in_words(cell: Cell | None) -> str:
    if cell is None:
        return ""
    unsure = f" ({cell.unsure})" if cell.unsure else ""
    return f"{' '.join(cell.approaches)}{unsure}: {'; '.join(cell.competences)}"
