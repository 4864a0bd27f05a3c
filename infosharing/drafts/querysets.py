"""Wall one: which drafts an actor sees. The rule, the same in PostgreSQL's policies (migration 0002)."""

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.people.actor import Actor


class DraftQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the own agency while it takes part; of those marked for named people, the own and the entrusted.

        Also to a colleague who only reads: what is kept to the agency is for all of its people.
        """
        own = self.filter(member__agency_id=actor.agency_key, member__status="active")
        entrusted = Q(asked_of_id=actor.person_id) | Q(sent_back_by_id=actor.person_id)
        return own.filter(~Q(tlp="RED") | Q(author_id=actor.person_id) | entrusted)

    def written_by(self, actor: Actor) -> Self:
        return self.visible_to(actor).filter(author_id=actor.person_id)

    def to_release_by(self, actor: Actor) -> Self:
        """Those that wait for a colleague of their writer, and for this one where one is named."""
        if not actor.may_write or actor.scopes is not None:
            return self.none()
        asked = self.visible_to(actor).filter(status="asked").exclude(author_id=actor.person_id)
        return asked.filter(Q(asked_of__isnull=True) | Q(asked_of_id=actor.person_id))
