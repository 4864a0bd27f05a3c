"""Agencies in a settled order."""

from typing import Self

from django.db import models


class AgencyQuerySet(models.QuerySet):
    """Which agencies an actor sees depends on partnerships: `partnership.membership.querysets.agencies_visible_to`."""

    def by_name(self) -> Self:
        return self.order_by("name", "id")
