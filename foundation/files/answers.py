"""Giving a file to somebody of whom the caller knows that they may have it."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from foundation.files.kinds import TRAITS, Kind
from foundation.files.models import StoredFile
from foundation.files.services import read


def download(stored: StoredFile, *, name: str) -> HttpResponse:
    """Answer with a file, to be saved and never to be shown or run by the browser within the portal.

    Args:
        name: under which it was added, cleaned (`CheckedFile.name`).

    Raises:
        Damaged: the bytes are gone, or are not those that were taken; nothing is given out then.
    """
    response = HttpResponse(read(stored), content_type=TRAITS[Kind(stored.kind)].media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    # should a browser open it after all: no script, no request, an origin of its own
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response
