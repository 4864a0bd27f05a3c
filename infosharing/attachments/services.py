"""Everything that changes the files of notes. Each step locks the note first: what is withdrawn takes no file."""

from collections.abc import Sequence

from django.db import connection, transaction

from accounts.people.actor import Actor
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.files import services as files
from foundation.files.models import StoredFile
from foundation.files.tasks import scan_soon
from infosharing.attachments import notices, policy
from infosharing.attachments.models import Attachment, AttachmentRecipient, FileAudience
from infosharing.attachments.selectors import possible_recipients
from infosharing.notes.markings import Audience
from infosharing.notes.models import Note, Status
from infosharing.notes.releasing import asks_second_pair
from partnership.membership.models import Membership
from partnership.membership.services import hold_own_membership

MOST_FILES = 50
NOT_YOURS = "Only the agency that wrote this note may change its files; of a note to named people, only its author."


@transaction.atomic
def add_file(
    *, actor: Actor, note: Note, file: files.CheckedFile, audience: str, members: Sequence[Membership] = ()
) -> Attachment:
    """Add a file to a note, for everybody who sees the note or for some of its members.

    Args:
        file: looked into already.
        audience: `FileAudience`.
        members: for named members, those.

    Raises:
        NotAllowed: the actor may not change the note.
        OutOfTurn: it was withdrawn.
        Invalid: nobody was named, or somebody who does not see the note; or it has as many files as one may have.
    """
    note = _locked(actor, note)
    _require_recipients(actor, note, audience, members)
    if note.audience == Audience.PERSONS and asks_second_pair(note.owner):
        raise Invalid("A colleague releases what leaves your agency, and may not read a note to named people.")
    if note.attachments.there().count() >= MOST_FILES:
        raise Invalid(f"A note has at most {MOST_FILES} files. Remove one first.", field="file")
    stored = files.keep(file)
    scan_soon(stored)
    attachment = Attachment.objects.create(
        note=note,
        partnership_id=note.partnership_id,
        file=stored,
        name=file.name,
        audience=audience,
        added_by_id=actor.person_id,
        added_at=clock.now(),
    )
    # the database says whether a colleague has to release it
    attachment.refresh_from_db(fields=["waits"])
    _name(attachment, members)
    record(verb="attachments.added", actor=actor, subject=attachment, **_facts(attachment))
    notices.tell_readers(actor, attachment)
    return attachment


@transaction.atomic
def release_file(*, actor: Actor, attachment: Attachment) -> Attachment:
    """Let out a file that a colleague added: those whom it is for see it from the next request on.

    Raises:
        NotAllowed: the actor added it, or may not change the note.
        OutOfTurn: it waits for nobody, or the note was withdrawn.
    """
    note = _locked(actor, attachment.note)
    attachment = _locked_file(actor, attachment, note)
    if not attachment.waits:
        raise OutOfTurn("This file waits for nobody.")
    if not policy.may_release(actor, attachment):
        raise NotAllowed("A colleague of whoever added it releases it.")
    attachment.waits, attachment.released_by_id = False, actor.person_id
    attachment.save(update_fields=["waits", "released_by"])
    record(verb="attachments.released", actor=actor, subject=attachment, **_facts(attachment))
    notices.tell_readers(actor, attachment)
    return attachment


@transaction.atomic
def choose_audience(
    *, actor: Actor, attachment: Attachment, audience: str, members: Sequence[Membership] = ()
) -> Attachment:
    """Say anew whom a file is for: whoever is left out loses it at the next request.

    Raises:
        NotAllowed: the actor may not change the note.
        OutOfTurn: the note was withdrawn, or the file was removed.
        Invalid: nobody was named, or somebody who does not see the note.
    """
    note = _locked(actor, attachment.note)
    attachment = _locked_file(actor, attachment, note)
    _require_recipients(actor, note, audience, members)
    before = attachment.audience
    _require_release(attachment, audience, members)
    attachment.recipients.exclude(member__in=members).delete()
    # named while it is for all: for one that is for fewer, the database takes more as giving it out
    _name(attachment, members)
    attachment.audience = audience
    attachment.save(update_fields=["audience"])
    record(verb="attachments.audience_chosen", actor=actor, subject=attachment, before=before, **_facts(attachment))
    notices.tell_who_lost(actor, attachment)
    return attachment


