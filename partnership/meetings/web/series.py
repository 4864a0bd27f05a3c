"""Pages of series."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from foundation import clock
from foundation.reasons import Question, ask_reason
from foundation.requests import ActorRequest, csv_response, run, wants_csv
from partnership.meetings import forms, services
from partnership.meetings.models import Series, Status
from partnership.meetings.navigation import MEETINGS
from partnership.meetings.rhythm import in_words
from partnership.meetings.web.common import fill_in, require_coordinator
from partnership.membership.models import Partnership
from partnership.membership.pages import frame, partnership_or_404

HEAD = ("title", "rhythm", "rule", "starts at", "minutes", "time zone", "from", "until", "ended on", "reason")


def _series_or_404(request: ActorRequest, slug: str, public_id: UUID) -> tuple[Partnership, Series]:
    partnership = partnership_or_404(request, slug)
    visible = Series.objects.visible_to(request.actor).filter(partnership=partnership)
    found = get_object_or_404(visible.select_related("chair__agency"), public_id=public_id)
    found.partnership = partnership
    return partnership, found


@require_safe
def series_list(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    series = (
        Series.objects.visible_to(request.actor)
        .filter(partnership=partnership)
        .select_related("chair__agency", "partnership")
        .order_by("-pk")
    )
    if wants_csv(request):
        return csv_response(f"{slug}-series", HEAD, map(_row, series))
    context = {**frame(request, partnership, MEETINGS), "series": [(one, in_words(one.rule)) for one in series]}
    return render(request, "meetings/series_list.html", context)


def _row(series: Series) -> tuple[object, ...]:
    return (
        series.title,
        in_words(series.rule),
        series.rule,
        series.starts_at.isoformat("minutes"),
        series.minutes,
        series.zone,
        series.first_on,
        series.last_on,
        series.ended_on,
        series.reason,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def series_new(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    require_coordinator(request, partnership)
    form = forms.SeriesForm(request.POST or None, actor=request.actor, partnership=partnership)
    return fill_in(
        request,
        partnership,
        form,
        services.start_series,
        title="Meet regularly",
        lead=(
            "The meetings of the next six months are planned at once, later ones as time goes on. "
            "Nobody is told before you call a meeting."
        ),
        button="Plan these meetings",
        done="The meetings of the next six months are planned.",
        back=f"{partnership.get_absolute_url()}{MEETINGS.path}",
        arguments=lambda: {**form.arguments(), "partnership": partnership},
    )


@require_safe
def series_detail(request: ActorRequest, slug: str, series: UUID) -> HttpResponse:
    partnership, found = _series_or_404(request, slug, series)
    context = {
        **frame(request, partnership, MEETINGS),
        "series": found,
        "rhythm": in_words(found.rule),
        "meetings": found.meetings.visible_to(request.actor)
        .select_related("partnership", "chair__agency")
        .coming(clock.now())
        .soonest_first(),
    }
    return render(request, "meetings/series_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def series_edit(request: ActorRequest, slug: str, series: UUID) -> HttpResponse:
    """Ask what is to be otherwise, show what that does to each meeting, then do what was shown."""
    partnership, found = _series_or_404(request, slug, series)
    require_coordinator(request, partnership)
    form = forms.SeriesEditForm(request.POST or None, actor=request.actor, partnership=partnership, series=found)
    outlook = None
    if request.method == "POST" and form.is_valid() and "again" not in request.POST:
        said = {"actor": request.actor, "series": found, "wanted": form.wanted()}
        if seen := request.POST.get("seen"):
            reason = form.cleaned_data["reason"]
            if run(form, services.revise_series, **said, reason=reason, seen=seen) is not None:
                messages.success(request, "Changed. Those who were called get the new entries for their calendars.")
                return redirect(found)
        else:
            outlook = run(form, services.foresee_revision, **said)
    context = {
        **frame(request, partnership, MEETINGS),
        "series": found,
        "form": form,
        "outlook": outlook,
        "rhythm": in_words(form.wanted().rule) if outlook else "",
    }
    template = "meetings/series_check.html" if outlook else "meetings/series_edit.html"
    return render(request, template, context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def series_end(request: ActorRequest, slug: str, series: UUID) -> HttpResponse:
    partnership, found = _series_or_404(request, slug, series)
    require_coordinator(request, partnership)
    ahead = found.meetings.filter(starts_at__gte=clock.now())
    planned, called = (ahead.filter(status=status).count() for status in (Status.PLANNED, Status.CALLED))
    question = Question(
        title=f"End the series “{found.title}”?",
        effect=(
            f"{planned} planned meetings are cancelled. {called} to which people were called already stay: "
            "cancel those one by one. To meet in another rhythm, change the series instead."
        ),
        button="End this series",
        done="Ended.",
        back=found.get_absolute_url(),
        tone="act",
    )
    in_frame = frame(request, partnership, MEETINGS)
    return ask_reason(request, question, services.end_series, frame=in_frame, series=found)
