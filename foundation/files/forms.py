"""A form's field for a file that is looked into before anything else happens."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from foundation.errors import Invalid
from foundation.files.kinds import ENDINGS, MOST_BYTES
from foundation.files.services import TOO_LARGE, CheckedFile, check

HINT = _(
    "A PDF, a picture, an office document without macros, or plain text, up to 10 MB. Pictures lose what the camera "
    "wrote into them, such as the place; documents keep what they hold."
)


class CheckedFileField(forms.FileField):
    """A file, by its content one of the kinds that are kept. Its value is a `CheckedFile`."""

    widget = forms.FileInput(attrs={"accept": ",".join(ENDINGS)})
    default_error_messages = {
        "required": _("Choose a file."),
        "invalid": _("Choose a file."),
        "missing": _("Choose a file."),
        "empty": _("This file is empty. Choose another one."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", HINT)
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> CheckedFile | None:
        """Return the file, checked and cleaned."""
        sent = super().clean(data, initial)
        if not isinstance(sent, UploadedFile):
            return None
        # before it is read: it may be far larger
        if (sent.size or 0) > MOST_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        try:
            return check(sent.name or "", sent.read())
        except Invalid as refused:
            raise forms.ValidationError(refused.message) from None
