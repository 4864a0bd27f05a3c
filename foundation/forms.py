"""Forms that several rooms use."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DayInput(forms.DateInput):
    """The browser's own field for a day, which wants ISO 8601 whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ReasonForm(forms.Form):
    """Why somebody does something that others will ask about."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stays on record. Up to 500 characters."),
        error_messages={"required": _("Say why.")},
    )


class NoForm(forms.Form):
    """A button with nothing to fill in."""
