"""Notices to people, and the outbox that carries them by mail."""

import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.notifications.querysets import DeliveryQuerySet, NoticeQuerySet
from foundation.notifications.timing import Cadence, Habits
from foundation.records import PublicRecord


class Notice(PublicRecord):
    """Something that one person should know or do. The words live in code, by `kind`; the row holds the facts."""

    kind = models.CharField(max_length=80)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    subject_id = models.UUIDField()
    facts = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        constraints = [
            models.UniqueConstraint(fields=("recipient", "dedupe_key"), name="notice_once_per_recipient"),
        ]
        indexes = [
            models.Index(fields=("recipient", "-created_at", "-id"), name="notice_inbox"),
            models.Index(fields=("subject_id",), name="notice_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("waiting to be sent")
    SENT = "sent", _("sent")
    WITHDRAWN = "withdrawn", _("withdrawn before sending")
    PARKED = "parked", _("given up after repeated failures")


class Delivery(models.Model):
    """One mail of the outbox. At least once: the same `message_id` is used again after a crash."""

    notice = models.OneToOneField(Notice, on_delete=models.CASCADE, related_name="delivery")
    state = models.CharField(max_length=20, choices=DeliveryState, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    answer = models.CharField(max_length=300, blank=True)
    is_gathered = models.BooleanField(default=False, db_default=False)
    # of the gathered mail in which it went, or is going: a second copy after a crash bears the same Message-ID
    digest_id = models.UUIDField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
                name="delivery_sent_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=("not_before", "id"), condition=models.Q(state="queued"), name="delivery_queue"),
        ]

    def __str__(self) -> str:
        return f"delivery of {self.notice_id}"


WEEKDAYS = [(number, day) for number, day in enumerate((
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")
))]  # fmt: skip


class Preference(models.Model):
    """How one person wants to get mail. Who never said gets it one by one, at any hour, in the site's time zone."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_preference")
    cadence = models.CharField(_("mail"), max_length=10, choices=Cadence, default=Cadence.AT_ONCE)
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    gathered_at = models.TimeField(_("gathered mail at"), default=datetime.time(8))
    weekday = models.PositiveSmallIntegerField(_("weekly mail on"), choices=WEEKDAYS, default=0)

    class Meta:
        verbose_name = _("mail preference")
        constraints = [
            models.CheckConstraint(condition=models.Q(cadence__in=Cadence.values), name="preference_cadence_known"),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="preference_weekday_known"),
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="preference_quiet_from_and_until",
                violation_error_message=_("Give both times, or neither."),
            ),
        ]

    def __str__(self) -> str:
        return f"mail preference of {self.person_id}"

    @property
    def habits(self) -> Habits:
        return Habits(
            zone=self.time_zone or settings.TIME_ZONE,
            quiet_from=self.quiet_from,
            quiet_until=self.quiet_until,
            gathered_at=self.gathered_at,
            weekday=self.weekday,
        )


class KindPreference(models.Model):
    """What one person wants of one kind of notice, where it is not as with the others."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=80)
    cadence = models.CharField(max_length=10, choices=Cadence)

    class Meta:
        verbose_name = _("mail preference of a kind")
        constraints = [
            models.UniqueConstraint(fields=("person", "kind"), name="kind_preference_once"),
            models.CheckConstraint(
                condition=models.Q(cadence__in=Cadence.values), name="kind_preference_cadence_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.cadence}"
