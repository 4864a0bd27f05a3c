"""One step of a crime: its barriers, the competences that serve each, and who holds them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from accounts.people.actor import Actor
from partnership.competences.dependence import Network, Way
from partnership.competences.models import Barrier, Competence, Step
from partnership.membership.models import Membership, Partnership


@dataclass(frozen=True, slots=True)
class Served:
    """A competence that serves a barrier, and how each holder comes to act."""

    competence: Competence
    ways: list[Way]


@dataclass(frozen=True, slots=True)
class Guarded:
    """A barrier and all that serves it."""

    barrier: Barrier
    served: list[Served]

    @property
    def holders(self) -> list[Membership]:
        """The members that can put it up, by name."""
        return _members(way for one in self.served for way in one.ways)

    @property
    def finding(self) -> str:
        """What is thin about it, as a sentence; empty where several members can put it up."""
        holders = self.holders
        if not self.served:
            return "No competence serves this barrier: nobody can put it up."
        if not holders:
            return "Nobody holds what this barrier needs."
        return f"Only {holders[0].agency.name} can put it up." if len(holders) == 1 else ""

    @property
    def is_gap(self) -> bool:
        return not self.holders


@dataclass(frozen=True, slots=True)
class Hand:
    """A member that can act at the step, with its ways to do so."""

    member: Membership
    ways: list[Way]

    @property
    def approaches(self) -> list[str]:
        """Codes of the approaches that it brings."""
        return sorted({code for way in self.ways for code in way.holding.competence.approaches})


@dataclass(frozen=True, slots=True)
class StepInFull:
    """What is known of a step."""

    step: Step
    barriers: list[Guarded]

    @property
    def hands(self) -> list[Hand]:
        """The members that can act, by name, each with the competences it does so by."""
        ways = {way.holding.pk: way for one in self.barriers for served in one.served for way in served.ways}
        by_member: dict[Membership, list[Way]] = {}
        for way in sorted(ways.values(), key=lambda way: way.holding.competence.name):
            by_member.setdefault(way.holding.membership, []).append(way)
        return [Hand(member, by_member[member]) for member in _members(ways.values())]

    @property
    def finding(self) -> str:
        """How the step is covered, as a sentence."""
        hands = self.hands
        if not hands:
            return f"Nobody can act on “{self.step.name}”."
        if len(hands) == 1:
            return f"Only {hands[0].member.agency.name} can act on “{self.step.name}”."
        return f"{len(hands)} members can act on “{self.step.name}”."


def in_full(actor: Actor, partnership: Partnership, step: Step, today: date) -> StepInFull:
    """Return a step with its barriers, what serves them, and who holds that today."""
    network = Network.of(actor, partnership, today)
    in_use = Competence.objects.visible_to(actor).in_use().select_related("partnership").order_by("name", "pk")
    barriers = Barrier.objects.visible_to(actor).filter(step=step).order_by("pk")
    return StepInFull(
        step=step,
        barriers=[
            Guarded(barrier, [Served(one, network.ways(one.pk)) for one in barrier.competences.all()])
            for barrier in barriers.prefetch_related(Prefetch("competences", in_use))
        ],
    )


def _members(ways: Iterable[Way]) -> list[Membership]:
    members = {way.holding.membership_id: way.holding.membership for way in ways}
    return sorted(members.values(), key=lambda member: (member.agency.name, member.pk))
