"""Notices to people, and the outbox that carries them by mail."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.notifications.querysets import DeliveryQuerySet, NoticeQuerySet
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
