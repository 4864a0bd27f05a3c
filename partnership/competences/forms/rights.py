"""Who decides on what, declared interests, and the acknowledgement."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from partnership.competences.models import Right, Subject
from partnership.membership.models import Membership


class SubjectForm(forms.Form):
    """A subject, and for each member what right it has in it."""

    name = forms.CharField(
        label=_("Subject"), max_length=200, help_text=_("What is decided on: What the press is told.")
    )
    note = forms.CharField(
        label=_("How it is decided"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, members: QuerySet[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {f"right-{member.public_id}": member for member in members}
        for name, member in self.members.items():
            self.fields[name] = forms.ChoiceField(
                label=member.agency.name, required=False, choices=[("", _("no part in it")), *Right.choices]
            )

    def rights(self) -> dict[Membership, str]:
        """Return what the service takes."""
        return {member: self.cleaned_data[name] for name, member in self.members.items() if self.cleaned_data[name]}

    @staticmethod
    def initial_of(subject: Subject) -> dict[str, Any]:
        given = {f"right-{row.membership.public_id}": row.right for row in subject.rights.select_related("membership")}
        return {"name": subject.name, "note": subject.note, **given}


class InterestForm(forms.Form):
    text = forms.CharField(
        label=_("Interest"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what your agency has at stake.")},
    )


class AcknowledgeForm(forms.Form):
    fingerprint = forms.CharField(widget=forms.HiddenInput(), max_length=64)
    password = forms.CharField(
        label=_("Your password, once more"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
        help_text=_("It stands for your signature."),
    )
