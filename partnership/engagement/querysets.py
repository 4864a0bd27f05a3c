"""Which groups and inputs an actor sees: those of the partnerships that the actor sees."""

from datetime import date
from typing import Self

from django.db import models

from accounts.people.actor import Actor
from partnership.membership.querysets import partnerships_of


class GroupQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(partnership_id__in=partnerships_of(actor))


class InputQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(partnership_id__in=partnerships_of(actor))

    def unanswered(self) -> Self:
        return self.filter(status="received")

    def taken_up(self) -> Self:
        """All that were not turned down."""
        return self.exclude(status="not_taken_up")

    def late(self, today: date) -> Self:
        """Unanswered for longer than the partnership wants anybody to wait."""
        return self.unanswered().filter(answer_by__lt=today)

    def given_to(self, actor: Actor) -> Self:
        """Those that were given to the actor's agency, as an active member."""
        return self.filter(given_to__agency_id=actor.agency_key, given_to__status="active")

    def newest_first(self) -> Self:
        return self.order_by("-received_on", "-id")
