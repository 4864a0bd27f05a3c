"""The terms of a grant: from which day on, until which day, for what purpose, and whether it may be passed on."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from foundation import clock


@dataclass(frozen=True, slots=True)
class Terms:
    """What goes with a grant.

    Attributes:
        not_before: the first day on which it gives sight; without it, at once.
        until: the last day on which it does; without it, until it is ended.
        onward: whether those who receive it may pass it on.
        purpose: in words.
    """

    not_before: date | None = None
    until: date | None = None
    onward: bool = False
    purpose: str = ""

    @property
    def begins(self) -> datetime | None:
        """The moment from which on it gives sight."""
        return _midnight(self.not_before) if self.not_before else None

    @property
    def expires(self) -> datetime | None:
        """The moment from which on it does not: the end of its last day."""
        return _midnight(self.until + timedelta(days=1)) if self.until else None

    @property
    def are_over(self) -> bool:
        """Whether their last day has passed."""
        return self.until is not None and self.until < clock.today()


NO_TERMS = Terms()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def in_effect(at: datetime | None = None, prefix: str = "") -> Q:
    """Return the condition under which a grant gives sight, the same as in PostgreSQL's policies: now, or at a moment.

    Args:
        prefix: the way to the grant, ending in two underscores.
    """
    moment = at or clock.now()
    begun: dict[str, Any] = {f"{prefix}not_before__isnull": True}
    lasting: dict[str, Any] = {f"{prefix}expires_at__isnull": True}
    return (Q(**begun) | Q(**{f"{prefix}not_before__lte": moment})) & (
        Q(**lasting) | Q(**{f"{prefix}expires_at__gt": moment})
    )


def not_over(at: datetime | None = None) -> Q:
    """Return the condition under which a grant gives sight, or will."""
    return Q(expires_at__isnull=True) | Q(expires_at__gt=at or clock.now())
