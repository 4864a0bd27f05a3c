"""Wall one around given lists; the same rule as PostgreSQL's policies (migration 0002)."""

from typing import Self

from django.db import models

from accounts.people.actor import Actor


class GivenListQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the own agency, to its people; no program needs them."""
        return self.filter(
            agency_id=actor.agency_key,
            # the person as they are now, not as they were when the request began; in one filter, so of one row
            agency__people__pk=actor.person_id,
            agency__people__is_active=True,
            agency__people__is_service=False,
        )
