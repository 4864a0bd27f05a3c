"""The catalogue of competences, for everybody; a coordinator copies from it into a partnership's register."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from foundation import clock
from foundation.requests import ActorRequest, csv_response, run, wants_csv
from partnership.competences import copies
from partnership.competences.forms.catalogue import CatalogueFilter, CopyForm
from partnership.competences.models import Entry
from partnership.competences.navigation import COMPETENCES
from partnership.competences.services.catalogue import copy_entries
from partnership.membership.models import Partnership
from partnership.membership.pages import coordinated_or_403, frame

HEAD = (
    "code", "competence", "usually held by", "approaches", "legal basis", "countries", "who decides", "needs first",
    "typical output", "checked", "source",
)  # fmt: skip


@require_safe
def catalogue_list(request: ActorRequest) -> HttpResponse:
    everything = Entry.objects.visible_to(request.actor)
    chosen = CatalogueFilter(request.GET, entries=everything)
    found = list(chosen.apply(everything.all()))
    if wants_csv(request):
        return csv_response("catalogue-of-competences", HEAD, map(_csv_row, found))
    context = {
        "nav_current": "catalogue",
        "filter": chosen,
        "entries": found,
        "count": "1 competence" if len(found) == 1 else f"{len(found)} competences",
        "coordinated": Partnership.objects.coordinated_by(request.actor).order_by("name", "pk"),
    }
    return render(request, "competences/catalogue_list.html", context)


def _csv_row(entry: Entry) -> tuple[str, ...]:
    return (
        entry.code, entry.name, entry.holder, " ".join(entry.approaches), entry.legal_basis, " ".join(entry.countries),
        entry.decided_by, entry.needs_first, entry.output, entry.what_was_checked, entry.source,
    )  # fmt: skip


@require_safe
def catalogue_entry(request: ActorRequest, code: str) -> HttpResponse:
    entry = get_object_or_404(Entry.objects.visible_to(request.actor), code=code)
    facts = [
        {"key": "Usually held by", "value": entry.holder},
        {"key": "Who decides", "value": entry.decided_by},
        {"key": "Needs first", "value": entry.needs_first},
        {"key": "Legal basis", "value": entry.legal_basis},
        {"key": "Countries", "value": entry.in_countries},
        {"key": "Typical output", "value": entry.output},
    ]
    context = {
        "nav_current": "catalogue",
        "entry": entry,
        "facts": facts,
        "places": copies.of_entry(request.actor, entry, clock.today()),
    }
    return render(request, "competences/catalogue_entry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def competence_copy(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    everything = Entry.objects.visible_to(request.actor)
    # what holds in the coordinator's own country comes first; "All" is one choice away
    given = (
        request.GET if "country" in request.GET else {**request.GET.dict(), "country": partnership.coordinator.country}
    )
    chosen = CatalogueFilter(given, entries=everything)
    copied = copies.codes_copied(partnership)
    ticked = set(request.GET.getlist("entry")) | set(request.POST.getlist("entries"))
    found = chosen.apply(everything.all()) | everything.filter(code__in=[code for code in ticked if "\0" not in code])
    form = CopyForm(
        request.POST or None,
        offered=everything.exclude(code__in=copied),
        shown=list(found),
        copied=copied,
        initial={"entries": sorted(ticked)},
    )
    if request.method == "POST" and form.is_valid():
        made = run(
            form, copy_entries, actor=request.actor, partnership=partnership, entries=form.cleaned_data["entries"]
        )
        if made is not None:
            count = "1 competence was" if len(made) == 1 else f"{len(made)} competences were"
            messages.success(request, f"{count} copied. Say who holds what, and have each checked locally.")
            return redirect(f"{partnership.get_absolute_url()}competences/register/")
    context = {**frame(request, partnership, COMPETENCES), "filter": chosen, "form": form, "found": found}
    return render(request, "competences/copy.html", context, status=422 if form.errors else 200)
