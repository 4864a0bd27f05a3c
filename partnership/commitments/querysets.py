"""Which commitments an actor sees: those of the partnerships that the actor sees."""

from datetime import date
from typing import Self

from django.db import models

from accounts.people.actor import Actor
from partnership.membership.querysets import partnerships_of


class CommitmentQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(partnership_id__in=partnerships_of(actor))

    def of_agency(self, actor: Actor) -> Self:
        """Promises of the actor's own agency."""
        return self.filter(owner__agency_id=actor.agency_id, owner__agency__isnull=False)

    def open(self) -> Self:
        return self.filter(status__in=("proposed", "accepted", "in_progress", "done"))

    def under_way(self) -> Self:
        """Accepted and not yet claimed done: what is reminded of, and what can be overdue."""
        return self.filter(status__in=("accepted", "in_progress"))

    def awaiting_acceptance(self) -> Self:
        return self.filter(status="proposed")

    def awaiting_verification(self) -> Self:
        return self.filter(status="done")

    def overdue(self, today: date) -> Self:
        return self.under_way().filter(due_on__lt=today)

    def soonest_first(self) -> Self:
        return self.order_by("due_on", "id")
