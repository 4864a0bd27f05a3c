"""Files of notes: had, added, removed. The only way to their bytes for people."""

import logging
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.errors import OutOfTurn
from foundation.files.services import Damaged
from foundation.reasons import Question, ask_reason
from foundation.requests import ActorRequest, act, run
from infosharing.attachments import policy, selectors, services
from infosharing.attachments.forms import AudienceForm, FileForm
from infosharing.attachments.giving import DAMAGED, NOT_ACCEPTED, give
from infosharing.attachments.models import Attachment
from infosharing.notes.models import Note, Status
from infosharing.notes.navigation import NOTES
from infosharing.notes.policy import has_accepted
from infosharing.notes.web import note_or_404
from partnership.membership.pages import frame

logger = logging.getLogger(__name__)
FORM = ["GET", "HEAD", "POST"]
REMOVAL = (
    "The file is deleted: nobody has it here any more, your own agency neither. Your agency still sees that it was "
    "there, who removed it and why. Whoever downloaded it keeps their copy. This cannot be undone."
)


@require_safe
def attachment_file(request: ActorRequest, note: UUID, attachment: UUID) -> HttpResponse:
    """Give a file to somebody who sees its note, has accepted its conditions, and whom it is for."""
    found = note_or_404(request, note)
    # before it is looked for: who has not accepted does not learn which there are
    if not has_accepted(request.actor, found):
        raise PermissionDenied(NOT_ACCEPTED)
    wanted = _attachment_or_404(request, found, attachment)
    try:
        return give(request.actor, wanted, is_sent=request.method == "GET")
    except OutOfTurn as refusal:
        messages.error(request, refusal.message)
        return redirect(found)
    except Damaged:
        logger.exception("a stored file is not what was taken")
        messages.error(request, DAMAGED)
        return redirect(found)


def _attachment_or_404(request: ActorRequest, note: Note, public_id: UUID) -> Attachment:
    found = get_object_or_404(selectors.files_there(request.actor, note), public_id=public_id)
    # as it was fetched, names and all
    found.note = note
    return found


def _own_note(request: ActorRequest, public_id: UUID) -> Note:
    """Return a note whose files the actor may change.

    Raises:
        Http404: the actor does not see it.
        PermissionDenied: it is another's, or to named people by somebody else; or it was withdrawn.
    """
    found = note_or_404(request, public_id)
    if not policy.may_change(request.actor, found):
        withdrawn = found.status != Status.LIVE and policy.is_originator(request.actor, found)
        raise PermissionDenied("This note was withdrawn: its files stay." if withdrawn else services.NOT_YOURS)
    return found


def _form_page(request: ActorRequest, note: Note, form: AudienceForm, **words: str) -> HttpResponse:
    context = {**frame(request, note.partnership, NOTES), "note": note, "form": form, **words}
    return render(request, "attachments/form.html", context, status=422 if form.errors else 200)


@require_http_methods(FORM)
def attachment_add(request: ActorRequest, note: UUID) -> HttpResponse:
    found = _own_note(request, note)
    possible = selectors.possible_recipients(request.actor, found)
    form = FileForm(request.POST or None, request.FILES or None, possible=possible)
    if request.method == "POST" and form.is_valid():
        added = run(form, services.add_file, actor=request.actor, note=found, **form.arguments())
        if added is not None:
            messages.success(request, f"Added: {added.name}. {_who(request, added)}")
            return redirect(found)
    return _form_page(request, found, form, title="Add a file", button="Add it")


@require_POST
def attachment_release(request: ActorRequest, note: UUID, attachment: UUID) -> HttpResponse:
    """Let out a file that a colleague added."""
    found = _own_note(request, note)
    wanted = _attachment_or_404(request, found, attachment)
    done = f"Released: {wanted.name}. Those whom it is for have it now."
    return act(request, services.release_file, done=done, back=found.get_absolute_url(), attachment=wanted)


@require_http_methods(FORM)
def attachment_audience(request: ActorRequest, note: UUID, attachment: UUID) -> HttpResponse:
    found = _own_note(request, note)
    wanted = _attachment_or_404(request, found, attachment)
    possible = selectors.possible_recipients(request.actor, found)
    initial = AudienceForm.initial_of(wanted)
    form = AudienceForm(request.POST if request.method == "POST" else None, possible=possible, initial=initial)
    if request.method == "POST" and form.is_valid():
        changed = run(form, services.choose_audience, actor=request.actor, attachment=wanted, **form.arguments())
        if changed is not None:
            messages.success(request, f"Changed. {_who(request, changed)}")
            return redirect(found)
    return _form_page(request, found, form, title=f"Who can see {wanted.name}?", button="Save")


def _who(request: ActorRequest, attachment: Attachment) -> str:
    if attachment.waits:
        return "It waits for a colleague: until one releases it, only your own agency has it."
    if not selectors.is_narrower(attachment):
        return "Everybody who sees the note can see it."
    rows = attachment.recipients.select_related("member__agency").order_by("member__agency__name")
    return f"Beside your own agency only these can see it: {', '.join(row.member.agency.name for row in rows)}."


@require_http_methods(FORM)
def attachment_remove(request: ActorRequest, note: UUID, attachment: UUID) -> HttpResponse:
    found = _own_note(request, note)
    wanted = _attachment_or_404(request, found, attachment)
    question = Question(
        title=f"Remove {wanted.name}?",
        effect=REMOVAL,
        button="Remove it",
        done="Removed. Nobody finds it here any more.",
        back=found.get_absolute_url(),
        tone="act",
    )
    in_frame = frame(request, found.partnership, NOTES)
    return ask_reason(request, question, services.remove_file, frame=in_frame, attachment=wanted)
