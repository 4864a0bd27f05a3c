"""Reminders that were made, and the ladders that partnerships chose."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from partnership.membership.models import Partnership
from partnership.reminders.ladders import Audience, Rung, Unit
from partnership.reminders.querysets import ReminderQuerySet

BY_HAND = "by_hand"


class ChosenRung(models.Model):
    """One rung of a ladder that a partnership chose in place of the usual one.

    A source without rungs here follows its usual ladder; a ladder that the partnership emptied has one row without
    an audience.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="chosen_rungs")
    source = models.CharField(max_length=80)
    offset = models.SmallIntegerField(_("days"), null=True)
    unit = models.CharField(_("unit"), max_length=20, choices=Unit, default=Unit.DAYS)
    audience = models.CharField(_("who"), max_length=20, choices=Audience, blank=True)

    class Meta:
        verbose_name = _("rung of a ladder")
        ordering = ("source", "offset", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("partnership", "source", "offset", "unit", "audience"), name="chosen_rung_once"
            ),
            models.CheckConstraint(
                condition=models.Q(audience="", offset__isnull=True)
                | models.Q(audience__in=Audience.values, offset__range=(-365, 365)),
                name="chosen_rung_whole",
            ),
            models.CheckConstraint(condition=models.Q(unit__in=Unit.values), name="chosen_rung_unit_known"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.offset} {self.unit} {self.audience}"

    @property
    def rung(self) -> Rung | None:
        """The rung, or None where the row says that there is none."""
        return None if self.offset is None else Rung(self.offset, self.audience, self.unit)


class Reminder(models.Model):
    """That somebody was reminded: one row per source, subject, date, rung and recipient, for ever."""

    source = models.CharField(max_length=80)
    subject_id = models.UUIDField()
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="reminders")
    day = models.DateField()
    rung = models.CharField(max_length=40)
    recipient = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    notice_id = models.UUIDField(unique=True)
    created_at = models.DateTimeField()

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=("subject_id", "source", "day", "rung", "recipient"), name="reminder_once_per_rung"
            ),
        ]
        indexes = [models.Index(fields=("partnership", "-id"), name="reminder_of_partnership")]

    def __str__(self) -> str:
        return f"reminder {self.pk}"

    @property
    def when(self) -> str:
        """Why it was made, in words."""
        return str(_("by hand")) if self.rung.startswith(BY_HAND) else Rung.of_key(self.rung).words
