"""What people fill in when a member leaves."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.people.actor import Actor
from foundation import clock
from foundation.forms import DayInput
from foundation.ui.forms import HintedRadios
from partnership.membership import leaving
from partnership.membership.models import Departure, Membership

CHOICE = "choice_"


class AnnounceForm(forms.Form):
    effective_on = forms.DateField(label=_("On what day does your agency leave?"), widget=DayInput())
    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("All members read it, and it stays on record."),
        error_messages={"required": _("Say why.")},
    )

    def __init__(self, *args: Any, actor: Actor, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = leaving.notice_days(membership)
        earliest = clock.today() + timedelta(days=days)
        self.fields["effective_on"].help_text = (
            f"What your agency signed asks for {days} days' notice: {date_format(earliest, 'j F Y')} or later."
            if days
            else "Today or later."
        )
        for question in leaving.questions():
            hints = {value: question.effect(actor, membership, value) for value, _words in question.options}
            self.fields[CHOICE + question.room] = forms.ChoiceField(
                label=question.label, choices=question.options, widget=HintedRadios(hints=hints)
            )

    def clean(self) -> dict[str, Any]:
        """Gather the answers as the service takes them, by the room's name."""
        given = super().clean() or {}
        answers = {name: given.pop(name) for name in list(given) if name.startswith(CHOICE)}
        given["choices"] = {name.removeprefix(CHOICE): value for name, value in answers.items()}
        return given


class TakerChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Membership) -> str:
        return obj.agency.name


class ArrangeForm(forms.Form):
    show_optional = False

    taker = TakerChoice(
        Membership.objects.none(),
        label=_("Which member is asked to take it over?"),
        required=False,
        empty_label=_("Nobody: it ends with the membership"),
    )
    reason = forms.CharField(
        label=_("Why it ends, if nobody is asked"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, departure: Departure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = departure.partnership.memberships.active().exclude(pk=departure.membership_id)
        self.fields["taker"].queryset = others.select_related("agency").by_agency_name()  # type: ignore[attr-defined]
