"""What people fill in about auditors, and choose above a list of readings."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock
from foundation.forms import DayInput
from foundation.records import id_of
from infosharing.auditors.selectors import Chosen
from infosharing.notes.audiences import possible_persons
from infosharing.notes.filters import span
from partnership.membership.models import Membership, Partnership

USUAL = timedelta(days=90)


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        return f"{obj.name} ({obj.agency})"


class AppointmentForm(forms.Form):
    person = PersonChoice(
        Person.objects.none(),
        label=_("Who"),
        to_field_name="public_id",
        help_text=_("Somebody of your own agency, or of another member of this partnership."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stays on record, and the auditor reads it."),
        error_messages={"required": _("Say why.")},
    )
    until = forms.DateField(label=_("Last day"), widget=DayInput(), help_text=_("At most a year ahead."))

    def __init__(self, *args: Any, actor: Actor, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = clock.today() + USUAL
        people = [person.pk for person in possible_persons(actor, partnership)]
        found = Person.objects.filter(pk__in=people).select_related("agency").order_by("agency__name", "name", "pk")
        self.fields["person"].queryset = found  # type: ignore[attr-defined]


class ReadingFilter(forms.Form):
    """Which readings to look at; it lives in the address. Nonsense chooses nothing."""

    show_optional = False

    agency = forms.ChoiceField(label=_("Agency of the reader"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DayInput())
    until = forms.DateField(label=_("To"), required=False, widget=DayInput())
    note = forms.CharField(label=_("Note, by its id"), required=False, max_length=36)

    def __init__(self, data: Any, *, actor: Actor, partnership: Partnership) -> None:
        super().__init__(data)
        members = Membership.objects.visible_to(actor).filter(partnership=partnership)
        agencies = members.order_by("agency__name").values_list("agency__public_id", "agency__name").distinct()
        choices = [("", _("Every agency")), *((str(key), name) for key, name in agencies)]
        self.fields["agency"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> Chosen:
        self.is_valid()
        said = self.cleaned_data
        agency = UUID(said["agency"]) if said.get("agency") else None
        return Chosen(agency, note=id_of(said.get("note")), **span(said.get("since"), said.get("until")))
