"""The audit trail: what was done, by whom, to what. Append-only, held by the database."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One thing done. Names and ids are plain columns, so that the trail outlives what it speaks of."""

    at = models.DateTimeField()
    verb = models.CharField(max_length=80)
    person_id = models.BigIntegerField(null=True)
    person_label = models.CharField(max_length=200, blank=True)
    agency_id = models.BigIntegerField(null=True)
    agency_label = models.CharField(max_length=200, blank=True)
    object_type = models.CharField(max_length=80)
    object_id = models.UUIDField()
    request_id = models.CharField(max_length=64, blank=True)
    task_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("audit event")
        ordering = ("-id",)
        indexes = [models.Index(fields=("object_type", "object_id"), name="audit_event_object")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verb__regex=r"^[a-z_]+\.[a-z_]+(\.[a-z_]+)*$"), name="audit_verb_is_dotted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_id}"
