"""What was measured, against what was promised: a table for people, `var/bench/report.json` for programs."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.measure import Contender, medians

# What is promised of a page, at this many notes: it takes at most so many times the floor, and guardian at least so
# many times the page.
PROMISED_AT = 1_000_000
OF_FLOOR, OF_PEER = 2.5, 25.0


class WrongAnswer(Exception):
    """A contender answered otherwise than the oracle: its time would mean nothing."""


@dataclass(frozen=True, slots=True)
class Case:
    """Something that is measured.

    Attributes:
        ours: how the portal does it.
        floor: how hand-written SQL does it, with an explicit filter and no row-level security.
        peer: how django-guardian does it.
        is_page: the targets are about it.
    """

    name: str
    ours: Contender
    floor: Contender | None = None
    peer: Contender | None = None
    is_page: bool = False

    def contenders(self) -> dict[str, Contender]:
        """Return who takes part, by the name that the report gives them."""
        found = {"ours": self.ours, "floor": self.floor, "peer": self.peer}
        return {who: contender for who, contender in found.items() if contender}

    def require(self, oracle: list[int]) -> None:
        """Refuse to measure what is wrong.

        Raises:
            WrongAnswer: with who gave it.
        """
        for who, contender in self.contenders().items():
            answer = contender.answer()
            if answer != oracle:
                raise WrongAnswer(f"{self.name}: {who} answered {answer}, the oracle {oracle}")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report: medians, in milliseconds or in `unit`; None where somebody did not take part."""

    name: str
    size: int
    ours: float
    floor: float | None = None
    peer: float | None = None
    unit: str = "ms"
    is_page: bool = False

    @property
    def ratio_to_floor(self) -> float | None:
        return self.ours / self.floor if self.floor else None

    @property
    def ratio_to_peer(self) -> float | None:
        return self.ours / self.peer if self.peer else None

    def as_json(self) -> dict[str, object]:
        row = asdict(self) | {"ratio_to_floor": self.ratio_to_floor, "ratio_to_peer": self.ratio_to_peer}
        del row["is_page"]
        return {key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()}


def measure(cases: Sequence[Case], *, size: int, rounds: int) -> list[Row]:
    """Time all cases in the same rounds."""
    everybody = {
        f"{number} {who}": contender
        for number, case in enumerate(cases)
        for who, contender in case.contenders().items()
    }
    times = medians(everybody, rounds=rounds)
    return [
        Row(
            name=case.name,
            size=size,
            ours=times[f"{number} ours"],
            floor=times.get(f"{number} floor"),
            peer=times.get(f"{number} peer"),
            is_page=case.is_page,
        )
        for number, case in enumerate(cases)
    ]


@dataclass(frozen=True, slots=True)
class Target:
    """A promise about one row, and whether it is kept."""

    name: str
    promised: str
    measured: str
    met: bool

    def __str__(self) -> str:
        return f"{'met   ' if self.met else 'MISSED'}  {self.name}: {self.promised}; measured {self.measured}"


def targets(rows: Iterable[Row]) -> Iterator[Target]:
    """Yield each promise about a page; nothing is promised of other sizes."""
    for row in rows:
        if not row.is_page or row.size != PROMISED_AT:
            continue
        if row.ratio_to_floor is not None:
            yield at_most(row, times=OF_FLOOR)
        if row.peer is not None:
            yield Target(
                name=row.name,
                promised=f"at most 1/{OF_PEER:g} of guardian",
                measured=f"1/{row.peer / row.ours:.0f}",
                met=row.ours * OF_PEER <= row.peer,
            )


def promised(rows: Iterable[Row], start: str) -> list[Row]:
    """Return the rows that something is promised of: of this size, with a name that starts so."""
    return [row for row in rows if row.size == PROMISED_AT and row.name.startswith(start)]


def at_most(
    row: Row,
    *,
    within: float | None = None,
    times: float | None = None,
    more: float | None = None,
    of: str = "the floor",
) -> Target:
    """Return a promise about a row; of several, one must be kept.

    Args:
        within: milliseconds that it takes at most.
        times: how many times the floor it takes at most.
        more: how many milliseconds more than the floor it takes at most.
        of: what the floor is.
    """
    floor = row.floor or 0.0
    promises = (
        (within, "at most {:g} ms", row.ours),
        (times, f"at most {{:g}} times {of}", row.ours / floor if floor else float("inf")),
        (more, f"at most {{:g}} ms more than {of}", row.ours - floor),
    )
    given = [(limit, words.format(limit), measured) for limit, words, measured in promises if limit is not None]
    return Target(
        name=row.name,
        promised=", or ".join(words for _limit, words, _measured in given),
        measured=" and ".join(f"{measured:.2f}" for _limit, _words, measured in given),
        met=any(measured <= limit for limit, _words, measured in given),
    )


def table(rows: Sequence[Row], *, what: str = "notes") -> str:
    """Return rows of one size as text.

    Args:
        what: of which there are so many.
    """
    title = f"{rows[0].size:,} {what}"
    head = f"{title:<40}{'ours':>12}{'floor':>12}{'guardian':>10}{'ours/floor':>12}{'guardian/ours':>15}"
    return "\n".join([head, *map(_line, rows)])


def _line(row: Row) -> str:
    floor = f"{row.floor:12.2f}" if row.floor else f"{'-':>12}"
    peer = f"{row.peer:10.1f}" if row.peer else f"{'-':>10}"
    to_floor = f"{row.ratio_to_floor:12.2f}" if row.ratio_to_floor else f"{'-':>12}"
    to_peer = f"{row.peer / row.ours:15.0f}" if row.peer else f"{'-':>15}"
    return f"{row.name:<40}{row.ours:12.2f}{floor}{peer}{to_floor}{to_peer}"


def write(rows: Iterable[Row], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([row.as_json() for row in rows], indent=1) + "\n")
