"""Wall one: which circles an actor knows of, and whom they know to be in them.

The rule, the same in PostgreSQL's policies (migration 0002): a circle is known to the members that are, or are invited
to be, in it; one without a confidential roster is also known, by name and keeper, to the partnership. Its roster is
known to its members alone: each knows those that were in it while it was itself.
"""

from datetime import UTC, datetime
from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from accounts.people.actor import Actor
from partnership.membership.models import Membership

FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)
KNOWS_OF_IT = ("invited", "member", "ended")
WAS_IN_IT = ("member", "left", "removed", "ended")


def own_memberships(actor: Actor) -> models.QuerySet:
    """Return the ids of the active memberships of the actor's agency, as a subquery: the person as they are now."""
    return Membership.objects.filter(
        status="active", agency__people__pk=actor.person_id, agency__people__is_active=True
    ).values("pk")


def _rows(actor: Actor) -> models.QuerySet:
    """Return the actor's agency's own rows in circles."""
    return apps.get_model("circles", "CircleMember")._base_manager.filter(membership_id__in=own_memberships(actor))


class CircleQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        mine = _rows(actor).filter(circle=OuterRef("pk"), status__in=KNOWS_OF_IT)
        partnerships = Membership.objects.filter(pk__in=own_memberships(actor)).values("partnership_id")
        return self.filter(
            Exists(mine)
            | Q(keeper_id__in=own_memberships(actor))
            | Q(is_confidential=False, partnership_id__in=partnerships)
        )

    def with_me(self, actor: Actor) -> Self:
        """Those that the actor's agency is in, as an active member of the partnership."""
        return self.visible_to(actor).filter(Exists(_rows(actor).filter(circle=OuterRef("pk"), status="member")))

    def open(self) -> Self:
        return self.filter(status="open")


class CircleMemberQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        mine = _rows(actor).filter(circle=OuterRef("circle"), status__in=WAS_IN_IT)
        at_the_same_time = mine.filter(
            Q(until__isnull=True) | Q(until__gte=OuterRef("since")),
            since__lte=Coalesce(OuterRef("until"), Value(FOR_EVER)),
        )
        # who is invited, or was, is known to those that are in it now
        beside_the_roster = mine.filter(status="member")
        return self.filter(
            Q(membership_id__in=own_memberships(actor))
            | (Q(since__isnull=False) & Exists(at_the_same_time))
            | (Q(since__isnull=True) & Exists(beside_the_roster))
        )

    def in_it(self) -> Self:
        return self.filter(status="member")

    def at(self, moment: datetime) -> Self:
        """Those that were in it at a moment."""
        return self.filter(since__lte=moment).filter(Q(until__isnull=True) | Q(until__gt=moment))


class StepQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """To those in the circle now, all that happened since they came; to each what they did for their own agency."""
        mine = _rows(actor).filter(circle=OuterRef("circle"), status="member", since__lte=OuterRef("at"))
        by_me = Q(by_id=actor.person_id, membership_id__in=own_memberships(actor))
        return self.filter(Exists(mine) | by_me)
