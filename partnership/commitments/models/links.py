"""What belongs to a commitment: who contributes, what it needs first, every change of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from partnership.commitments.models.commitments import Commitment
from partnership.membership.models import Membership, Partnership


class Contribution(models.Model):
    """That a member helps another keep a promise: each member once, and never the one that promised."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="contributions")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="contributions")

    class Meta:
        verbose_name = _("contribution to a commitment")
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("commitment", "member"), name="contribution_once_per_member")]

    def __str__(self) -> str:
        return f"member {self.member_id} contributes to {self.commitment_id}"


class Dependency(models.Model):
    """That a commitment needs another one first. They never run in a ring: services hold that, under a lock."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="dependencies")
    needs = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="dependents")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("dependency between commitments")
        verbose_name_plural = _("dependencies between commitments")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("commitment", "needs"), name="dependency_once"),
            models.CheckConstraint(
                condition=~models.Q(commitment=models.F("needs")),
                name="dependency_on_another",
                violation_error_message=_("A commitment cannot need itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} needs {self.needs_id}"


class What(models.TextChoices):
    """What changed, where it was no step and no date."""

    PERSON = "person", _("Another person does it")
    PLAN = "plan", _("Planned otherwise")
    NEEDS = "needs", _("Needs another commitment first")
    FREED = "freed", _("Needs another commitment no more")
    SERIES_ENDED = "series_ended", _("Does not repeat any more")
    DATE_ASKED = "date_asked", _("Another date asked for")
    DATE_KEPT = "date_kept", _("The date stays")
    EVIDENCE = "evidence", _("Evidence added")
    EVIDENCE_REMOVED = "evidence_removed", _("Evidence removed")


class CommitmentChange(models.Model):
    """One change of a commitment: a step, or another date, person or plan, by whom and why."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="changes")
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20)
    what = models.CharField(max_length=20, choices=What, blank=True)
    due_before = models.DateField(null=True)
    due_after = models.DateField(null=True)
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of commitment")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
