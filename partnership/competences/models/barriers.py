"""The barrier model: a crime as a process in steps, and what can be put in its way at each."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.records import PublicRecord
from partnership.competences.models.register import Competence
from partnership.competences.querysets import OfPartnershipQuerySet
from partnership.membership.models import Partnership


class Process(PublicRecord):
    """A crime as those who commit it have to go about it, such as "Cocaine through the port"."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="processes")
    name = models.CharField(_("process"), max_length=200)
    phenomenon = models.CharField(_("phenomenon"), max_length=200)
    summary = models.CharField(_("summary"), max_length=500, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = OfPartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("partnership", "name"),
                condition=models.Q(retired_at__isnull=True),
                name="process_once_in_partnership",
                violation_error_message=_("There is a process of this name already."),
            ),
            models.UniqueConstraint(fields=("id", "partnership"), name="process_id_in_partnership"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}competences/?process={self.public_id}"


class Step(PublicRecord):
    """A step that the crime cannot do without. Steps of a process stand in an order, from 1."""

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="steps")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(_("place"))
    name = models.CharField(_("step"), max_length=200)
    description = models.CharField(_("what happens"), max_length=1000, blank=True)

    objects = OfPartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        ordering = ("process_id", "position")
        constraints = [
            # checked at the end of a transaction, so that two steps can change places
            models.UniqueConstraint(
                fields=("process", "position"), name="step_place_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=("id", "partnership"), name="step_id_in_partnership"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}competences/steps/{self.public_id}/"


class Barrier(PublicRecord):
    """Something that can be put in the way at a step, served by competences."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="barriers")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("barrier"), max_length=200)
    description = models.CharField(_("how it works"), max_length=1000, blank=True)
    competences = models.ManyToManyField(Competence, through="Serving", related_name="barriers")

    objects = OfPartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("barrier")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("step", "name"),
                name="barrier_once_in_step",
                violation_error_message=_("This step has a barrier of this name already."),
            ),
            models.UniqueConstraint(fields=("id", "partnership"), name="barrier_id_in_partnership"),
        ]

    def __str__(self) -> str:
        return self.name


class Serving(models.Model):
    """That a competence serves a barrier."""

    barrier = models.ForeignKey(Barrier, on_delete=models.CASCADE, related_name="servings")
    competence = models.ForeignKey(Competence, on_delete=models.PROTECT, related_name="servings")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("competence that serves a barrier")
        verbose_name_plural = _("competences that serve barriers")
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("barrier", "competence"), name="serving_once")]

    def __str__(self) -> str:
        return f"competence {self.competence_id} serves {self.barrier_id}"
