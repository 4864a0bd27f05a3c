"""Auditors of footprints: who, beside the agency that wrote them, is shown who read its notes."""

from datetime import date, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Person
from foundation import clock
from foundation.records import PublicRecord
from infosharing.auditors.querysets import AuditorQuerySet
from partnership.membership.models import Membership, MembershipStatus, Partnership

LONGEST = timedelta(days=365)
# its last day ends at midnight, and once a year the clock goes back by an hour
LONGEST_BY_THE_CLOCK = LONGEST + timedelta(days=1, hours=1)


class Auditor(PublicRecord):
    """A person whom a member appointed to look at who read what it wrote. It counts while both members take part."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    appointer = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("appointed by")
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("auditor"))
    # as what member's person they were appointed: whoever moves to another agency looks at nothing any more
    through = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=500)
    appointed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    appointed_at = models.DateTimeField()
    # the moment at which the last day is over
    expires_at = models.DateTimeField()
    looked_at = models.DateTimeField(_("last looked"), null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = AuditorQuerySet.as_manager()

    class Meta:
        verbose_name = _("auditor of footprints")
        verbose_name_plural = _("auditors of footprints")
        default_permissions = ()
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=("appointer", "person"), condition=models.Q(ended_at__isnull=True), name="auditor_once"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="auditor_with_reason"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("appointed_at"))
                & models.Q(expires_at__lte=models.F("appointed_at") + LONGEST_BY_THE_CLOCK),
                name="auditor_for_a_year_at_most",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by__isnull=True, end_reason="")
                | (models.Q(ended_at__isnull=False, ended_by__isnull=False) & ~models.Q(end_reason="")),
                name="auditor_ended_by_somebody_with_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(person=models.F("appointed_by")), name="auditor_is_another_than_who_appoints"
            ),
        ]
        indexes = [
            # asked at each look at a list of readings
            models.Index(
                fields=("person",), include=("appointer", "through", "expires_at"), name="auditor_now",
                condition=models.Q(ended_at__isnull=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"auditor {self.public_id}"

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}notes/auditors/{self.public_id}/readings/"

    @property
    def until(self) -> date:
        """The last day."""
        return timezone.localdate(self.expires_at - timedelta(seconds=1))

    @property
    def standing(self) -> str:
        """How it stands now: "counts", "ended", "over" once its last day has passed, else "rests"."""
        if self.ended_at is not None:
            return "ended"
        if self.expires_at <= clock.now():
            return "over"
        active = MembershipStatus.ACTIVE
        takes_part = self.appointer.status == active and self.through.status == active
        is_there = self.person.is_active and self.person.agency_id == self.through.agency_id
        return "counts" if takes_part and is_there else "rests"
