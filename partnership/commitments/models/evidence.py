"""What shows that a commitment is kept: links and files. Notes are added by the room of notes, behind its walls."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.files.models import StoredFile
from foundation.records import PublicRecord
from partnership.commitments.models.commitments import Commitment
from partnership.commitments.querysets import EvidenceQuerySet
from partnership.membership.models import Membership, Partnership


class EvidenceKind(models.TextChoices):
    LINK = "link", _("link")
    FILE = "file", _("file")


class Evidence(PublicRecord):
    """A link or a file, added by the member that promised or one that contributes. Verified, it stands for good."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="evidence_items")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=EvidenceKind)
    title = models.CharField(_("what it shows"), max_length=200)
    link = models.URLField(_("link"), max_length=500, blank=True)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    file_name = models.CharField(_("name of the file"), max_length=100, blank=True)
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("added for"))
    added_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="link", link__startswith="https://", file__isnull=True, file_name="")
                | (models.Q(kind="file", link="", file__isnull=False) & ~models.Q(file_name="")),
                name="evidence_is_link_or_file",
                violation_error_message=_("Give an address that begins with https://, or a file: one of the two."),
            ),
            models.UniqueConstraint(
                fields=("commitment", "link"), condition=models.Q(kind="link"), name="evidence_link_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{self.commitment.get_absolute_url()}evidence/{self.public_id}/"
