"""Who may do what to the files of notes. Derived from the querysets; never written a second time."""

from django.db.models import Q

from accounts.people.actor import Actor
from accounts.people.querysets import PersonQuerySet
from infosharing.attachments.models import Attachment, FileAudience
from infosharing.notes import policy as notes
from infosharing.notes.markings import Audience
from infosharing.notes.models import Note


def may_change(actor: Actor, note: Note) -> bool:
    """Whether the actor may add files to a note, remove them, and say whom they are for: who may change the note."""
    return notes.may_edit(actor, note)


def is_originator(actor: Actor, note: Note) -> bool:
    """Whether the note is of the actor's own; of a note to named people, whether the actor wrote it."""
    return Note.objects.visible_to(actor).of_originator(actor).filter(pk=note.pk).exists()


def may_download(actor: Actor, attachment: Attachment) -> bool:
    """Whether the file is there for the actor, who has accepted the handling conditions of its note."""
    visible = Attachment.objects.visible_to(actor).there().filter(pk=attachment.pk)
    return visible.exists() and notes.has_accepted(actor, attachment.note)


def viewers_of(attachment: Attachment) -> PersonQuerySet:
    """Return the people who see a file that is there: the inverse of `visible_to`, held to it by a test."""
    note = attachment.note
    seen = notes.viewers_of(note)
    if attachment.removed_at is not None:
        return seen.none()
    if attachment.audience == FileAudience.NOTE:
        return seen
    own = Q(pk=note.author_id) if note.audience == Audience.PERSONS else Q(agency=note.owner.agency_id)
    return seen.filter(own | Q(agency__in=attachment.recipients.values("member__agency")))
