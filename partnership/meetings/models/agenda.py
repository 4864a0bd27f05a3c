"""Who comes to a meeting, and what it is to deal with."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.records import PublicRecord
from foundation.states import table
from partnership.commitments.models import Commitment
from partnership.meetings.models.meetings import Meeting
from partnership.meetings.querysets import AgendaItemQuerySet, OfPartnershipQuerySet
from partnership.membership.models import Membership, Partnership


class Announced(models.TextChoices):
    """What a member says beforehand."""

    COMING = "coming", _("our representative comes")
    DEPUTY = "deputy", _("our deputy comes")
    APOLOGY = "apology", _("nobody of us can come")


class Presence(models.TextChoices):
    """What is on record."""

    PRESENT = "present", _("present")
    DEPUTY = "deputy", _("deputy")
    APOLOGY = "apology", _("apology")
    ABSENT = "absent", _("absent")


REPRESENTED = (Presence.PRESENT, Presence.DEPUTY)


class Attendance(models.Model):
    """What one member announced, and how it was represented in the end; by somebody with an account, or by name."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="attendances")
    announced = models.CharField(max_length=20, choices=Announced, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    announced_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    remark = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=20, choices=Presence, blank=True)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    recorded_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # set when the meeting closes: this member was active then, so it counts for the quorum for ever
    counts = models.BooleanField(default=False, editable=False)

    objects = OfPartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("meeting", "member"), name="attendance_once_per_member"),
            models.CheckConstraint(
                condition=models.Q(announced__in=("", *Announced.values)), name="attendance_announced_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=("", *Presence.values)), name="attendance_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"member {self.member_id} at meeting {self.meeting_id}: {self.status or self.announced}"

    @property
    def who(self) -> str:
        """Who came, by name."""
        return self.person.name if self.person else self.name


class ItemKind(models.TextChoices):
    INFORM = "inform", _("to inform")
    DISCUSS = "discuss", _("to discuss")
    DECIDE = "decide", _("to decide")


class ItemStatus(models.TextChoices):
    OPEN = "open", _("on the agenda")
    DONE = "done", _("dealt with")
    POSTPONED = "postponed", _("put off")
    WITHDRAWN = "withdrawn", _("taken off")


ITEM_TRANSITIONS = table(
    open="done postponed withdrawn", done="done postponed", postponed="done postponed", withdrawn=""
)


class AgendaItem(PublicRecord):
    """What a meeting is to deal with, proposed by a member, and what came of it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(_("place on the agenda"))
    title = models.CharField(_("subject"), max_length=200)
    purpose = models.TextField(_("what is wanted"), max_length=1000, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=ItemKind, default=ItemKind.DISCUSS)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=15)
    presenter = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("presented by")
    )
    proposed_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="proposed_items", verbose_name=_("proposed by")
    )
    # an overdue commitment that came onto the agenda by itself
    about = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("about")
    )
    status = models.CharField(_("status"), max_length=20, choices=ItemStatus, default=ItemStatus.OPEN)
    outcome = models.TextField(_("outcome"), max_length=4000, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    created_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda item")
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("meeting", "position"), name="agenda_place_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=("id", "meeting"), name="agenda_item_id_in_meeting"),
            models.UniqueConstraint(fields=("meeting", "about"), name="agenda_commitment_once"),
            models.CheckConstraint(condition=models.Q(kind__in=ItemKind.values), name="agenda_kind_known"),
            models.CheckConstraint(condition=models.Q(status__in=ItemStatus.values), name="agenda_status_known"),
            models.CheckConstraint(condition=models.Q(minutes__gte=1, minutes__lte=480), name="agenda_minutes_sane"),
            models.CheckConstraint(
                condition=~models.Q(status="withdrawn") | ~models.Q(reason=""),
                name="agenda_withdrawn_with_reason",
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{self.meeting.get_absolute_url()}#item-{self.public_id}"
