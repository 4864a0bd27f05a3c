"""Wall one: which requests an actor sees, and what of them.

The rule, the same in PostgreSQL's policies (migration 0002): a request is seen by the people of the member that asks
and of each that is asked, while theirs is an active member. What a member decided is seen by its own people and by
those of the asker; that others were asked, by those asked only where the asker lets them know (`selectors.beside`).
"""

from datetime import date
from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.people.actor import Actor
from partnership.membership.models import Membership, MembershipStatus


def own_memberships(actor: Actor) -> models.QuerySet:
    """Return the keys of the active memberships of the actor's agency, as the person is now, as a subquery."""
    return Membership.objects.filter(
        status=MembershipStatus.ACTIVE, agency__people__pk=actor.person_id, agency__people__is_active=True
    ).values("pk")


class RequestQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        own = own_memberships(actor)
        asked = apps.get_model("requests", "Asked").objects.filter(request=OuterRef("pk"), member__in=own)
        return self.filter(Q(asker__in=own) | Exists(asked))

    def asked_by_us(self, actor: Actor) -> Self:
        return self.visible_to(actor).filter(asker__in=own_memberships(actor))

    def asked_of_us(self, actor: Actor) -> Self:
        own = apps.get_model("requests", "Asked").objects.filter(
            request=OuterRef("pk"), member__in=own_memberships(actor)
        )
        return self.visible_to(actor).filter(Exists(own))

    def open_for(self, actor: Actor) -> Self:
        """Those in which a member that the actor may know the state of has not answered yet."""
        return self.visible_to(actor).filter(Exists(self._waiting(actor)))

    def closed_for(self, actor: Actor) -> Self:
        return self.visible_to(actor).filter(~Exists(self._waiting(actor)))

    def newest_first(self) -> Self:
        return self.order_by("-public_id")

    @staticmethod
    def _waiting(actor: Actor) -> models.QuerySet:
        rows = apps.get_model("requests", "Asked").objects.visible_to(actor)
        return rows.waiting().filter(request=OuterRef("pk"))


class AskedQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        own = own_memberships(actor)
        return self.filter(Q(member__in=own) | Q(asker__in=own))

    def waiting(self) -> Self:
        return self.filter(status="waiting")

    def of_us(self, actor: Actor) -> Self:
        """The own row of the actor's agency in each request that it was asked."""
        return self.visible_to(actor).filter(member__in=own_memberships(actor))

    def of_our_requests(self, actor: Actor) -> Self:
        """What each member decided of what the actor's agency asked."""
        return self.visible_to(actor).filter(asker__in=own_memberships(actor))

    def to_answer_by(self, actor: Actor) -> Self:
        """What waits for the actor's agency, asked by a member that takes part."""
        if not actor.may_write:
            return self.none()
        return self.of_us(actor).waiting().filter(asker__status=MembershipStatus.ACTIVE)

    def not_in_time_for(self, actor: Actor, today: date) -> Self:
        """What the actor's agency asked, and an active member did not answer by the day."""
        return (
            self.of_our_requests(actor)
            .waiting()
            .filter(member__status=MembershipStatus.ACTIVE, request__due_on__lt=today)
        )
