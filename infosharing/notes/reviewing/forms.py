"""What people fill in about review dates."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.forms import DayInput


class ProlongForm(forms.Form):
    show_optional = False

    until = forms.DateField(label=_("Keep it until"), widget=DayInput())
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stays on record. The coordinator reads it, without the note: nothing from its text."),
        error_messages={"required": _("Say why it is still needed.")},
    )


class ProlongationAnswerForm(forms.Form):
    show_optional = False

    agreed = forms.ChoiceField(
        label=_("Your answer"),
        choices=[("yes", _("Agree: it is kept until that day")), ("no", _("Do not agree: it is destroyed"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer.")},
    )
    reason = forms.CharField(
        label=_("Reason, if you do not agree"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
