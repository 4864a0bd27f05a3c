"""Partnerships and who takes part in them."""

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.agencies.models import Agency
from accounts.people.models import Person
from foundation.records import PublicRecord
from partnership.membership.querysets import (
    DepartureQuerySet,
    HandOverQuerySet,
    MembershipQuerySet,
    PartnershipQuerySet,
)


class PartnershipStatus(models.TextChoices):
    PREPARING = "preparing", _("being prepared")
    ACTIVE = "active", _("active")
    ENDED = "ended", _("ended")


class Partnership(PublicRecord):
    """Agencies that agreed to work together in a city, and who coordinates them.

    Its `group` is the audience "the whole partnership": the people of all active members.
    """

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    city = models.CharField(_("city"), max_length=100)
    purpose = models.TextField(_("purpose"), max_length=1000)
    status = models.CharField(_("status"), max_length=20, choices=PartnershipStatus, default=PartnershipStatus.ACTIVE)
    coordinator = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="coordinated", verbose_name=_("coordinator")
    )
    review_date = models.DateField(_("review date"))
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="partnership", editable=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("partnership")
        ordering = ("name", "id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=PartnershipStatus.values), name="partnership_status_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/partnerships/{self.slug}/"


class MembershipRole(models.TextChoices):
    COORDINATOR = "coordinator", _("coordinator")
    CORE = "core", _("core member")
    ASSOCIATE = "associate", _("associate member")
    OBSERVER = "observer", _("observer")
    EXPERT = "expert", _("expert")


class MembershipStatus(models.TextChoices):
    INVITED = "invited", _("invited")
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Membership(PublicRecord):
    """An agency in a partnership, from invitation to withdrawal.

    Its `group` is the audience "this member": the people of the agency while the membership is active. Triggers keep
    the groups in step with agencies, people and status (migration 0002).
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("agency"))
    role = models.CharField(_("role"), max_length=20, choices=MembershipRole, default=MembershipRole.CORE)
    status = models.CharField(_("status"), max_length=20, choices=MembershipStatus, default=MembershipStatus.INVITED)
    joined_on = models.DateField(_("joined on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    representative = models.ForeignKey(
        Person,
        on_delete=models.SET_NULL,
        related_name="represented_memberships",
        null=True,
        blank=True,
        verbose_name=_("representative"),
    )
    representative_mandate = models.CharField(_("mandate of the representative"), max_length=300, blank=True)
    deputy = models.ForeignKey(
        Person,
        on_delete=models.SET_NULL,
        related_name="deputised_memberships",
        null=True,
        blank=True,
        verbose_name=_("deputy"),
    )
    deputy_mandate = models.CharField(_("mandate of the deputy"), max_length=300, blank=True)
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="membership", editable=False)
    invited_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField()
    # both kept by a trigger, also when the agency or a representative changes (migration 0002)
    updated_at = models.DateTimeField(editable=False)
    changed_in = models.BigIntegerField(editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        ordering = ("partnership_id", "agency__name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("partnership", "agency"),
                condition=~models.Q(status="withdrawn"),
                name="membership_one_live_per_agency",
                violation_error_message=_("This agency is a member already, or has been invited."),
            ),
            models.UniqueConstraint(
                fields=("partnership",),
                condition=models.Q(role="coordinator") & ~models.Q(status="withdrawn"),
                name="membership_one_coordinator",
                violation_error_message=_("A partnership has one coordinator."),
            ),
            # what rows of other rooms refer to, so that a duty cannot fall on a member of another partnership
            models.UniqueConstraint(fields=("id", "partnership"), name="membership_id_in_partnership"),
            models.CheckConstraint(condition=models.Q(role__in=MembershipRole.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=models.Q(status__in=MembershipStatus.values), name="membership_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status="withdrawn", left_on__isnull=False)
                | (~models.Q(status="withdrawn") & models.Q(left_on__isnull=True)),
                name="membership_left_when_withdrawn",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=("active", "suspended")) | models.Q(joined_on__isnull=False),
                name="membership_active_has_joined",
            ),
        ]
        indexes = [models.Index(fields=("changed_in",), name="membership_changed_in")]

    def __str__(self) -> str:
        return f"{self.agency} in {self.partnership}"

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}members/{self.public_id}/"


class MembershipChange(models.Model):
    """One step of a membership: from which state to which, by whom, why."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="changes")
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20)
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of membership")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class DepartureStatus(models.TextChoices):
    ANNOUNCED = "announced", _("announced")
    EFFECTIVE = "effective", _("in effect")
    TAKEN_BACK = "taken_back", _("taken back")


