"""Forms that several rooms use."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.words import in_one_line


class DayInput(forms.DateInput):
    """The browser's own field for a day, which wants ISO 8601 whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class LineField(forms.CharField):
    """A title or a name: made one line, without signs that turn the direction of writing, before it is looked at."""

    def to_python(self, value: Any) -> str | None:
        """Return what was typed, without these signs."""
        return super().to_python(in_one_line(value) if isinstance(value, str) else value)


class ReasonForm(forms.Form):
    """Why somebody does something that others will ask about."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stays on record. Up to 500 characters."),
        error_messages={"required": _("Say why.")},
    )


class AskBeforeEmptying(forms.Form):
    """A form that asks before it leaves nothing of what stood there: one that came empty must not clear it unseen.

    `emptied` names the fields that are looked at; one that is left keeps the question away.
    """

    emptied: tuple[str, ...] = ()
    means_it = forms.BooleanField(label=_("Yes, leave all of it empty"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asked = self.fields.pop("means_it")

    def clean(self) -> dict[str, Any]:
        """Ask, by a box to tick that appears with the error, where everything would be gone."""
        data = super().clean() or {}
        stood = any(self.get_initial_for_field(self.fields[name], name) for name in self.emptied)
        if stood and not self.errors and not any(data.get(name) for name in self.emptied):
            self.fields["means_it"] = self._asked
            if self.add_prefix("means_it") not in self.data:
                words = _("This would take away all that stood here. Nothing is changed yet: choose again, or tick.")
                self.add_error("means_it", words)
        return data


class NoForm(forms.Form):
    """A button with nothing to fill in."""
