"""Playing a script in the order in which things happened, each on its own day."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter

from django.utils import timezone

from foundation import clock

Step = Callable[[], object]

OFFICE_OPENS = time(8, 30)
# what happens on one day happens minute by minute, and never after the day is over
MINUTES_OF_A_DAY = 900


def day(offset: int) -> date:
    """Return the date so many days from the real today, also while the clock stands elsewhere."""
    return timezone.localdate() + timedelta(days=offset)


class Timeline:
    """Steps by the day on which they happen; those of one day keep the order in which they were added."""

    def __init__(self) -> None:
        self.steps: list[tuple[int, Step]] = []

    def add(self, offset: int, step: Step) -> None:
        """Let `step` happen `offset` days from now.

        Raises:
            ValueError: that day is still to come.
        """
        if offset > 0:
            raise ValueError("what has not happened yet cannot be told")
        self.steps.append((offset, step))

    def play(self) -> None:
        """Do everything, oldest first."""
        for offset, steps in groupby(sorted(self.steps, key=itemgetter(0)), key=itemgetter(0)):
            for minute, (_offset, step) in enumerate(steps):
                with _standing(offset, min(minute, MINUTES_OF_A_DAY)):
                    step()


def _standing(offset: int, minute: int) -> AbstractContextManager[None]:
    """Let the clock stand on a past day; what happens today happens now."""
    if offset == 0:
        return nullcontext()
    opens = timezone.make_aware(datetime.combine(day(offset), OFFICE_OPENS))
    return clock.standing_at(opens + timedelta(minutes=minute))
