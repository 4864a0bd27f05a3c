"""Responsibilities: what is expected of each member, stated and accepted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.records import PublicRecord
from foundation.states import table
from partnership.agreements.models import Clause
from partnership.approaches import approaches_field, approaches_known
from partnership.membership.models import Membership, Partnership
from partnership.responsibilities.querysets import ResponsibilityQuerySet


class Status(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    CHANGE_ASKED = "change_asked", _("change asked for")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    ENDED = "ended", _("ended")


# A declined one may be proposed again, reworded; who asked for a change may accept after all; an ended one stays on
# record.
TRANSITIONS = table(
    proposed="accepted declined change_asked ended",
    change_asked="proposed accepted declined ended",
    declined="proposed ended",
    accepted="proposed ended",
    ended="",
)
TO_ANSWER = (Status.PROPOSED, Status.CHANGE_ASKED)


class Period(models.TextChoices):
    ONCE = "once", _("once")
    WEEKLY = "weekly", _("every week")
    MONTHLY = "monthly", _("every month")
    QUARTERLY = "quarterly", _("every quarter")
    YEARLY = "yearly", _("every year")
    CONTINUOUS = "continuous", _("all the time")


class Responsibility(PublicRecord):
    """A duty in words, with exactly one accountable member: the column holds one, and cannot be empty."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="responsibilities")
    duty = models.CharField(_("duty"), max_length=500)
    measure = models.CharField(_("measure"), max_length=500)
    period = models.CharField(_("how often"), max_length=20, choices=Period)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_until = models.DateField(_("until"), null=True, blank=True)
    approaches = approaches_field()
    clause = models.ForeignKey(
        Clause,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="responsibilities",
        verbose_name=_("clause it comes from"),
    )
    accountable = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="accountable_for", verbose_name=_("accountable")
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PROPOSED)
    answered_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    created_at = models.DateTimeField()

    objects = ResponsibilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="responsibility_status_known"),
            models.CheckConstraint(condition=models.Q(period__in=Period.values), name="responsibility_period_known"),
            models.CheckConstraint(
                condition=~models.Q(status__in=("declined", "change_asked")) | ~models.Q(reason=""),
                name="responsibility_declined_with_reason",
                violation_error_message=_("Say why the agency declines."),
            ),
            approaches_known("responsibility_approaches_known"),
            models.CheckConstraint(
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="responsibility_ends_after_it_begins",
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=("accepted", "declined", "change_asked"))
                | models.Q(answered_at__isnull=False),
                name="responsibility_answer_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.duty

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}responsibilities/{self.public_id}/"

    @property
    def of_whom(self) -> list[str]:
        """Who is accountable, as a line's fact."""
        return [self.accountable.agency.name]


class Part(models.TextChoices):
    """What a member has to do with it, beside being accountable: at least one is responsible, which does the work."""

    RESPONSIBLE = "R", _("responsible")
    CONSULTED = "C", _("consulted")
    INFORMED = "I", _("informed")


class ResponsibilityPart(models.Model):
    """The part of a member in a responsibility: one part each; who is accountable may be responsible too."""

    responsibility = models.ForeignKey(Responsibility, on_delete=models.CASCADE, related_name="parts")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="responsibility_parts")
    part = models.CharField(_("part"), max_length=1, choices=Part)

    class Meta:
        verbose_name = _("part in a responsibility")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("responsibility", "membership"), name="responsibility_one_part_each"),
            models.CheckConstraint(condition=models.Q(part__in=Part.values), name="responsibility_part_known"),
        ]

    def __str__(self) -> str:
        return f"{self.part}: {self.membership_id}"


class ResponsibilityChange(models.Model):
    """One step of a responsibility: from which state to which, by whom, why."""

    responsibility = models.ForeignKey(Responsibility, on_delete=models.CASCADE, related_name="changes")
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20)
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of responsibility")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
