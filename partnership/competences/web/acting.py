""" "Who can act?": a question in words, or from something written down."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from foundation import clock
from foundation.requests import ActorRequest, csv_response, wants_csv
from partnership.approaches import Approach
from partnership.competences import acting
from partnership.competences.coverage import steps_of
from partnership.competences.facts import days
from partnership.competences.models import Extent, Process, Step
from partnership.competences.web.common import in_frame
from partnership.membership.pages import partnership_or_404
from partnership.membership.policy import may_coordinate, own_membership


class StepChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Step) -> str:
        return f"{obj.process}: {obj}"


class WhoForm(forms.Form):
    show_optional = False

    q = forms.CharField(
        label=_("Who can act on…"), required=False, max_length=200, help_text=_("A thing, a place, a crime: container.")
    )
    step = StepChoice(
        Step.objects.none(), label=_("Step"), required=False, empty_label=_("Every step"), to_field_name="public_id"
    )
    process = forms.ModelChoiceField(
        Process.objects.none(),
        label=_("Phenomenon"),
        required=False,
        empty_label=_("Every phenomenon"),
        to_field_name="public_id",
    )
    approach = forms.ChoiceField(
        label=_("Approach"), required=False, choices=[("", _("Every approach")), *Approach.choices]
    )


@require_safe
def competence_who(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    form = WhoForm(request.GET)
    form.fields["step"].queryset = steps_of(request.actor, partnership)  # type: ignore[attr-defined]
    processes = Process.objects.visible_to(request.actor).in_use().filter(partnership=partnership)
    form.fields["process"].queryset = processes.order_by("name")  # type: ignore[attr-defined]
    said = form.cleaned_data if form.is_valid() else {}
    start = acting.start_of(request.actor, partnership, request.GET.dict())
    answers = acting.answers(
        request.actor,
        partnership,
        clock.today(),
        words=said.get("q", ""),
        text=start.text if start else "",
        approach=said.get("approach", ""),
        step=said.get("step"),
        process=said.get("process"),
    )
    if wants_csv(request):
        return csv_response(f"{slug}-who-can-act", HEAD, _rows(answers))
    own = own_membership(request.actor, partnership)
    coordinates = may_coordinate(request.actor, partnership)
    shown_all = [_shown(answer, own.pk if own else 0, coordinates) for answer in answers]
    context = {
        **in_frame(request, partnership),
        "form": form,
        "start": start,
        "near": [shown for shown in shown_all if shown["is_near"]],
        "far": [shown for shown in shown_all if not shown["is_near"]],
        "asked": bool(start or any(said.get(name) for name in ("q", "step", "process", "approach"))),
        "kept": {name: request.GET[name] for name in acting.starts() if _is_id(request.GET.get(name))},
    }
    return render(request, "competences/who.html", context)


HEAD = ("competence", "approaches", "member", "holds it", "needs first", "days in all")


def _rows(answers: list[acting.Answer]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for answer in answers:
        about = (answer.competence.name, " ".join(answer.competence.approaches))
        for way in answer.ways:
            first = "; ".join(edge.sentence for edge in way.first)
            rows.append((*about, way.holding.membership.agency.name, way.holding.extent, first, way.days))
        if not answer.ways:
            rows.append((*about, "nobody", "", "", ""))
    return rows


def _shown(answer: acting.Answer, own: int, coordinates: bool) -> dict[str, Any]:
    return {
        "competence": answer.competence,
        "is_near": answer.is_near,
        "ways": [
            {
                "way": way,
                "extent": str(Extent(way.holding.extent).label),
                "time": _time(way.days, way.is_blocked),
                "propose": _proposal(answer, way.holding.membership.public_id)
                if coordinates or way.holding.membership_id == own
                else "",
                "is_own": way.holding.membership_id == own,
                "further": []
                if way.holding.membership_id == own
                else acting.further_steps(
                    answer.competence.partnership, way.holding.membership.public_id, answer.competence.public_id
                ),
            }
            for way in answer.ways
        ],
    }


def _time(in_all: int | None, is_blocked: bool) -> str:
    if is_blocked:
        return "cannot begin: nobody gives what it needs first"
    if in_all is None:
        return "nobody said how long it takes"
    return f"{days(in_all)} in all" if in_all else days(in_all)


def _proposal(answer: acting.Answer, owner: UUID) -> str:
    """Return the query of a new commitment, filled in."""
    return urlencode({"owner": owner, "competence": answer.competence.public_id})


def _is_id(given: str | None) -> bool:
    try:
        return bool(given and UUID(given))
    except ValueError:
        return False
