"""Who needs whom before acting, and how long that takes: drawn from what holdings need first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.people.actor import Actor
from partnership.competences.facts import days
from partnership.competences.models import Competence, Holding
from partnership.membership.models import Membership, Partnership


@dataclass(frozen=True, slots=True)
class Edge:
    """That a member needs something first before it can use a competence.

    Attributes:
        givers: active members that hold what is needed; none where nobody does.
    """

    member: Membership
    competence: Competence
    needed: Competence
    givers: list[Membership]

    @property
    def sentence(self) -> str:
        """The dependence in words."""
        from_whom = " or ".join(giver.agency.name for giver in self.givers) or "nobody here"
        return f"{self.member.agency.name} needs “{self.needed.name}” from {from_whom} before “{self.competence.name}”."


@dataclass(frozen=True, slots=True)
class Way:
    """How a member comes to act.

    Attributes:
        holding: with its competence and member.
        first: what has to be there before, each with who gives it.
        days: calendar days in all, the slowest of what is needed included; None where some lead time is unknown.
        is_blocked: something needed is held by nobody, or things need each other in a ring.
    """

    holding: Holding
    first: list[Edge]
    days: int | None
    is_blocked: bool

    @property
    def time(self) -> str:
        """How long it takes, in words, with all that it needs first."""
        return "nobody said how long it takes" if self.days is None else days(self.days)

    @property
    def in_short(self) -> str:
        """How the member holds it and how long it takes: "partly, 3 days"."""
        return f"{self.holding.get_extent_display()}, {self.time}"


class Network:
    """The holdings of a partnership on a day, and what each needs first."""

    def __init__(self, holdings: Iterable[Holding]) -> None:
        self._holdings = list(holdings)
        self._by_competence: dict[int, list[Holding]] = {}
        for holding in self._holdings:
            self._by_competence.setdefault(holding.competence_id, []).append(holding)

    @classmethod
    def of(cls, actor: Actor, partnership: Partnership, today: date) -> "Network":
        """Return the network that an actor sees, in two queries."""
        held = Holding.objects.visible_to(actor).held(today).filter(partnership=partnership)
        told = held.select_related("competence__partnership", "membership__agency", "membership__partnership")
        return cls(
            told.prefetch_related("need_rows__competence").order_by("competence__name", "membership__agency__name")
        )

    @property
    def edges(self) -> list[Edge]:
        """All dependences, by the member that needs, then by what it does."""
        found = [edge for holding in self._holdings for edge in self._first(holding)]
        return sorted(found, key=lambda edge: (edge.member.agency.name, edge.competence.name, edge.needed.name))

    def holders_of(self, competence: int) -> list[Holding]:
        """Return who holds a competence, by its key."""
        return self._by_competence.get(competence, [])

    def held_by(self, membership: int) -> list[Holding]:
        """Return what a member holds, by the member's key."""
        return [holding for holding in self._holdings if holding.membership_id == membership]

    def ways(self, competence: int) -> list[Way]:
        """Return how each holder of a competence comes to act, the quickest first; what cannot be done comes last."""
        ways = [self._way(holding) for holding in self.holders_of(competence)]
        return sorted(ways, key=lambda way: (way.is_blocked, way.days is None, way.days or 0, str(way.holding.pk)))

    def _way(self, holding: Holding) -> Way:
        blocked, days = self._time(holding, ())
        return Way(holding=holding, first=self._first(holding), days=days, is_blocked=blocked)

    def _first(self, holding: Holding) -> list[Edge]:
        return [
            Edge(
                member=holding.membership,
                competence=holding.competence,
                needed=row.competence,
                givers=[giver.membership for giver in self.holders_of(row.competence_id)],
            )
            for row in holding.need_rows.all()
        ]

    def _time(self, holding: Holding, above: tuple[int, ...]) -> tuple[bool, int | None]:
        """Return whether it cannot be done at all, and how many days it takes with all that it needs first."""
        if holding.pk in above:
            return True, None
        slowest: int | None = 0
        for row in holding.need_rows.all():
            ways = [self._time(giver, (*above, holding.pk)) for giver in self.holders_of(row.competence_id)]
            open_ways = [days for blocked, days in ways if not blocked]
            if not open_ways:
                return True, None
            known = [days for days in open_ways if days is not None]
            slowest = max(slowest, min(known)) if known and slowest is not None else None
        own = holding.lead_days
        return False, None if slowest is None or own is None else slowest + own
