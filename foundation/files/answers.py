"""Giving a file to somebody of whom the caller knows that they may have it."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from foundation.files.kinds import TRAITS, Kind
from foundation.files.models import StoredFile
from foundation.files.scanning import require_given_out
from foundation.files.services import read


def download(stored: StoredFile, *, name: str, ours: bool) -> HttpResponse:
    """Answer with a file, to be saved and never to be shown or run by the browser within the portal.

    Args:
        name: under which it was added, cleaned (`CheckedFile.name`).
        ours: whether it is of the people who added it: they need not wait for the virus scanner.

    Raises:
        OutOfTurn: it was found harmful, or waits for the virus scanner.
        Damaged: the bytes are gone, or are not those that were taken; nothing is given out then.
    """
    require_given_out(stored, ours=ours)
    response = HttpResponse(read(stored), content_type=TRAITS[Kind(stored.kind)].media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    # should a browser open it after all: no script, no request, an origin of its own
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response
