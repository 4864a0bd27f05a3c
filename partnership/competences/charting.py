"""How many members can act at each step, by approach, as a chart: its finding, what is drawn, and the same in words."""

from dataclasses import dataclass
from typing import Any

from partnership.approaches import Approach
from partnership.competences.coverage import Matrix, Row


@dataclass(frozen=True, slots=True)
class Bar:
    """One step: how many members can act, in all and by each approach. A member with two approaches stands in both."""

    row: Row
    counts: dict[str, int]

    @property
    def sentence(self) -> str:
        """The same in words."""
        parts = [f"{count} {Approach(code).label}" for code, count in self.counts.items() if count]
        return f"{self.row.step.name}: {'; '.join([self.row.words, *parts])}."


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of stacked bars."""

    bars: list[Bar]

    @property
    def finding(self) -> str:
        """What it shows, as a sentence."""
        most = max(self.bars, key=lambda bar: len(bar.row.holders)).row
        gaps = [bar.row for bar in self.bars if bar.row.is_gap]
        if len(gaps) == len(self.bars):
            return "Nobody can act at any step"
        strong = f"most members can at “{most.step.name}” ({len(most.holders)})"
        if gaps:
            where = f"“{gaps[0].step.name}”" if len(gaps) == 1 else f"{len(gaps)} of {len(self.bars)} steps"
            return f"Nobody can act at {where}; {strong}"
        least = min(self.bars, key=lambda bar: len(bar.row.holders)).row
        if len(least.holders) == len(most.holders):
            return f"Each step has as many members that can act: {len(most.holders)}"
        return f"Fewest members can act at “{least.step.name}” ({len(least.holders)}); {strong}"

    def as_json(self) -> dict[str, Any]:
        """Return what the script draws."""
        series = [
            {"code": code, "word": str(label), "counts": [bar.counts[code] for bar in self.bars]}
            for code, label in Approach.choices
        ]
        return {"steps": [bar.row.step.name for bar in self.bars], "series": series}


def coverage(matrix: Matrix) -> Chart:
    """Return the chart of a matrix that has at least one step."""
    bars = []
    for row in matrix.rows:
        found = [code for cell in row.cells if cell for code in cell.approaches]
        bars.append(Bar(row, {code: found.count(code) for code in Approach.values}))
    return Chart(bars)
