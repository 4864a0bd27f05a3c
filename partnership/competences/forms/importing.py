"""A table to import, and the go-ahead for what was shown of it."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from partnership.competences import tables
from partnership.competences.tables import Line, Unreadable

CHOOSE = _("Choose a CSV or XLSX file.")


class TableField(forms.FileField):
    """A table as a file. Its value is its rows."""

    widget = forms.FileInput(attrs={"accept": ".csv,.xlsx"})
    default_error_messages = {
        "required": CHOOSE,
        "invalid": CHOOSE,
        "missing": CHOOSE,
        "empty": _("This file is empty. Choose another one."),
    }

    def clean(self, data: object, initial: object = None) -> list[Line]:
        """Return the rows of the file."""
        sent = super().clean(data, initial)
        if not isinstance(sent, UploadedFile):
            raise forms.ValidationError(CHOOSE)
        # one byte more than is taken is enough to refuse it
        raw = sent.read(tables.MOST_BYTES + 1)
        try:
            return tables.read(sent.name or "", raw)
        except Unreadable as refused:
            raise forms.ValidationError(str(refused)) from None


class UploadForm(forms.Form):
    file = TableField(
        label=_("Table"),
        help_text=_("CSV in UTF-8, or XLSX, of which the first sheet is read. Up to 1 MB and 2,000 rows."),
    )


class GoAheadForm(forms.Form):
    ticket = forms.CharField(
        widget=forms.HiddenInput, error_messages={"required": _("Choose the file again: the table is missing.")}
    )
