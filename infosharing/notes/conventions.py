"""How a partnership writes its notes."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.actor import Actor
from accounts.people.models import Person
from infosharing.notes.grading import Scheme
from partnership.membership.models import Membership, Partnership


class ConventionsQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(partnership__in=Partnership.objects.visible_to(actor))


class Conventions(models.Model):
    """What the coordinator set for the notes of a partnership; one without a row has set nothing."""

    partnership = models.OneToOneField(Partnership, on_delete=models.CASCADE, related_name="+")
    grading = models.CharField(_("grading of notes"), max_length=5, choices=Scheme, blank=True)
    second_pair = models.BooleanField(
        _("A colleague of the writer releases what leaves an agency"), default=False, db_default=False
    )
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    objects = ConventionsQuerySet.as_manager()

    class Meta:
        verbose_name = _("conventions for notes")
        verbose_name_plural = _("conventions for notes")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(grading="") | models.Q(grading__in=Scheme.values), name="conventions_grading_known"
            ),
        ]

    def __str__(self) -> str:
        return f"conventions for notes of {self.partnership_id}"


class HouseRuleQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """That of the own agency: how others look over their notes is theirs to know."""
        return self.filter(membership__agency_id=actor.agency_key, membership__status="active")


class HouseRule(models.Model):
    """That a member asks of its own people what its partnership may not: a colleague releases what they share."""

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="+")
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    objects = HouseRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("house rule for notes")
        default_permissions = ()

    def __str__(self) -> str:
        return f"house rule of membership {self.membership_id}"


def scheme_of(partnership: Partnership) -> str:
    """Return by which scheme a partnership grades its notes; empty if it does not."""
    return Conventions.objects.filter(partnership=partnership).values_list("grading", flat=True).first() or ""
