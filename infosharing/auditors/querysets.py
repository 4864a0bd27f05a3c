"""Wall one around auditors; the same rules as PostgreSQL's policies (migration 0002)."""

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.people.actor import Actor
from foundation import clock


class AuditorQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Those whom the actor's agency appointed, to all of its people; one's own appointments."""
        return self.filter(_of_us(actor) | _is_me(actor))

    def appointed_by_us(self, actor: Actor) -> Self:
        return self.filter(_of_us(actor))

    def of_me(self, actor: Actor) -> Self:
        return self.filter(_is_me(actor))

    def counting_for(self, actor: Actor) -> Self:
        """By which the actor looks at footprints now."""
        return self.of_me(actor).standing().filter(appointer__status="active")

    def standing(self) -> Self:
        """Neither ended nor over."""
        return self.filter(ended_at__isnull=True, expires_at__gt=clock.now())


def _of_us(actor: Actor) -> Q:
    return Q(appointer__agency_id=actor.agency_key, appointer__status="active")


def _is_me(actor: Actor) -> Q:
    """As one of the people of the member through which they were appointed, which takes part."""
    through = Q(through__agency_id=actor.agency_key, through__status="active")
    return through & Q(person_id=actor.person_id, person__is_active=True)
