"""Pages of reminders: what went out, who is reminded when, and one by hand."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.errors import NotAllowed, Refusal
from foundation.forms import NoForm
from foundation.requests import ActorRequest, act, csv_response, run, wants_csv
from partnership.membership.models import Partnership
from partnership.membership.pages import coordinated_or_403, frame, partnership_or_404
from partnership.reminders import forms, selectors, services, sources
from partnership.reminders.navigation import REMINDERS


@require_safe
def reminder_list(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    rows = selectors.reminders(request.actor, partnership)
    if source := sources.find(request.GET.get("about", "")):
        rows = rows.filter(source=source.slug)
    if wants_csv(request):
        return csv_response(f"{slug}-reminders", selectors.HEAD, map(selectors.row, selectors.with_mails(list(rows))))
    context = {
        **frame(request, partnership, REMINDERS),
        "reminders": selectors.with_mails(list(rows[: selectors.PAGE])),
        "total": rows.count(),
        "ladders": selectors.ladders(partnership),
        "chosen": source,
    }
    return render(request, "reminders/reminder_list.html", context)


def _source_or_404(slug: str) -> sources.Source:
    found = sources.find(slug)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def ladder_edit(request: ActorRequest, slug: str, source: str) -> HttpResponse:
    partnership, found = coordinated_or_403(request, slug), _source_or_404(source)
    present = selectors.ladder_of(found, partnership)
    lines = forms.LadderForms(request.POST or None, initial=forms.initial_of(present.ladder), prefix="rung")
    said = NoForm(request.POST or None)
    if request.method == "POST" and lines.is_valid() and said.is_valid():
        rungs = [form.rung for form in lines if form.rung is not None]
        if _choose(request, said, partnership, found, rungs):
            messages.success(request, "Saved. It holds from the next reminder on.")
            return redirect("reminder_list", slug)
    has_errors = bool(said.errors) or (lines.is_bound and not lines.is_valid())
    context = {**frame(request, partnership, REMINDERS), "present": present, "lines": lines, "form": said}
    return render(request, "reminders/ladder_edit.html", context, status=422 if has_errors else 200)


def _choose(request: ActorRequest, said: NoForm, partnership: Partnership, source: sources.Source, rungs: list) -> bool:
    def choose() -> bool:
        services.choose_ladder(actor=request.actor, partnership=partnership, source=source, rungs=rungs)
        return True

    return bool(run(said, choose))


@require_POST
def ladder_reset(request: ActorRequest, slug: str, source: str) -> HttpResponse:
    partnership, found = partnership_or_404(request, slug), _source_or_404(source)
    return act(
        request,
        services.reset_ladder,
        done="The usual ladder holds again.",
        back=reverse("reminder_list", args=[slug]),
        partnership=partnership,
        source=found,
    )


@require_POST
def remind_now(request: ActorRequest, slug: str, source: str, subject: UUID) -> HttpResponse:
    """Remind by hand, and go back to where the button was."""
    partnership, found = partnership_or_404(request, slug), _source_or_404(source)
    # what concerns one member alone is not even said to be there
    if found.within_member or not selectors.is_known(found, partnership, subject):
        raise Http404
    try:
        reminded = services.remind_now(actor=request.actor, partnership=partnership, source=found, subject_id=subject)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.message) from refusal
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        names = ", ".join(f"{person.name} ({person.agency})" for person in reminded)
        messages.success(request, f"Reminded: {names}.")
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or not back.startswith("/"):
        back = reverse("reminder_list", args=[slug])
    return redirect(back)
