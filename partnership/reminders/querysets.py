"""Which reminders an actor sees: the coordinator all of a partnership, other members those to their own people."""

from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from accounts.people.actor import Actor


class ReminderQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        partnerships = apps.get_model("membership", "Partnership").objects.visible_to(actor)
        coordinated = partnerships.filter(coordinator_id=actor.agency_key)
        return self.filter(
            Q(partnership__in=coordinated.values("pk"))
            | Q(partnership__in=partnerships.values("pk"), recipient__agency_id=actor.agency_key)
        )
