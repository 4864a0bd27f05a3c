"""What people fill in about themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.forms import LineField
from foundation.languages import languages


class ProfileForm(forms.Form):
    name = LineField(label=_("Name"), max_length=200)
    function = forms.CharField(
        label=_("Function"), max_length=200, required=False, help_text=_("What you do for your agency.")
    )
    language = forms.ChoiceField(
        label=_("Language of mail"),
        choices=languages,
        help_text=_("Mail to you is in this language, pages are in English."),
    )

    @staticmethod
    def initial_of(person: Person) -> dict[str, str]:
        return {"name": person.name, "function": person.function, "language": person.language}
