"""Which meetings, and all that belongs to them, an actor sees: those of the partnerships that the actor sees."""

from datetime import datetime
from typing import Self

from django.db import models

from accounts.people.actor import Actor
from partnership.membership.querysets import partnerships_of


class OfPartnershipQuerySet(models.QuerySet):
    """Rows that say of which partnership they are; the people of its active members see them, and nobody else."""

    def visible_to(self, actor: Actor) -> Self:
        return self.filter(partnership_id__in=partnerships_of(actor))


class SeriesQuerySet(OfPartnershipQuerySet):
    def running(self) -> Self:
        """Series that go on making meetings."""
        return self.filter(ended_on=None).exclude(partnership__status="ended")


class MeetingQuerySet(OfPartnershipQuerySet):
    def coming(self, now: datetime) -> Self:
        """Meetings that people may still plan for, and those that sit now."""
        ahead = models.Q(status__in=("planned", "called"), ends_at__gte=now)
        return self.filter(ahead | models.Q(status="in_session"))

    def past(self, now: datetime) -> Self:
        """What has been: closed, or simply over."""
        over = models.Q(status__in=("planned", "called"), ends_at__lt=now)
        return self.filter(over | models.Q(status="closed"))

    def awaiting_answer_of(self, actor: Actor, now: datetime) -> Self:
        """Meetings to which the actor's agency, as an active member, is called and has not said whether it comes."""
        invited = models.Q(
            partnership__memberships__agency_id=actor.agency_key, partnership__memberships__status="active"
        )
        answered = models.Q(
            attendances__member__agency_id=actor.agency_key,
            attendances__member__status="active",
            attendances__announced__in=("coming", "deputy", "apology"),
        )
        return (
            self.filter(invited, status="called", starts_at__gte=now)
            .exclude(pk__in=self.model._default_manager.filter(answered).values("pk"))
            .soonest_first()
        )

    def closed(self) -> Self:
        return self.filter(status="closed")

    def soonest_first(self) -> Self:
        return self.order_by("starts_at", "id")

    def latest_first(self) -> Self:
        return self.order_by("-starts_at", "-id")


class AgendaItemQuerySet(OfPartnershipQuerySet):
    def on_agenda(self) -> Self:
        """All but those taken off."""
        return self.exclude(status="withdrawn")

    def in_order(self) -> Self:
        return self.order_by("position", "id")


class DecisionQuerySet(OfPartnershipQuerySet):
    def in_force(self) -> Self:
        """Decisions that no later one corrects."""
        return self.filter(corrections=None)

    def corrected(self) -> Self:
        """Decisions that a later one corrects."""
        correcting = self.model._default_manager.exclude(corrects=None)
        return self.filter(pk__in=correcting.values("corrects"))

    def newest_first(self) -> Self:
        return self.order_by("-year", "-number")
