"""What people fill in about drafts, beside the note itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from infosharing.drafts.models import Draft
from infosharing.drafts.telling import colleagues
from infosharing.notes.markings import Tlp


class Colleague(forms.ModelChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        return f"{obj.name}, {obj.get_role_display()}"


class AskForm(forms.Form):
    show_optional = False

    of = Colleague(
        Person.objects.none(),
        label=_("Who is asked"),
        required=False,
        to_field_name="public_id",
        empty_label=_("Any colleague who may write notes"),
    )

    def __init__(self, *args: Any, draft: Draft, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["of"]
        who.queryset = colleagues(draft)
        if draft.tlp == Tlp.RED:
            who.required, who.empty_label = True, None
            who.help_text = _("It is for named people: nobody else of your agency reads it.")
            who.error_messages["required"] = _("Name the colleague who may read it.")
