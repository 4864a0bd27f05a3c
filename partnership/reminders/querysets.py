"""Which reminders an actor sees: those to people of the own agency; the coordinator all of a partnership.

All but of what concerns the reminded member alone: there the coordinator is like anybody else.
"""

from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from accounts.people.actor import Actor
from partnership.reminders import sources


class ReminderQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        partnerships = apps.get_model("membership", "Partnership").objects.visible_to(actor)
        coordinated = partnerships.filter(coordinator_id=actor.agency_key)
        return self.filter(
            Q(partnership__in=coordinated.values("pk")) & ~Q(source__in=sources.within_member())
            | Q(partnership__in=partnerships.values("pk"), recipient__agency_id=actor.agency_key)
        )
