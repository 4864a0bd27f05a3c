"""Whether enough members are represented: active members count, those of now, and of a closed meeting those of then."""

from dataclasses import dataclass

from partnership.meetings.models import REPRESENTED, Announced, Attendance, Meeting, QuorumRule, Status
from partnership.membership.models import Membership

COMING = (Announced.COMING, Announced.DEPUTY)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a meeting stands towards its quorum.

    Attributes:
        members: how many count: all active ones, or the active ones among those named.
        represented: how many of them are there; before the meeting, how many said that they come.
        needed: how many must be.
        missing: names of those that must be there and are not; only where certain members are named.
        is_forecast: it is before the meeting, so nothing is certain.
    """

    rule: str
    members: int
    represented: int
    needed: int
    missing: tuple[str, ...]
    is_forecast: bool

    @property
    def is_met(self) -> bool:
        # of nobody that is named and active, nobody being there is not enough
        return self.needed > 0 and self.represented >= self.needed

    @property
    def word(self) -> str:
        if self.is_forecast:
            return "Quorum expected" if self.is_met else "No quorum yet"
        return "Quorum" if self.is_met else "No quorum"

    @property
    def sentence(self) -> str:
        """The count in words, so that anybody can do the sum."""
        if self.rule == QuorumRule.SHARE:
            who = f"{self.represented} of {self.members} active members"
            return f"{who} {'say that they come' if self.is_forecast else 'are represented'}; {self.needed} needed."
        if not self.members:
            return "None of the members named for the quorum is active."
        who = f"{self.represented} of {self.needed} members named for it"
        said = f"{who} {'say that they come' if self.is_forecast else 'are represented'}"
        return f"{said}; missing: {', '.join(self.missing)}." if self.missing else f"{said}."


def needed_of(members: int, percent: int) -> int:
    """Return how many of `members` are at least `percent` of them; of nobody, nobody."""
    return -(-members * percent // 100)


def standing(meeting: Meeting) -> Standing:
    """Return how a meeting stands towards its quorum now; of a closed one, how it stood when it closed."""
    active, there = dict(_active(meeting)), _represented(meeting)
    missing: tuple[str, ...] = ()
    if meeting.quorum_rule == QuorumRule.NAMED:
        core = set(meeting.core_members.values_list("pk", flat=True))
        active = {key: name for key, name in active.items() if key in core}
        missing = tuple(name for key, name in active.items() if key not in there)
        needed = len(active)
    else:
        needed = needed_of(len(active), meeting.quorum_percent)
    return Standing(
        rule=meeting.quorum_rule,
        members=len(active),
        represented=sum(key in there for key in active),
        needed=needed,
        missing=missing,
        is_forecast=meeting.status in {Status.PLANNED, Status.CALLED},
    )


def _active(meeting: Meeting) -> list[tuple[int, str]]:
    members = Membership.objects.filter(partnership=meeting.partnership_id)
    if meeting.status == Status.CLOSED:
        members = members.filter(attendances__meeting=meeting, attendances__counts=True)
    else:
        members = members.active()
    return list(members.by_agency_name().values_list("pk", "agency__name"))


def _represented(meeting: Meeting) -> set[int]:
    rows = Attendance.objects.filter(meeting=meeting)
    if meeting.status in {Status.IN_SESSION, Status.CLOSED}:
        rows = rows.filter(status__in=REPRESENTED)
    else:
        rows = rows.filter(announced__in=COMING)
    return set(rows.values_list("member", flat=True))
