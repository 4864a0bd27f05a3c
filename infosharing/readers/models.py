"""Who read a note, and who was told to stop relying on it. Both are shown to the note's originator, and to oneself."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.records import PublicRecord
from infosharing.readers.querysets import NoteFootprintQuerySet, ReadingQuerySet, RecallQuerySet
from partnership.membership.models import Membership, Partnership


class How(models.TextChoices):
    OPENED = "opened", _("opened its page")
    PROGRAM = "program", _("fetched by a program")
    DOWNLOADED = "downloaded", _("downloaded a file")
    FOUND = "found", _("shown words of it in a search")


class Reading(models.Model):
    """That somebody was given a note's text, words of it, or a file of it.

    Written after the answer has gone out; never changed, never removed.
    """

    note = models.ForeignKey("notes.Note", on_delete=models.PROTECT, related_name="readings", db_index=False)
    # whose note it is; stamped by the database, so that an auditor's list is one walk of one index
    owner = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False)
    version = models.PositiveIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    # as what member's person they read it
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    how = models.CharField(max_length=20, choices=How)
    # of a download, which file; its row stays when the file is removed
    attachment = models.ForeignKey(
        "attachments.Attachment", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField()

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading of a note")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(how__in=How.values), name="reading_how_known"),
            models.CheckConstraint(
                condition=models.Q(how="downloaded", attachment__isnull=False)
                | (~models.Q(how="downloaded") & models.Q(attachment__isnull=True)),
                name="reading_downloaded_says_what",
            ),
        ]
        # note first for the originator, then person: what somebody read last is the end of one walk
        indexes = [
            models.Index(fields=("note", "person", "-version"), name="reading_of_note_by_person"),
            models.Index(fields=("owner", "-at", "-id"), name="reading_of_member"),
        ]

    def __str__(self) -> str:
        return f"reading of note {self.note_id} by {self.person_id}"


class NoteFootprint(models.Model):
    """What an auditor of footprints may know of a note that they do not see: which one, its marking, its status.

    The database keeps a row for each note, and keeps it in step; nobody else writes one.
    """

    note = models.OneToOneField("notes.Note", on_delete=models.PROTECT, primary_key=True, related_name="footprint")
    public_id = models.UUIDField(unique=True)
    owner = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", db_index=False)
    tlp = models.CharField(max_length=20)
    status = models.CharField(max_length=20)
    # who reads a note to named people is its author's alone to know
    to_named = models.BooleanField()
    # whether it ever was shared with a circle: who reads it then tells who is in that, which its members alone know
    to_circle = models.BooleanField(db_default=False)

    objects = NoteFootprintQuerySet.as_manager()

    class Meta:
        verbose_name = _("footprint of a note")
        verbose_name_plural = _("footprints of notes")
        default_permissions = ()

    def __str__(self) -> str:
        return f"footprint of note {self.note_id}"


class Cause(models.TextChoices):
    WITHDRAWN = "withdrawn", _("withdrawn")
    NARROWED = "narrowed", _("no longer shared with you")


class Recall(PublicRecord):
    """That a reader lost a note, and is to stop relying on it. The reader says once that they do.

    It holds what the reader may still know: from whom the note was, when it was read and why it is gone; not its title.
    """

    note = models.ForeignKey("notes.Note", on_delete=models.PROTECT, related_name="recalls", db_index=False)
    # the reader's only way to tell which it was: the note itself is out of their sight
    note_public_id = models.UUIDField(editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    originator = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    cause = models.CharField(max_length=20, choices=Cause)
    reason = models.CharField(max_length=500)
    last_read_at = models.DateTimeField()
    at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = RecallQuerySet.as_manager()

    class Meta:
        verbose_name = _("recall of a note")
        default_permissions = ()
        ordering = ("-id",)
        # for the originator's list of who read a note; the constraint below finds those alone that wait
        indexes = [models.Index(fields=("note",), name="recall_of_note")]
        constraints = [
            models.UniqueConstraint(
                fields=("note", "person"),
                condition=models.Q(acknowledged_at__isnull=True),
                name="recall_once_until_acknowledged",
            ),
            models.CheckConstraint(condition=models.Q(cause__in=Cause.values), name="recall_cause_known"),
            models.CheckConstraint(
                condition=models.Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | models.Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="recall_acknowledged_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"recall {self.public_id}"

    def get_absolute_url(self) -> str:
        return f"/notes/recalls/{self.public_id}/"
