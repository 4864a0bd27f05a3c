"""What the register says of a member's competence, as one value: entered, proposed, compared, kept in the history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from partnership.competences.models import Extent, Holding

LABELS = {
    "extent": "Holds it",
    "decided_by": "Who decides",
    "lead_days": "Lead time",
    "capacity": "Capacity",
    "limits": "Limits",
    "needs": "Needs first, from a member",
    "needs_words": "Needs first, in words",
    "valid_until": "Valid until",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """How a member holds a competence.

    Attributes:
        extent: `Extent`.
        decided_by: who inside the member decides on its use.
        lead_days: calendar days from asking until it works; None where nobody said.
        capacity: how much of it there is, in words.
        limits: what it may not be used for or given to, in words.
        needs: names of the competences that have to be used first.
        needs_words: what else has to be there first.
        valid_until: last day on which the member holds it; open where None.
    """

    extent: str = Extent.FULLY
    decided_by: str = ""
    lead_days: int | None = None
    capacity: str = ""
    limits: str = ""
    needs: Sequence[str] = field(default_factory=tuple)
    needs_words: str = ""
    valid_until: date | None = None

    @classmethod
    def of(cls, holding: Holding) -> "Facts":
        """Return the facts of a holding; its `need_rows` are read, or the `need_names` that were read with it."""
        names = holding.__dict__.get("need_names")
        needs = sorted([row.competence.name for row in holding.need_rows.all()] if names is None else names)
        plain = {name: getattr(holding, name) for name in LABELS if name != "needs"}
        return cls(**plain, needs=tuple(needs))

    def as_json(self) -> dict[str, Any]:
        """Return the facts as the history keeps them."""
        return {name: getattr(self, name) for name in LABELS} | {
            "needs": sorted(self.needs),
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Facts":
        """Return the facts that the history kept."""
        until = kept["valid_until"]
        return cls(
            **{name: kept[name] for name in LABELS if name not in {"needs", "valid_until"}},
            needs=tuple(kept["needs"]),
            valid_until=date.fromisoformat(until) if until else None,
        )


def in_words(facts: Facts) -> dict[str, str]:
    """Return each fact that says something, by its label, as a page states it."""
    until = facts.valid_until
    said = {
        "extent": str(Extent(facts.extent).label).capitalize(),
        "decided_by": facts.decided_by,
        "lead_days": "" if facts.lead_days is None else days(facts.lead_days),
        "capacity": facts.capacity,
        "limits": facts.limits,
        "needs": "; ".join(facts.needs),
        "needs_words": facts.needs_words,
        "valid_until": f"{until.day} {until:%B %Y}" if until else "",
    }
    return {LABELS[name]: words for name, words in said.items() if words}


def days(count: int) -> str:
    """Return a number of days in words."""
    return {0: "at once", 1: "1 day"}.get(count, f"{count} days")


def differences(before: Facts | None, after: Facts | None) -> list[tuple[str, str, str]]:
    """Return what differs: label, what was said before, what is said after; empty where nothing was or is said."""
    old, new = (in_words(facts) if facts else {} for facts in (before, after))
    return [
        (label, old.get(label, ""), new.get(label, ""))
        for label in LABELS.values()
        if old.get(label, "") != new.get(label, "")
    ]