class Departure(PublicRecord):
    """That a member leaves on a day to come, and what it decided about what it leaves behind.

    `choices` holds its answer to each question that a room asks (`partnership.membership.leaving`), by the room's name.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="departures")
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="departures", verbose_name=_("member")
    )
    status = models.CharField(_("status"), max_length=20, choices=DepartureStatus, default=DepartureStatus.ANNOUNCED)
    noticed_on = models.DateField(_("notice given on"))
    effective_on = models.DateField(_("leaves on"))
    reason = models.CharField(_("reason"), max_length=500)
    choices = models.JSONField(_("decisions"), default=dict)
    announced_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    taken_back_reason = models.CharField(_("why it was taken back"), max_length=500, blank=True)
    created_at = models.DateTimeField()

    objects = DepartureQuerySet.as_manager()

    class Meta:
        verbose_name = _("departure")
        ordering = ("effective_on", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("membership",),
                condition=models.Q(status="announced"),
                name="departure_one_announced",
                violation_error_message=_("It is announced already that this member leaves."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=DepartureStatus.values), name="departure_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(effective_on__gte=models.F("noticed_on")), name="departure_after_notice"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="departure_with_reason"),
            models.CheckConstraint(
                condition=models.Q(status="announced", ended_at__isnull=True)
                | (~models.Q(status="announced") & models.Q(ended_at__isnull=False)),
                name="departure_ended_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="taken_back") | ~models.Q(taken_back_reason=""),
                name="departure_taken_back_with_reason",
            ),
            # what the hand-over list refers to, so that nobody takes over from itself or in another partnership
            models.UniqueConstraint(fields=("id", "membership", "partnership"), name="departure_id_of_member"),
        ]

    def __str__(self) -> str:
        return f"departure {self.public_id}"

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}departures/{self.public_id}/"


class HandOverStatus(models.TextChoices):
    OFFERED = "offered", _("asked")
    AGREED = "agreed", _("agreed")
    DECLINED = "declined", _("declined")
    ENDS = "ends", _("ends with the membership")
    HANDED_OVER = "handed_over", _("handed over")
    ENDED = "ended", _("ended")


class HandOver(PublicRecord):
    """What becomes of one thing of a leaving member, such as a commitment: who takes it over, or why it ends.

    `room` and `subject_id` say which thing; the room that it is of knows more (`partnership.membership.leaving`). A
    thing about which nothing was decided has no row.
    """

    departure = models.ForeignKey(Departure, on_delete=models.PROTECT, related_name="hand_overs")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    leaver = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    room = models.SlugField(max_length=40)
    subject_id = models.UUIDField()
    taker = models.ForeignKey(
        Membership,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hand_overs",
        verbose_name=_("member that takes it over"),
    )
    status = models.CharField(_("status"), max_length=20, choices=HandOverStatus)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField()

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over")
        ordering = ("departure_id", "id")
        constraints = [
            models.UniqueConstraint(fields=("departure", "room", "subject_id"), name="hand_over_once"),
            models.CheckConstraint(condition=models.Q(status__in=HandOverStatus.values), name="hand_over_status_known"),
            models.CheckConstraint(
                condition=models.Q(status__in=("ends", "ended"), taker__isnull=True)
                | models.Q(status__in=("offered", "agreed", "declined", "handed_over"), taker__isnull=False),
                name="hand_over_has_taker_unless_it_ends",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=("declined", "ends", "ended")) | ~models.Q(reason=""),
                name="hand_over_refused_or_ended_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(taker__isnull=True) | ~models.Q(taker=models.F("leaver")),
                name="hand_over_to_another_member",
            ),
        ]

    def __str__(self) -> str:
        return f"hand-over {self.public_id}"
