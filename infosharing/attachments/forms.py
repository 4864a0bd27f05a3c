"""What people fill in about the files of notes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.files.forms import CheckedFileField
from infosharing.attachments.models import Attachment, FileAudience
from infosharing.notes.choices import AgencyChoices
from partnership.membership.models import Membership

SMALL_RADIOS = {"class": "govuk-radios--small"}
SMALL_BOXES = {"class": "govuk-checkboxes--small"}


class AudienceForm(forms.Form):
    """Whom a file is for. Where there is nobody to choose among, nothing is asked: it goes with the note."""

    show_optional = False

    audience = forms.ChoiceField(
        label=_("Who can see it"),
        choices=FileAudience,
        initial=FileAudience.NOTE,
        widget=forms.RadioSelect(attrs=SMALL_RADIOS),
        help_text=_("Your own agency always can."),
    )
    members = AgencyChoices(
        Membership.objects.none(),
        label=_("Which members"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=SMALL_BOXES),
        help_text=_("Of those who see the note. Who stops seeing the note stops seeing its files."),
    )

    def __init__(self, *args: Any, possible: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = Membership.objects.filter(pk__in=[member.pk for member in possible]).select_related("agency")
        self.fields["members"].queryset = wanted.by_agency_name()  # type: ignore[attr-defined]
        if not possible:
            del self.fields["audience"], self.fields["members"]

    def clean(self) -> dict[str, Any]:
        """Ask for members exactly where they are to be named."""
        data = super().clean() or {}
        if data.get("audience") == FileAudience.NOTE:
            # boxes that were ticked before the person thought better of it
            data["members"] = []
        elif data.get("audience") and "members" not in self.errors and not data.get("members"):
            self.add_error("members", _("Name at least one member, or let everybody who sees the note see it."))
        return data

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the service."""
        return {"audience": FileAudience.NOTE, "members": [], **self.cleaned_data}

    @staticmethod
    def initial_of(attachment: Attachment) -> dict[str, Any]:
        return {
            "audience": attachment.audience,
            "members": list(attachment.recipients.values_list("member_id", flat=True)),
        }


class FileForm(AudienceForm):
    file = CheckedFileField(label=_("File"))
    field_order = ("file", "audience", "members")