@transaction.atomic
def remove_file(*, actor: Actor, attachment: Attachment, reason: str) -> Attachment:
    """Remove a file from its note: gone for everybody at the next request, its bytes with it.

    Raises:
        NotAllowed: the actor may not change the note.
        OutOfTurn: the note was withdrawn, or the file was removed already.
        Invalid: no reason was given.
    """
    if not reason.strip():
        raise Invalid("Say why: it stays on record.", field="reason")
    note = _locked(actor, attachment.note)
    attachment = _locked_file(actor, attachment, note)
    facts, stored = _facts(attachment), attachment.file
    attachment.recipients.all().delete()
    attachment.file, attachment.removal_reason = None, reason.strip()
    attachment.removed_by_id, attachment.removed_at = actor.person_id, clock.now()
    attachment.save(update_fields=["file", "removal_reason", "removed_by", "removed_at"])
    if stored:
        files.discard(stored)
    record(verb="attachments.removed", actor=actor, subject=attachment, **facts)
    notices.tell_who_lost(actor, attachment)
    return attachment


@transaction.atomic
def destroy_files() -> int:
    """Destroy the bytes of files whose notes were destroyed; their names went with the notes.

    The database gives out ids alone, since nobody reads at that hour.

    Returns:
        How many.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT attachment, note, file FROM sight.attachments_to_destroy()")
        gone = cursor.fetchall()
    stored = StoredFile.objects.in_bulk([file for _attachment, _note, file in gone])
    for attachment, note, file in gone:
        facts = {"note": str(note), "sha256": stored[file].sha256}
        files.discard(stored[file])
        record(verb="attachments.destroyed", actor=None, subject=Attachment(public_id=attachment), **facts)
    return len(gone)


def _locked(actor: Actor, note: Note) -> Note:
    hold_own_membership(actor, note.partnership_id)
    own = Note.objects.visible_to(actor).of_originator(actor).select_related("partnership", "owner__agency")
    locked = own.select_for_update(of=("self",)).filter(pk=note.pk).first()
    if locked is None or not actor.may_write:
        raise NotAllowed(NOT_YOURS)
    if locked.status != Status.LIVE:
        raise OutOfTurn("This note was withdrawn: its files stay as they are until it is destroyed.")
    return locked


def _locked_file(actor: Actor, attachment: Attachment, note: Note) -> Attachment:
    visible = Attachment.objects.visible_to(actor).there().select_related("file")
    locked = visible.select_for_update(of=("self",)).filter(pk=attachment.pk).first()
    if locked is None:
        raise OutOfTurn("This file was removed already.")
    locked.note = note
    return locked


def _require_release(attachment: Attachment, audience: str, members: Sequence[Membership]) -> None:
    """Refuse to let more members have a file, where a colleague releases what leaves the agency."""
    if attachment.waits or attachment.audience == FileAudience.NOTE or not asks_second_pair(attachment.note.owner):
        return
    there = set(attachment.recipients.values_list("member_id", flat=True))
    if audience == FileAudience.NOTE or {member.pk for member in members} - there:
        raise Invalid(
            "A colleague releases what leaves your agency. Add the file anew for those who are to have it.",
            field="audience",
        )


def _require_recipients(actor: Actor, note: Note, audience: str, members: Sequence[Membership]) -> None:
    if audience not in FileAudience.values:
        raise Invalid("Choose who can see it.", field="audience")
    if audience == FileAudience.NOTE:
        if members:
            raise Invalid("Name members, or let everybody who sees the note see it: one of the two.", field="members")
        return
    if not members:
        raise Invalid("Name at least one member, or let everybody who sees the note see it.", field="members")
    possible = {member.pk for member in possible_recipients(actor, note)}
    if not {member.pk for member in members} <= possible:
        raise Invalid("Name members who see this note.", field="members")


def _name(attachment: Attachment, members: Sequence[Membership]) -> None:
    there = set(attachment.recipients.values_list("member_id", flat=True))
    AttachmentRecipient.objects.bulk_create(
        AttachmentRecipient(
            attachment=attachment,
            note_id=attachment.note_id,
            partnership_id=attachment.partnership_id,
            member=member,
        )
        for member in members
        if member.pk not in there
    )


def _facts(attachment: Attachment) -> dict[str, str]:
    """Return what the trail may keep of a file: never its name, nor for whom it is."""
    facts = {"note": str(attachment.note.public_id), "audience": attachment.audience}
    return facts | ({"sha256": attachment.file.sha256} if attachment.file else {})
