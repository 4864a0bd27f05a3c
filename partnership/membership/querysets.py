"""Which partnerships, memberships and agencies an actor sees.

The rule: the people of an active member see their partnership and all its memberships, ended ones included. An invited
agency sees its own invitation and nothing else. Who is suspended or withdrawn sees nothing of it any more.
"""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.people.actor import Actor

if TYPE_CHECKING:
    from accounts.agencies.models import Agency
    from partnership.membership.models import Membership


def _memberships() -> "models.Manager[Membership]":
    # the models import this module
    return apps.get_model("membership", "Membership").objects


def partnerships_of(actor: Actor) -> models.QuerySet:
    """Return the ids of the partnerships in which the actor's agency is an active member, as a subquery."""
    return (
        _memberships()
        .filter(
            status="active",
            # the person as they are now, not as they were when the request began; in one filter, so of one row
            agency__people__pk=actor.person_id,
            agency__people__is_active=True,
        )
        .values("partnership_id")
    )


class PartnershipQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(pk__in=partnerships_of(actor))

    def coordinated_by(self, actor: Actor) -> Self:
        """Partnerships that the actor may run: visible, coordinated by the own agency, and not read-only."""
        if not actor.may_write:
            return self.none()
        return self.visible_to(actor).filter(coordinator_id=actor.agency_id)


class MembershipQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        own_invitation = Q(status="invited", agency_id=actor.agency_id, agency__isnull=False)
        return self.filter(Q(partnership_id__in=partnerships_of(actor)) | own_invitation)

    def active(self) -> Self:
        return self.filter(status="active")

    def invited(self) -> Self:
        return self.filter(status="invited")

    def live(self) -> Self:
        """All that have not ended."""
        return self.exclude(status="withdrawn")

    def of_agency(self, actor: Actor) -> Self:
        return self.filter(agency_id=actor.agency_id, agency__isnull=False)

    def by_agency_name(self) -> Self:
        return self.order_by("agency__name", "id")


class DepartureQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Departures of the partnerships that the actor sees: that a member leaves concerns all others."""
        return self.filter(partnership_id__in=partnerships_of(actor))

    def announced(self) -> Self:
        return self.filter(status="announced")

    def due(self, today: date) -> Self:
        """Those whose day has come."""
        return self.announced().filter(effective_on__lte=today)


class HandOverQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """What is handed over in the partnerships that the actor sees."""
        return self.filter(partnership_id__in=partnerships_of(actor))

    def asked_of(self, actor: Actor) -> Self:
        """What the actor's agency, as an active member, is asked to take over."""
        return self.visible_to(actor).filter(
            status="offered",
            departure__status="announced",
            taker__agency_id=actor.agency_key,
            taker__status="active",
        )


def agencies_visible_to(actor: Actor) -> "models.QuerySet[Agency]":
    """Return the own agency and those that have, or had, a part in a partnership that the actor sees."""
    agencies = apps.get_model("agencies", "Agency").objects
    shared = _memberships().filter(agency_id=OuterRef("pk"), partnership_id__in=partnerships_of(actor))
    return agencies.filter(Q(pk=actor.agency_id) | Exists(shared))
