"""Who needs whom, as a picture: its finding, what is drawn, and the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from partnership.competences.dependence import Edge, Network
from partnership.membership.models import Membership

# what a need leads to that no member covers
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Tie:
    """All that one member needs from another, or from nobody.

    Attributes:
        giver: None where no member has it.
    """

    member: Membership
    giver: Membership | None
    edges: list[Edge]

    @property
    def count(self) -> int:
        """How many of the member's competences wait for it."""
        return len({edge.competence.pk for edge in self.edges})

    @property
    def giver_name(self) -> str:
        return self.giver.agency.name if self.giver else "Nobody"


@dataclass(frozen=True, slots=True)
class Picture:
    """Who needs whom in a partnership.

    Attributes:
        edges: what members need from others; what a member has itself it needs from nobody.
    """

    edges: list[Edge]
    network: Network

    @classmethod
    def of(cls, network: Network) -> "Picture":
        return cls([edge for edge in network.edges if edge.member not in edge.givers], network)

    @property
    def ties(self) -> list[Tie]:
        """What is drawn: a line from each member to each that it needs."""
        found: dict[tuple[Membership, Membership | None], list[Edge]] = {}
        for edge in self.edges:
            givers: Sequence[Membership | None] = edge.givers or [None]
            for giver in givers:
                found.setdefault((edge.member, giver), []).append(edge)
        return [Tie(member, giver, edges) for (member, giver), edges in found.items()]

    @property
    def _sole_ties(self) -> list[Tie]:
        """The same without what several members could give: there nobody hangs on one of them."""
        sole = Picture([edge for edge in self.edges if len(edge.givers) == 1], self.network)
        return sole.ties

    @property
    def uncovered(self) -> list[Edge]:
        """Needs that no member covers."""
        return [edge for edge in self.edges if not edge.givers]

    @property
    def finding(self) -> str:
        """What the picture shows, as a sentence: where a member hangs most on one other."""
        if not self.edges:
            return "No member needs another before it can act"
        strongest = max(self._sole_ties, key=lambda tie: tie.count, default=None)
        if strongest is None:
            open_need = next(iter(self.uncovered), None)
            if open_need is None:
                return "Several members could give whatever another needs first"
            return f"{open_need.member.agency.name} needs “{open_need.needed.name}”, which nobody here has"
        held = len(self.network.held_by(strongest.member.pk))
        competences = "its only competence" if held == 1 else f"{strongest.count} of its {held} competences"
        return f"{strongest.member.agency.name} needs {strongest.giver_name} before {competences}"

    def as_json(self) -> dict[str, Any]:
        """Return what the script draws."""
        members = {member.pk: member for tie in self.ties for member in (tie.member, tie.giver) if member}
        nodes = [{"id": str(one.public_id), "name": one.agency.name} for one in members.values()]
        if self.uncovered:
            nodes.append({"id": NOBODY, "name": "Nobody"})
        links = [
            {
                "from": str(tie.member.public_id),
                "to": str(tie.giver.public_id) if tie.giver else NOBODY,
                "count": tie.count,
            }
            for tie in self.ties
        ]
        return {"nodes": sorted(nodes, key=lambda node: node["name"]), "links": links}
