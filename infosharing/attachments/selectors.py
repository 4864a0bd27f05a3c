"""Reads of the files of notes that pages and programs need."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet

from accounts.people.actor import Actor
from infosharing.attachments import policy
from infosharing.attachments.models import Attachment, AttachmentRecipient, FileAudience
from infosharing.notes.markings import Audience
from infosharing.notes.models import Note
from infosharing.notes.selectors import viewers, who_will_see
from partnership.membership.models import Membership


@dataclass(slots=True)
class Files:
    """The files of a note, as its page shows them to a reader.

    Attributes:
        is_originator: whether the note is the reader's own: they know whom each file is for.
        removed: those that are gone; for the originator alone.
        to_release: keys of those that wait for a colleague such as the reader.
        may_change: whether the reader may add and remove files.
        may_narrow: whether they may say whom a file is for, where there is somebody to choose among.
    """

    there: list[Attachment] = field(default_factory=list)
    removed: list[Attachment] = field(default_factory=list)
    to_release: set[int] = field(default_factory=set)
    is_originator: bool = False
    may_change: bool = False
    may_narrow: bool = False


def files_of(actor: Actor, note: Note, *, opened: bool, may_edit: bool) -> Files:
    """Return the files of a note for its page: as many queries for thirty as for one.

    Args:
        opened: whether the text may be opened to the actor. Else there is nothing: names tell, too.
        may_edit: whether the actor may change the note.
    """
    if not opened:
        return Files()
    found = _with_recipients(Attachment.objects.visible_to(actor).filter(note=note), actor)
    there = [attachment for attachment in found if attachment.removed_at is None]
    # of a note that has no others any more, a file that was for fewer can be for all again
    has_others = note.audience in {Audience.AGENCIES, Audience.PARTNERSHIP} or any(map(is_narrower, there))
    return Files(
        there=there,
        removed=[attachment for attachment in found if attachment.removed_at is not None],
        to_release=_to_release(actor, note) if any(one.waits for one in there) else set(),
        is_originator=policy.is_originator(actor, note),
        may_change=may_edit,
        may_narrow=may_edit and has_others,
    )


def _to_release(actor: Actor, note: Note) -> set[int]:
    return set(Attachment.objects.to_release_by(actor).filter(note=note).values_list("pk", flat=True))


def files_by_note(actor: Actor, notes: Sequence[Note], opened: set[int]) -> dict[int, list[Attachment]]:
    """Return, by note, the files that are there for the actor.

    Args:
        opened: keys of those notes whose text may be opened to the actor; of the others there is nothing.
    """
    found: dict[int, list[Attachment]] = {note.pk: [] for note in notes}
    visible = Attachment.objects.visible_to(actor).there().filter(note__in=opened)
    for attachment in visible.select_related("file", "note").order_by("pk"):
        found[attachment.note_id].append(attachment)
    return found


def files_there(actor: Actor, note: Note) -> QuerySet[Attachment]:
    """Return the files of a note that are there for the actor, to choose one from."""
    return Attachment.objects.visible_to(actor).there().filter(note=note).select_related("file")


def _with_recipients(found: QuerySet[Attachment], actor: Actor) -> list[Attachment]:
    rows = (
        AttachmentRecipient.objects.visible_to(actor).select_related("member__agency").order_by("member__agency__name")
    )
    wanted = found.select_related("file", "added_by", "removed_by")
    return list(wanted.prefetch_related(Prefetch("recipients", rows)).order_by("pk"))


def possible_recipients(actor: Actor, note: Note) -> list[Membership]:
    """Return the members for whom alone a file of a note can be: of those who see the note, or will on its first day.

    None of a note to named people, whose files go to them all, nor of one that nobody else sees.
    """
    if note.audience in {Audience.PERSONS, Audience.OWN_AGENCY}:
        return []
    agencies = {row.agency for row in (*viewers(note, actor), *who_will_see(note, actor)) if row.agency}
    members = Membership.objects.visible_to(actor).active().filter(partnership=note.partnership_id)
    others = members.filter(agency__public_id__in=agencies).exclude(pk=note.owner_id)
    return list(others.select_related("agency").by_agency_name())


def is_narrower(attachment: Attachment) -> bool:
    """Whether a file is for fewer than its note."""
    return attachment.audience == FileAudience.NAMED
