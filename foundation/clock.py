"""The clock that every rule reads, so that a test or a rehearsal can stand on another day."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return _standing.get() or timezone.now()


def standing() -> datetime | None:
    """Return the moment at which the clock was made to stand, or None where it runs."""
    return _standing.get()


def today() -> date:
    """Return today's date in the site's time zone."""
    return timezone.localdate(now())


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Let `now()` answer `moment` (aware) within the block."""
    token = _standing.set(moment)
    try:
        yield
    finally:
        _standing.reset(token)
