"""Commitments: what a member promised, by when, and what became of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.records import PublicRecord
from foundation.states import table
from partnership.agreements.models import Clause
from partnership.approaches import approaches_field, approaches_known
from partnership.commitments.querysets import CommitmentQuerySet
from partnership.competences.models import Competence
from partnership.engagement.models import Input
from partnership.membership.models import Membership, Partnership
from partnership.responsibilities.models import Responsibility


class Status(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    ACCEPTED = "accepted", _("accepted")
    IN_PROGRESS = "in_progress", _("in progress")
    BLOCKED = "blocked", _("blocked")
    DONE = "done", _("done, to be verified")
    VERIFIED = "verified", _("verified")
    DECLINED = "declined", _("declined")
    DROPPED = "dropped", _("dropped")


# What is claimed done and found wanting goes back to work, and so does what was blocked.
TRANSITIONS = table(
    proposed="accepted declined dropped",
    accepted="in_progress blocked done dropped",
    in_progress="blocked done dropped",
    blocked="in_progress dropped",
    done="verified in_progress",
    verified="",
    declined="",
    dropped="",
)
OPEN = (Status.PROPOSED, Status.ACCEPTED, Status.IN_PROGRESS, Status.BLOCKED, Status.DONE)
# what can fall due: also what is blocked
UNDER_WAY = (Status.ACCEPTED, Status.IN_PROGRESS, Status.BLOCKED)
# what can still be planned otherwise
TO_PLAN = (Status.PROPOSED, *UNDER_WAY)


class Commitment(PublicRecord):
    """A promise of one member, with a date and what counts as done.

    One that repeats carries its rhythm (`rule`, RFC 5545). When it ends, the next one of its `series` is made;
    `occurs_on` is the day that the rhythm meant, also when the promise was re-planned, so that none is made twice.
    """

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
    clause = models.ForeignKey(
        Clause,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("clause it comes from"),
    )
    input = models.ForeignKey(
        Input,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("input it comes from"),
    )
    # what it takes to keep it: the database refuses an owner that does not hold it (migration 0007)
    competence = models.ForeignKey(
        Competence,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("competence that it needs"),
    )
    contributors = models.ManyToManyField(
        Membership, through="Contribution", related_name="contributes_to", verbose_name=_("members that contribute")
    )
    approaches = approaches_field()
    due_on = models.DateField(_("due"))
    done_when = models.CharField(_("done when"), max_length=500)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PROPOSED)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)
    # what a blocked one waits for: a member, or something else in words
    blocker = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="blocks", verbose_name=_("waits for")
    )
    blocker_words = models.CharField(_("waits for something else"), max_length=200, blank=True)
    blocked_reason = models.CharField(_("why it is blocked"), max_length=500, blank=True)
    # another date that the asked member proposes before it accepts, until it is answered
    asked_due_on = models.DateField(_("date asked for"), null=True, blank=True)
    asked_reason = models.CharField(_("why another date"), max_length=500, blank=True)
    rule = models.CharField(_("rhythm"), max_length=100, blank=True)
    series = models.UUIDField(null=True, blank=True, editable=False)
    occurs_on = models.DateField(null=True, blank=True, editable=False)
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
            approaches_known("commitment_approaches_known"),
            models.CheckConstraint(
                condition=(
                    models.Q(status="blocked")
                    & ~models.Q(blocked_reason="")
                    & (
                        models.Q(blocker__isnull=False, blocker_words="")
                        | (models.Q(blocker__isnull=True) & ~models.Q(blocker_words=""))
                    )
                )
                | (~models.Q(status="blocked") & models.Q(blocker__isnull=True, blocker_words="", blocked_reason="")),
                name="commitment_blocked_by_something",
                violation_error_message=_("Name what it waits for, and say why."),
            ),
            models.CheckConstraint(
                condition=models.Q(blocker__isnull=True) | ~models.Q(blocker=models.F("owner")),
                name="commitment_blocked_by_another",
                violation_error_message=_("Name another member, or say in words what stands in the way."),
            ),
            models.CheckConstraint(
                condition=models.Q(asked_due_on__isnull=True, asked_reason="")
                | (models.Q(status="proposed", asked_due_on__isnull=False) & ~models.Q(asked_reason="")),
                name="commitment_date_asked_while_proposed",
                violation_error_message=_("Only what is proposed can be asked another date for, saying why."),
            ),
            models.CheckConstraint(
                condition=models.Q(asked_due_on__isnull=True) | ~models.Q(asked_due_on=models.F("due_on")),
                name="commitment_asked_date_is_another",
                violation_error_message=_("This is the date that it has. Choose another."),
            ),
            models.CheckConstraint(
                condition=models.Q(series__isnull=True, occurs_on__isnull=True, rule="")
                | models.Q(series__isnull=False, occurs_on__isnull=False),
                name="commitment_of_series_has_its_day",
            ),
            models.UniqueConstraint(fields=("series", "occurs_on"), name="commitment_once_per_day_of_series"),
            # what rows below refer to, so that nothing of another partnership can be named
            models.UniqueConstraint(fields=("id", "partnership"), name="commitment_id_in_partnership"),
        ]
        indexes = [
            models.Index(fields=("partnership", "due_on", "id"), name="commitment_by_due"),
            models.Index(
                fields=("due_on",),
                condition=models.Q(status__in=("accepted", "in_progress", "blocked")),
                name="commitment_to_remind",
            ),
            models.Index(fields=("created_at",), condition=models.Q(status="proposed"), name="commitment_to_answer"),
            models.Index(fields=("updated_at",), condition=models.Q(status="done"), name="commitment_to_verify"),
        ]

    def __str__(self) -> str:
        return self.promise

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}commitments/{self.public_id}/"
