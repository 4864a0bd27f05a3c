"""Giving a file out, to a person or a program, and writing down that they had it."""

from django.http import Http404, HttpResponse

from accounts.people.actor import Actor
from foundation.files.answers import download
from foundation.files.services import Damaged
from infosharing.attachments import policy
from infosharing.attachments.models import Attachment
from infosharing.readers.models import How
from infosharing.readers.recording import record_after

DAMAGED = "This file is damaged in the store, so it is not given out. Its originator can add it again."
NOT_ACCEPTED = "Accept the handling conditions of this note first: its text and its files open then."


def give(actor: Actor, attachment: Attachment, *, is_sent: bool = True) -> HttpResponse:
    """Answer with a file that the actor was found to see a moment ago; that they had it is recorded.

    Args:
        is_sent: whether the answer's body goes out; to HEAD it does not, and nobody has had the file.

    Raises:
        Http404: it was removed meanwhile, or is not for them any more.
        OutOfTurn: it was found harmful, or waits for the virus scanner.
        Damaged: its bytes are gone, or are not those that were taken.
    """
    stored = attachment.file
    if stored is None:
        raise Http404
    try:
        response = download(stored, name=attachment.name, ours=policy.is_originator(actor, attachment.note))
    except Damaged:
        _require_still(actor, attachment)
        raise
    # reading may take its time, and what was taken away meanwhile is not given
    _require_still(actor, attachment)
    if is_sent:
        record_after(response, actor=actor, notes=[attachment.note], how=How.DOWNLOADED, attachment=attachment.pk)
    return response


def _require_still(actor: Actor, attachment: Attachment) -> None:
    if not policy.may_download(actor, attachment):
        raise Http404
