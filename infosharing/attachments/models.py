"""Files that belong to notes. Each is for everybody who sees its note, or for fewer; never for more."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.files.models import StoredFile
from foundation.records import PublicRecord
from infosharing.attachments.querysets import AttachmentQuerySet, AttachmentRecipientQuerySet
from partnership.membership.models import Membership, Partnership


class FileAudience(models.TextChoices):
    NOTE = "note", _("everybody who sees the note")
    NAMED = "named", _("only the members that I name")


class Attachment(PublicRecord):
    """A file of a note. Removed, it is gone for all others; that it was there its originator still sees."""

    note = models.ForeignKey("notes.Note", on_delete=models.PROTECT, related_name="attachments")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    # none any more once it was removed, or destroyed with its note
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=100)
    audience = models.CharField(_("who can see it"), max_length=10, choices=FileAudience, default=FileAudience.NOTE)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    # where a colleague releases what leaves the agency, as the database says: until then it is the originator's alone
    waits = models.BooleanField(default=False, db_default=False, editable=False)
    released_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    removed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    removed_at = models.DateTimeField(null=True, editable=False)
    removal_reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a note")
        verbose_name_plural = _("files of notes")
        default_permissions = ()
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(audience__in=FileAudience.values), name="attachment_audience_known"
            ),
            models.CheckConstraint(
                condition=models.Q(removed_at__isnull=False) | models.Q(file__isnull=False, removal_reason=""),
                name="attachment_has_its_file",
            ),
            models.CheckConstraint(
                condition=models.Q(released_by__isnull=True)
                | (models.Q(waits=False) & ~models.Q(released_by=models.F("added_by"))),
                name="attachment_released_by_another",
            ),
            # what rows below refer to, so that none can name a file of another note
            models.UniqueConstraint(fields=("id", "note", "partnership"), name="attachment_id_in_note"),
            models.UniqueConstraint(fields=("id", "note"), name="attachment_id_of_note"),
        ]

    def __str__(self) -> str:
        # names are content
        return f"file {self.public_id} of a note"


class AttachmentRecipient(models.Model):
    """A member for whom a file is, of those who see its note."""

    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="recipients")
    # again, for the policy of these rows: to ask the attachment would ask them
    note = models.ForeignKey("notes.Note", on_delete=models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")

    objects = AttachmentRecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient of a file")
        verbose_name_plural = _("recipients of files")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=("attachment", "member"), name="attachment_recipient_once"),
        ]

    def __str__(self) -> str:
        return f"file {self.attachment_id} for member {self.member_id}"
