"""Whose feeds an actor sees: the own ones."""

from typing import Self

from django.db import models

from accounts.people.actor import Actor


class FeedQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(person_id=actor.person_id)

    def live(self) -> Self:
        """Those that nobody revoked, of people who may still sign in."""
        return self.filter(revoked_at__isnull=True, person__is_active=True, person__is_service=False)
