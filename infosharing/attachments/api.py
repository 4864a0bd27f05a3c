"""Files of notes for programs: had under the same rules as by people."""

import logging
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from foundation.api.schema import operation
from foundation.api.views import ApiView
from foundation.errors import NotAllowed, OutOfTurn
from foundation.files.services import Damaged
from infosharing.attachments import selectors
from infosharing.attachments.giving import DAMAGED, NOT_ACCEPTED, give
from infosharing.notes.models import Note
from infosharing.notes.policy import has_accepted

logger = logging.getLogger(__name__)


class WhateverItIs(JSONRenderer):
    """Lets a program ask for the type of the file; problems stay JSON."""

    media_type = "*/*"
    format = "file"


class NoteFileView(ApiView):
    scopes = {"GET": "notes:read"}
    renderer_classes = [JSONRenderer, WhateverItIs]

    @operation(
        "getNoteFile",
        summary="The bytes of a file of a note, once you have accepted the note's handling conditions",
        out=OpenApiTypes.BINARY,
        media="*/*",
        problems=(404, 409),
    )
    def get(self, request: Request, note: UUID, attachment: UUID) -> HttpResponse:
        found = get_object_or_404(Note.objects.visible_to(self.actor).select_related("owner"), public_id=note)
        # before it is looked for: who has not accepted does not learn which there are
        if not has_accepted(self.actor, found):
            raise NotAllowed(NOT_ACCEPTED)
        wanted = get_object_or_404(selectors.files_there(self.actor, found), public_id=attachment)
        wanted.note = found
        try:
            return give(self.actor, wanted, is_sent=request.method == "GET")
        except Damaged:
            logger.exception("a stored file is not what was taken")
            raise OutOfTurn(DAMAGED) from None
