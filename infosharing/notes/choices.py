"""Whom a note can be for, as people choose them: by names that say enough."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from infosharing.circles.models import Circle
from partnership.membership.models import Membership

GONE: dict[str, Any] = {
    "invalid_choice": _("Somebody who was ticked cannot receive it, or not any more. Look at who is ticked.")
}


class AgencyChoices(forms.ModelMultipleChoiceField):
    default_error_messages = GONE

    def label_from_instance(self, obj: Membership) -> str:
        agency = obj.agency
        # private members get the least by default: the writer is told who they are
        return agency.name if agency.sector == "public" else f"{agency.name} ({agency.get_sector_display()})"


class CircleChoices(forms.ModelMultipleChoiceField):
    default_error_messages = GONE
    # who is in each, by its key: the writer is told
    names: dict[int, str] = {}

    def label_from_instance(self, obj: Circle) -> str:
        return f"{obj.name} ({self.names.get(obj.pk, '')})"


class PersonChoices(forms.ModelMultipleChoiceField):
    default_error_messages = GONE

    def label_from_instance(self, obj: Person) -> str:
        return f"{obj.name} ({obj.agency})"
