"""What people fill in about how notes are written: the coordinator for all, a lead for the own agency."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from infosharing.notes.conventions import Conventions
from infosharing.notes.grading import Scheme


class ConventionsForm(forms.Form):
    show_optional = False

    grading = forms.ChoiceField(
        label=_("Grading of notes"),
        required=False,
        choices=[("", _("Notes are not graded")), *Scheme.choices],
        help_text=_("Notes that were graded keep the scheme they were graded by."),
    )
    second_pair = forms.BooleanField(
        label=_("A colleague of the writer releases what leaves an agency"),
        required=False,
        help_text=_("A second pair of eyes. Withdrawing a note, or taking a recipient out, never waits for it."),
    )

    @staticmethod
    def initial_of(conventions: Conventions | None) -> dict[str, Any]:
        if conventions is None:
            return {}
        return {"grading": conventions.grading, "second_pair": conventions.second_pair}


class HouseRuleForm(forms.Form):
    show_optional = False

    second_pair = forms.BooleanField(
        label=_("A colleague of the writer releases what leaves our agency, whatever the partnership asks"),
        required=False,
    )
