"""Who decides on what, and what a private member has at stake."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.records import PublicRecord
from partnership.competences.querysets import OfPartnershipQuerySet
from partnership.membership.models import Membership, Partnership


class Subject(PublicRecord):
    """A matter that the partnership decides on, such as "What is told to the press"."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="decision_subjects")
    name = models.CharField(_("subject"), max_length=200)
    note = models.CharField(_("how it is decided"), max_length=500, blank=True)

    objects = OfPartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("subject of decisions")
        verbose_name_plural = _("subjects of decisions")
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("partnership", "name"),
                name="subject_once_in_partnership",
                violation_error_message=_("This subject is there already."),
            ),
            models.UniqueConstraint(fields=("id", "partnership"), name="subject_id_in_partnership"),
        ]

    def __str__(self) -> str:
        return self.name


class Right(models.TextChoices):
    DECIDE = "decide", _("decides")
    VETO = "veto", _("may veto")
    ADVISE = "advise", _("advises")
    INFORM = "inform", _("is informed")


class DecisionRight(models.Model):
    """The right of a member in a subject: one each; without a row it has none."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="rights")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="decision_rights")
    right = models.CharField(_("right"), max_length=10, choices=Right)

    class Meta:
        verbose_name = _("decision right")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("subject", "membership"), name="decision_right_once"),
            models.CheckConstraint(condition=models.Q(right__in=Right.values), name="decision_right_known"),
        ]

    def __str__(self) -> str:
        return f"member {self.membership_id} {self.right} {self.subject_id}"


class Interest(PublicRecord):
    """An interest that a member declares, such as the contracts of a company with the port: known to all members."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="interests")
    text = models.CharField(_("interest"), max_length=500)
    declared_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    declared_by_name = models.CharField(max_length=200)
    declared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = OfPartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("declared interest")
        ordering = ("id",)
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="interest_says_something")]

    def __str__(self) -> str:
        return f"interest {self.public_id}"
