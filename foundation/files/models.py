"""Files that people added: what is known of each. Its bytes lie in the storage `files`."""

from django.db import models
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from foundation.files.kinds import MOST_BYTES, Kind
from foundation.records import PublicRecord


class Scan(models.TextChoices):
    """What a virus scanner said."""

    PENDING = "pending", _("waits for the virus scanner")
    CLEAN = "clean", _("no virus found")
    INFECTED = "infected", _("harmful, so deleted")
    UNSCANNED = "unscanned", _("not scanned for viruses")


class StoredFile(PublicRecord):
    """A file as it was taken: never other bytes, and had by those whom the room that refers to it lets have it.

    Its name is not kept here but by that room, behind whatever walls it has: names tell.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    stored_as = models.CharField(max_length=80, unique=True, editable=False)
    stored_at = models.DateTimeField()
    scan = models.CharField(_("virus scan"), max_length=10, choices=Scan, default=Scan.UNSCANNED)
    scanned_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("stored file")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="file_kind_known"),
            models.CheckConstraint(condition=models.Q(size__gt=0, size__lte=MOST_BYTES), name="file_size_bounded"),
            models.CheckConstraint(condition=models.Q(scan__in=Scan.values), name="file_scan_known"),
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_has_fingerprint"),
        ]
        indexes = [models.Index(fields=("id",), condition=models.Q(scan="pending"), name="file_waits_for_scan")]

    def __str__(self) -> str:
        return f"file {self.public_id}"

    @property
    def in_words(self) -> str:
        """What it is and how large, such as "PDF, 1.2 MB"."""
        return f"{self.get_kind_display()}, {filesizeformat(self.size)}"
