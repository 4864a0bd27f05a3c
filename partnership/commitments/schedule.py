"""When somebody is reminded of a commitment. Pure rules of dates: no database, no clock.

Each rule has a window of days, counted from the due date. Within it a reminder is due and, once made, is not made
again; so a worker that was away catches up, and one that was away for weeks does not send what no longer helps.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from partnership.commitments.models import Rule


@dataclass(frozen=True, slots=True)
class Window:
    """Days on which a rule fires.

    Attributes:
        rule: which.
        first: days from the due date to the first day; negative is before it.
        last: days to the last day, inclusive.
        to_lead: whether it goes to the member's leads rather than to the person who does it.
    """

    rule: Rule
    first: int
    last: int
    to_lead: bool

    def dues(self, today: date) -> tuple[date, date]:
        """Return the earliest and the latest due date for which this rule fires today."""
        return today - timedelta(days=self.last), today - timedelta(days=self.first)


WINDOWS = (
    Window(Rule.WEEK_BEFORE, first=-7, last=-1, to_lead=False),
    Window(Rule.ON_THE_DAY, first=0, last=4, to_lead=False),
    Window(Rule.OVERDUE, first=5, last=60, to_lead=True),
)


def rules_due(*, due_on: date, today: date) -> list[Rule]:
    """Return the rules that fire today for a commitment due on a date."""
    return [window.rule for window in WINDOWS if window.first <= (today - due_on).days <= window.last]
