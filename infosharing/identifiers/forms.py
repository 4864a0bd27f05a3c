"""A list as somebody gives it. What was typed is read and let go: no field of it is kept."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from foundation.forms import LineField
from infosharing.identifiers import entries
from infosharing.identifiers.entries import Unreadable


class ListForm(forms.Form):
    name = LineField(
        label=_("Name"),
        max_length=80,
        help_text=_("Colleagues read it while they write: “a word of your list …”. Put no entry into it."),
    )
    typed = forms.CharField(
        label=_("Entries"),
        required=False,
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_(
            "One a line: up to four words and 80 letters. Capitals and accents make no difference, nor which signs "
            "stand between two parts; that there is a sign does: of a plate, enter both ways."
        ),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".txt,.csv"}),
        help_text=_("Text in UTF-8, .txt or .csv, one entry a line; up to 1 MB. What is in both counts."),
        error_messages={"empty": _("This file is empty. Choose another one.")},
    )

    def clean_typed(self) -> set[str]:
        return self._read(self.cleaned_data["typed"])

    def clean_file(self) -> set[str]:
        sent = self.cleaned_data["file"]
        if not isinstance(sent, UploadedFile):
            return set()
        try:
            # one byte more than is taken is enough to refuse it
            text = entries.text_of(sent.name or "", sent.read(entries.MOST_BYTES + 1))
        except Unreadable as refused:
            raise forms.ValidationError(list(refused.faults)) from None
        return self._read(text, where=" of the file")

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the service."""
        data = self.cleaned_data
        return {"name": data["name"], "entries": data["typed"] | data["file"]}

    @staticmethod
    def _read(text: str, *, where: str = "") -> set[str]:
        try:
            return entries.read(text, where=where)
        except Unreadable as refused:
            raise forms.ValidationError(list(refused.faults)) from None
