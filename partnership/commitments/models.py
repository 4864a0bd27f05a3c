"""Commitments: what a member promised, by when, and what became of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.records import PublicRecord
from foundation.states import table
from partnership.commitments.querysets import CommitmentQuerySet
from partnership.membership.models import Membership, Partnership
from partnership.responsibilities.models import Responsibility


class Status(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    ACCEPTED = "accepted", _("accepted")
    IN_PROGRESS = "in_progress", _("in progress")
    DONE = "done", _("done, to be verified")
    VERIFIED = "verified", _("verified")
    DECLINED = "declined", _("declined")
    DROPPED = "dropped", _("dropped")


# What is claimed done and found wanting goes back to work.
TRANSITIONS = table(
    proposed="accepted declined dropped",
    accepted="in_progress done dropped",
    in_progress="done dropped",
    done="verified in_progress",
    verified="",
    declined="",
    dropped="",
)
OPEN = (Status.PROPOSED, Status.ACCEPTED, Status.IN_PROGRESS, Status.DONE)
UNDER_WAY = (Status.ACCEPTED, Status.IN_PROGRESS)


class Commitment(PublicRecord):
    """A promise of one member, with a date and what counts as done."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="commitments")
    promise = models.CharField(_("promise"), max_length=500)
    owner = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="commitments", verbose_name=_("member who promises")
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("person who does it"),
    )
    responsibility = models.ForeignKey(
        Responsibility,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("responsibility it comes from"),
    )
    due_on = models.DateField(_("due"))
    done_when = models.CharField(_("done when"), max_length=500)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PROPOSED)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)
    proposed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    verified_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verified by")
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        ordering = ("due_on", "id")
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="commitment_status_known"),
            models.CheckConstraint(
                condition=~models.Q(status__in=("declined", "dropped")) | ~models.Q(reason=""),
                name="commitment_ended_with_reason",
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                condition=models.Q(status="verified", verified_by__isnull=False)
                | (~models.Q(status="verified") & models.Q(verified_by__isnull=True)),
                name="commitment_verified_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(verified_by__isnull=True) | ~models.Q(verified_by=models.F("owner")),
                name="commitment_verified_by_another",
                violation_error_message=_("Another member verifies what you claim done."),
            ),
        ]
        indexes = [
            models.Index(fields=("partnership", "due_on", "id"), name="commitment_by_due"),
            models.Index(
                fields=("due_on",),
                condition=models.Q(status__in=("accepted", "in_progress")),
                name="commitment_to_remind",
            ),
        ]

    def __str__(self) -> str:
        return self.promise

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}commitments/{self.public_id}/"


class CommitmentChange(models.Model):
    """One change of a commitment: a step, or another date, person or wording, by whom and why."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="changes")
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20)
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


class Rule(models.TextChoices):
    """When a reminder is due; `partnership.commitments.schedule` knows the days."""

    WEEK_BEFORE = "week_before", _("7 days before")
    ON_THE_DAY = "on_the_day", _("on the day")
    OVERDUE = "overdue", _("5 days overdue, to the member's lead")


class Reminder(models.Model):
    """That somebody is to be reminded: one row per commitment, date, rule and recipient, for ever."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="reminders")
    rule = models.CharField(max_length=20, choices=Rule)
    due_on = models.DateField()
    recipient = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    notice_id = models.UUIDField(unique=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reminder")
        constraints = [
            models.UniqueConstraint(fields=("commitment", "due_on", "rule", "recipient"), name="reminder_once"),
            models.CheckConstraint(condition=models.Q(rule__in=Rule.values), name="reminder_rule_known"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} for {self.commitment_id}"
