"""Which commitments an actor sees: those of the partnerships that the actor sees."""

from datetime import date
from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.people.actor import Actor
from partnership.membership.querysets import partnerships_of


class CommitmentQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(partnership_id__in=partnerships_of(actor))

    def of_agency(self, actor: Actor) -> Self:
        """Promises of the actor's own agency."""
        return self.filter(owner__agency_id=actor.agency_id, owner__agency__isnull=False)

    def involving(self, membership_id: int) -> Self:
        """Those that a member promised or contributes to."""
        contributions = apps.get_model("commitments", "Contribution").objects.filter(member_id=membership_id)
        return self.filter(Q(owner_id=membership_id) | Q(pk__in=contributions.values("commitment")))

    def contributed_by(self, actor: Actor) -> Self:
        """Those of other members to which the actor's agency contributes as an active member."""
        contributions = apps.get_model("commitments", "Contribution").objects.filter(
            member__agency_id=actor.agency_key, member__status="active"
        )
        return self.filter(pk__in=contributions.values("commitment"))

    def waiting_for(self, actor: Actor) -> Self:
        """Blocked ones that wait for the actor's agency, as an active member."""
        return self.filter(status="blocked", blocker__agency_id=actor.agency_key, blocker__status="active")

    def with_times_replanned(self) -> Self:
        """Add `times_replanned`: how often another date was set."""
        changes = apps.get_model("commitments", "CommitmentChange").objects.filter(
            commitment=OuterRef("pk"), due_before__isnull=False
        )
        counted = changes.order_by().values("commitment").annotate(number=Count("pk")).values("number")
        return self.annotate(times_replanned=Coalesce(Subquery(counted), 0))

    def open(self) -> Self:
        return self.filter(status__in=("proposed", "accepted", "in_progress", "blocked", "done"))

    def under_way(self) -> Self:
        """Accepted and not yet claimed done, blocked ones too: what is reminded of, and what can be overdue."""
        return self.filter(status__in=("accepted", "in_progress", "blocked"))

    def answered(self) -> Self:
        """All but proposals: what its member has accepted or declined, or what was dropped before."""
        return self.exclude(status="proposed")

    def awaiting_date(self) -> Self:
        """Proposals for which the member asks another date."""
        return self.filter(status="proposed", asked_due_on__isnull=False)

    def awaiting_acceptance(self) -> Self:
        return self.filter(status="proposed")

    def awaiting_verification(self) -> Self:
        return self.filter(status="done")

    def overdue(self, today: date) -> Self:
        return self.under_way().filter(due_on__lt=today)

    def soonest_first(self) -> Self:
        return self.order_by("due_on", "id")


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Evidence of commitments that the actor sees."""
        return self.filter(partnership_id__in=partnerships_of(actor))
