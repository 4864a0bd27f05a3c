"""What the coordinator fills in about reminders."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partnership.reminders.ladders import Audience, Ladder, Rung, Unit
from partnership.reminders.services import FURTHEST, MOST_RUNGS

SIDES = (("before", _("before")), ("after", _("after, or on the day with 0")))
EMPTY_ROWS = 2


class RungForm(forms.Form):
    """One line of a ladder; a line without a number is taken out."""

    days = forms.IntegerField(label=_("How many"), min_value=0, max_value=FURTHEST, required=False)
    unit = forms.ChoiceField(label=_("Of what"), choices=Unit, required=False)
    side = forms.ChoiceField(label=_("Before or after the date"), choices=SIDES, required=False)
    audience = forms.ChoiceField(label=_("Who is reminded"), choices=Audience, required=False)
    show_optional = False

    @property
    def rung(self) -> Rung | None:
        data = self.cleaned_data
        if data.get("days") is None:
            return None
        offset = -data["days"] if data.get("side") == "before" else data["days"]
        return Rung(offset, data.get("audience") or Audience.DOER, data.get("unit") or Unit.DAYS)


LadderForms = forms.formset_factory(
    RungForm, extra=EMPTY_ROWS, max_num=MOST_RUNGS, validate_max=True, absolute_max=MOST_RUNGS + EMPTY_ROWS
)


def initial_of(ladder: Ladder) -> list[dict[str, Any]]:
    """Return a ladder as the lines of the form."""
    return [
        {
            "days": abs(rung.offset),
            "unit": rung.unit,
            "side": "before" if rung.offset < 0 else "after",
            "audience": rung.audience,
        }
        for rung in sorted(ladder)
    ]
