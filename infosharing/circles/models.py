"""Circles: some members of a partnership, under a name, to share with."""

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.records import PublicRecord
from foundation.states import table
from infosharing.circles.querysets import CircleMemberQuerySet, CircleQuerySet, StepQuerySet
from partnership.membership.models import Membership, Partnership


class CircleStatus(models.TextChoices):
    OPEN = "open", _("open")
    ENDED = "ended", _("ended")


class MemberStatus(models.TextChoices):
    INVITED = "invited", _("invited")
    MEMBER = "member", _("in it")
    DECLINED = "declined", _("declined")
    TAKEN_BACK = "taken_back", _("invitation taken back")
    LEFT = "left", _("left")
    REMOVED = "removed", _("removed")
    ENDED = "ended", _("in it until it ended")


# the same tables as in the database (migration 0002); a test holds them together
CIRCLE = table(open="ended", ended="")
MEMBER = table(
    invited="member declined taken_back",
    member="left removed ended",
    declined="",
    taken_back="",
    left="",
    removed="",
    ended="",
)


class Circle(PublicRecord):
    """A circle. Its `group` is the audience: the people of those of its members that are active in the partnership."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    purpose = models.CharField(_("purpose"), max_length=500)
    keeper = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("keeper"))
    is_confidential = models.BooleanField(_("confidential roster"), default=False)
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="circle", editable=False)
    status = models.CharField(_("status"), max_length=20, choices=CircleStatus, default=CircleStatus.OPEN)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = CircleQuerySet.as_manager()

    class Meta:
        verbose_name = _("circle")
        default_permissions = ()
        ordering = ("name", "id")
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=CircleStatus.values), name="circle_status_known"),
            models.CheckConstraint(
                condition=models.Q(status="open", ended_at__isnull=True)
                | models.Q(status="ended", ended_at__isnull=False),
                name="circle_ended_has_time",
            ),
            models.UniqueConstraint(fields=("id", "partnership"), name="circle_id_in_partnership"),
        ]

    def __str__(self) -> str:
        # a name can tell what a circle is about: it stays out of logs
        return f"circle {self.public_id}"

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}notes/circles/{self.public_id}/"


class CircleMember(PublicRecord):
    """A member of the partnership in a circle, from invitation to end. One that comes back has another row."""

    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="members")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    status = models.CharField(_("status"), max_length=20, choices=MemberStatus, default=MemberStatus.INVITED)
    invited_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField()
    since = models.DateTimeField(_("since"), null=True, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)

    objects = CircleMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a circle")
        verbose_name_plural = _("members of circles")
        default_permissions = ()
        ordering = ("circle_id", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("circle", "membership"),
                condition=models.Q(status__in=("invited", "member")),
                name="circle_member_once",
                violation_error_message=_("It is in this circle already, or has been invited."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=MemberStatus.values), name="circle_member_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=("invited", "declined", "taken_back"), since__isnull=True)
                | models.Q(status__in=("member", "left", "removed", "ended"), since__isnull=False),
                name="circle_member_in_it_since",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=("invited", "member"), until__isnull=True)
                | (~models.Q(status__in=("invited", "member")) & models.Q(until__isnull=False)),
                name="circle_member_over_has_time",
            ),
        ]
        indexes = [models.Index(fields=("membership", "status"), name="circle_member_of")]

    def __str__(self) -> str:
        return f"member of a circle {self.public_id}"


class Step(models.Model):
    """What was done in a circle: its own audit trail, for its members alone. Never changed."""

    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="steps")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=20)
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a circle")
        verbose_name_plural = _("steps of circles")
        default_permissions = ()
        ordering = ("id",)

    def __str__(self) -> str:
        return f"step {self.pk}"
