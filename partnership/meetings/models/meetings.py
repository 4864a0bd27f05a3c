"""Meetings: when members come together, on what, who was there, and what became of it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation.records import PublicRecord
from foundation.states import table
from partnership.meetings.querysets import (
    MeetingQuerySet,
    SeriesQuerySet,
)
from partnership.membership.models import Membership, Partnership


class QuorumRule(models.TextChoices):
    SHARE = "share", _("a share of the active members")
    NAMED = "named", _("certain members, all of them")


class Quorum(models.Model):
    """How many must be represented, as a series and a meeting say it."""

    quorum_rule = models.CharField(_("quorum"), max_length=20, choices=QuorumRule, default=QuorumRule.SHARE)
    quorum_percent = models.PositiveSmallIntegerField(
        _("share in percent"), default=50, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    class Meta:
        abstract = True


def _quorum_constraints(prefix: str) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(
            condition=models.Q(quorum_rule__in=QuorumRule.values), name=f"{prefix}_quorum_rule_known"
        ),
        models.CheckConstraint(
            condition=models.Q(quorum_percent__gte=1, quorum_percent__lte=100),
            name=f"{prefix}_quorum_is_a_share",
            violation_error_message=_("Give a share between 1 and 100 percent."),
        ),
        # what rows below refer to, so that nothing of another partnership can be named
        models.UniqueConstraint(fields=("id", "partnership"), name=f"{prefix}_id_in_partnership"),
    ]


class Series(PublicRecord, Quorum):
    """A rhythm in which a partnership meets. It makes its meetings some months ahead; each can then be changed alone.

    `rule` is a recurrence rule of RFC 5545 without a start; the day comes from it, the time of day from `starts_at`, in
    the local time of `zone` all year round.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="meeting_series")
    title = models.CharField(_("title"), max_length=200)
    rule = models.CharField(_("rhythm"), max_length=100)
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("until"), null=True, blank=True)
    starts_at = models.TimeField(_("starts at"))
    minutes = models.PositiveSmallIntegerField(_("length in minutes"))
    zone = models.CharField(_("time zone"), max_length=64)
    place = models.CharField(_("place"), max_length=300, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    chair = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("chair"))
    core_members = models.ManyToManyField(Membership, through="SeriesCoreMember", related_name="+")
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    created_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series of meetings")
        verbose_name_plural = _("series of meetings")
        ordering = ("id",)
        constraints = [
            *_quorum_constraints("series"),
            models.CheckConstraint(
                condition=models.Q(minutes__gte=5, minutes__lte=1440), name="series_lasts_at_most_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(last_on__isnull=True) | models.Q(last_on__gte=models.F("first_on")),
                name="series_ends_after_it_begins",
                violation_error_message=_("The last day comes after the first one."),
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True) | ~models.Q(reason=""),
                name="series_ended_with_reason",
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}meetings/series/{self.public_id}/"


class SeriesCoreMember(models.Model):
    """A member without whom the meetings of a series have no quorum."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("core member of a series")
        constraints = [models.UniqueConstraint(fields=("series", "member"), name="series_core_member_once")]

    def __str__(self) -> str:
        return f"core member {self.member_id} of series {self.series_id}"


class Status(models.TextChoices):
    PLANNED = "planned", _("planned")
    CALLED = "called", _("called")
    IN_SESSION = "in_session", _("in session")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


TRANSITIONS = table(
    planned="called cancelled",
    called="in_session cancelled",
    in_session="closed",
    closed="",
    cancelled="",
)
AHEAD = (Status.PLANNED, Status.CALLED)
ENDED = (Status.CLOSED, Status.CANCELLED)


class Meeting(PublicRecord, Quorum):
    """One coming-together of a partnership. Once closed, the database lets nothing of its record be changed.

    `sequence` counts what was changed since people were called: calendars take the highest.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="meetings")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings")
    # the day that the series meant, also when the meeting was moved: so it is not made twice
    occurs_on = models.DateField(null=True, blank=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    zone = models.CharField(_("time zone"), max_length=64)
    place = models.CharField(_("place"), max_length=300, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    chair = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="chaired", verbose_name=_("chair"))
    core_members = models.ManyToManyField(Membership, through="CoreMember", related_name="+")
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PLANNED)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        ordering = ("starts_at", "id")
        constraints = [
            *_quorum_constraints("meeting"),
            models.UniqueConstraint(fields=("series", "occurs_on"), name="meeting_once_per_day_of_series"),
            models.CheckConstraint(
                condition=models.Q(series__isnull=True, occurs_on__isnull=True)
                | models.Q(series__isnull=False, occurs_on__isnull=False),
                name="meeting_of_series_has_its_day",
            ),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="meeting_status_known"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="meeting_ends_after_it_starts",
                violation_error_message=_("The end must come after the start."),
            ),
            models.CheckConstraint(
                condition=~models.Q(status="cancelled") | ~models.Q(reason=""),
                name="meeting_cancelled_with_reason",
                violation_error_message=_("Say why."),
            ),
        ]
        indexes = [models.Index(fields=("partnership", "starts_at", "id"), name="meeting_by_start")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}meetings/{self.public_id}/"


class CoreMember(models.Model):
    """A member without whom a meeting has no quorum."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("core member of a meeting")
        constraints = [models.UniqueConstraint(fields=("meeting", "member"), name="meeting_core_member_once")]

    def __str__(self) -> str:
        return f"core member {self.member_id} of meeting {self.meeting_id}"


class MeetingChange(models.Model):
    """One change of a meeting: a step, or another time, by whom and why. Nobody did it where a series made it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="changes")
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20)
    starts_before = models.DateTimeField(null=True)
    starts_after = models.DateTimeField(null=True)
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of meeting")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
