"""Which responsibilities an actor sees: those of the partnerships that the actor sees."""

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.people.actor import Actor
from partnership.membership.querysets import partnerships_of

if TYPE_CHECKING:
    from partnership.agreements.models import Version


class ResponsibilityQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(partnership_id__in=partnerships_of(actor))

    def current(self) -> Self:
        return self.exclude(status="ended")

    def awaiting_acceptance(self) -> Self:
        return self.filter(status="proposed")

    def not_accepted(self) -> Self:
        return self.filter(status__in=("proposed", "change_asked", "declined"))

    def from_version(self, version: "Version") -> Self:
        """Those that come from a clause of this version, or from the clause of an earlier one that it continues."""
        return self.filter(clause__lineage__in=version.clauses.values("lineage"))

    def accountable_to(self, actor: Actor) -> Self:
        """Those for which the actor's agency is accountable as an active member."""
        return self.filter(
            accountable__agency_id=actor.agency_id, accountable__agency__isnull=False, accountable__status="active"
        )

    def involving(self, membership_id: int) -> Self:
        """Those in which a member has any part."""
        parts = apps.get_model("responsibilities", "ResponsibilityPart").objects.filter(
            membership_id=membership_id, responsibility_id=OuterRef("pk")
        )
        return self.filter(Q(accountable_id=membership_id) | Exists(parts))
