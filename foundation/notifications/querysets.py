"""Which notices somebody may read, and which mails wait."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from foundation.audit.services import Doer


class NoticeQuerySet(models.QuerySet):
    """Notices belong to their recipient alone."""

    def visible_to(self, actor: "Doer") -> Self:
        return self.filter(recipient_id=actor.person_id, withdrawn_at__isnull=True)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")


class DeliveryQuerySet(models.QuerySet):
    def ready(self, now: datetime) -> Self:
        """Mails that may go out now: queued, and neither backing off nor leased to another worker."""
        return self.filter(state="queued", not_before__lte=now).order_by("not_before", "id")
