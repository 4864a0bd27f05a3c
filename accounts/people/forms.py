"""What people fill in about themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ProfileForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    function = forms.CharField(
        label=_("Function"), max_length=200, required=False, help_text=_("What you do for your agency.")
    )
