"""The statement of differences, made from the register, and who has acknowledged it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.records import PublicRecord
from partnership.competences.querysets import OfPartnershipQuerySet, StatementQuerySet
from partnership.membership.models import Membership, Partnership


class Statement(PublicRecord):
    """What each member can and cannot do, whom it needs, who decides: as the register said it when this was made.

    While nobody has signed it, a change to the register changes it; once somebody has, the next change makes the next
    one and every member is asked again. `content` is what `fingerprint` (SHA-256) is made of.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="statements")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement of differences")
        verbose_name_plural = _("statements of differences")
        ordering = ("partnership_id", "number")
        constraints = [
            models.UniqueConstraint(fields=("partnership", "number"), name="statement_number_once"),
            models.UniqueConstraint(fields=("id", "partnership"), name="statement_id_in_partnership"),
        ]

    def __str__(self) -> str:
        return f"Statement of differences {self.number}"

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}competences/acknowledgement/"


class Acknowledgement(PublicRecord):
    """That a member's lead has read a statement and signed it for the member. It is never changed."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="acknowledgements")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="acknowledgements")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    person_name = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    at = models.DateTimeField()

    objects = OfPartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("acknowledgement")
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("statement", "membership"), name="acknowledged_once")]

    def __str__(self) -> str:
        return f"acknowledgement {self.public_id}"
