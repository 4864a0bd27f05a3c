"""A note as somebody of another agency gets it: for its originator, before or after it is shared.

No wall is loosened for it. A person of that agency who sees the note is asked for, and what is shown is read as that
person, through both walls. Nothing is shown but this note: no count, no list, no other page of theirs.
"""

from django.db.models import Case, Value, When

from accounts.agencies.models import Agency
from accounts.people.actor import Actor, actor_for
from accounts.people.models import Person, Role
from foundation.notifications.kinds import Message
from foundation.notifications.models import Notice
from infosharing.notes import notices, policy
from infosharing.notes.models import Note, Status


def reader_of(note: Note, agency: Agency) -> Person | None:
    """Return somebody of an agency who sees the note, its lead rather than another; nobody if nobody of it does."""
    lead_first = Case(When(role=Role.LEAD, then=Value(0)), default=Value(1))
    viewers = policy.viewers_of(note).filter(agency=agency).select_related("agency")
    return viewers.order_by("is_service", lead_first, "name", "pk").first()


def as_seen_by(reader: Person, note: Note) -> tuple[Actor, Note] | None:
    """Return a reader as an actor, and the note as they see it; within their sight alone, to be read there too."""
    actor = actor_for(reader)
    visible = Note.objects.visible_to(actor).select_related(
        "partnership__coordinator", "owner__agency", "author", "competence__partnership"
    )
    found = visible.filter(pk=note.pk).first()
    return (actor, found) if found else None


def mail_of(note: Note, agency: Agency) -> Message | None:
    """Return what the mail about a note says to those of another agency who are told of it."""
    if note.owner.agency_id == agency.pk or note.status != Status.LIVE:
        return None
    notice = Notice(kind=notices.SHARED.slug, subject_id=note.public_id, facts=notices.facts_of(note))
    return notices.SHARED.message(notice)
