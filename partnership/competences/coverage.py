"""Who covers which step of a crime: the matrix of steps and members, its gaps and its single dependences.

A step is covered by every active member that holds a competence serving one of its barriers today, fully, partly or on
request. Nobody: a gap. One member: a single dependence. The same rule stands in tests as hand-written SQL.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, QuerySet
from django.db.models.functions import JSONObject

from accounts.people.actor import Actor
from partnership.approaches import Approach
from partnership.competences.models import Barrier, Competence, Extent, Holding, Process, Serving, Step
from partnership.membership.models import Membership, Partnership

# the most certain first
EXTENTS = [Extent.FULLY, Extent.PARTLY, Extent.ON_REQUEST]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a member can do at a step.

    Attributes:
        member: of the matrix.
        approaches: codes, in the order of `Approach`.
        competences: their names.
        extent: `Extent`, of the competence that it holds most certainly.
    """

    member: Membership
    approaches: tuple[str, ...]
    competences: tuple[str, ...]
    extent: str

    @property
    def is_sure(self) -> bool:
        """Whether one of the competences is held fully."""
        return self.extent == Extent.FULLY

    @property
    def unsure(self) -> str:
        """What holds the member back, in a word; empty where it is sure."""
        return "" if self.is_sure else str(Extent(self.extent).label)


@dataclass(frozen=True, slots=True)
class Row:
    """A step across the members.

    Attributes:
        cells: one for each member of the matrix, None where it can do nothing there.
        holders: names of the agencies that can act.
        barriers: names of all barriers of the step.
        open_barriers: names of those that nobody can put up.
    """

    step: Step
    cells: list[Cell | None]
    holders: list[str]
    barriers: list[str]
    open_barriers: list[str]

    @property
    def is_gap(self) -> bool:
        return not self.holders

    @property
    def is_single(self) -> bool:
        return len(self.holders) == 1

    @property
    def words(self) -> str:
        """How it is covered, in a few words."""
        if self.is_gap:
            return "Nobody can act"
        return f"Only {self.holders[0]}" if self.is_single else f"{len(self.holders)} members"

    @property
    def words_on_barriers(self) -> str:
        """How many of its barriers have nobody; empty where each has somebody."""
        if not self.barriers:
            return "No barrier yet"
        if not self.open_barriers:
            return ""
        has = "has" if len(self.barriers) == 1 else "have"
        barriers = "barrier" if len(self.barriers) == 1 else "barriers"
        return f"{len(self.open_barriers)} of {len(self.barriers)} {barriers} {has} nobody"


@dataclass(frozen=True, slots=True)
class Matrix:
    """Steps down, members across.

    Attributes:
        processes: all in use, whichever of them the rows are of.
    """

    members: list[Membership]
    rows: list[Row]
    processes: list[Process]

    @property
    def without_steps(self) -> list[Process]:
        """The processes in use that have no step yet."""
        return [process for process in self.processes if not process.steps.all()]

    @property
    def groups(self) -> list[tuple[Process, list[Row]]]:
        """The rows by their process."""
        return [(process, list(rows)) for process, rows in groupby(self.rows, key=lambda row: row.step.process)]

    @property
    def gaps(self) -> list[Row]:
        return [row for row in self.rows if row.is_gap]

    @property
    def singles(self) -> list[Row]:
        return [row for row in self.rows if row.is_single]

    @property
    def covered(self) -> int:
        """How many steps somebody covers."""
        return len(self.rows) - len(self.gaps)

    @property
    def percent(self) -> int:
        """Share of steps that somebody covers, rounded down; 0 where there is no step."""
        return 100 * self.covered // len(self.rows) if self.rows else 0

    @property
    def share(self) -> str:
        """How much of it is covered, as a sentence."""
        steps = "1 step is" if len(self.rows) == 1 else f"{len(self.rows)} steps are"
        return f"{self.covered} of {steps} covered ({self.percent} %)."

    def of_process(self, process: Process) -> "Matrix":
        """The same with the steps of one process."""
        return replace(self, rows=[row for row in self.rows if row.step.process_id == process.pk])

    def of_those_who_act(self) -> "Matrix":
        """The same without members that can do nothing at any of the steps."""
        kept = [place for place in range(len(self.members)) if any(row.cells[place] for row in self.rows)]
        rows = [replace(row, cells=[row.cells[place] for place in kept]) for row in self.rows]
        return replace(self, members=[self.members[place] for place in kept], rows=rows)

    @property
    def finding(self) -> list[str]:
        """What it shows, in sentences: first what nobody can do, then what hangs on one member."""
        if not self.rows:
            return []
        found = [f"Nobody can act on “{row.step.name}”." for row in self.gaps]
        found += [f"Only {row.holders[0]} can act on “{row.step.name}”." for row in self.singles]
        return found or ["Every step is covered by at least two members."]


def matrix(actor: Actor, partnership: Partnership, today: date, *, approach: str = "") -> Matrix:
    """Return the matrix of a partnership, with every approach or one.

    Asks the database four times, however many steps and members there are.
    """
    members = list(partnership.memberships.active().select_related("agency").by_agency_name())
    in_use = Process.objects.visible_to(actor).in_use().filter(partnership=partnership).order_by("pk")
    told = _with_barriers(actor, Step.objects.visible_to(actor)).order_by("position")
    processes = list(in_use.prefetch_related(Prefetch("steps", told)))
    held = _held(actor, partnership, today)
    rows = []
    for one in processes:
        for step in one.steps.all():
            # what its address is made of, without asking again
            step.process, step.partnership = one, partnership
            rows.append(_row(step, members, _barriers(step, approach), held))
    return Matrix(members, rows, processes)


def steps_of(actor: Actor, partnership: Partnership, process: Process | None = None) -> QuerySet[Step]:
    """Return the steps of a partnership's processes in use, or of one of them, in order."""
    steps = Step.objects.visible_to(actor).filter(partnership=partnership, process__retired_at__isnull=True)
    if process is not None:
        steps = steps.filter(process=process)
    return steps.select_related("process", "partnership").order_by("process_id", "position")


Held = dict[int, dict[int, str]]  # by competence, by member: the extent


@dataclass(frozen=True, slots=True)
class _Served:
    """A barrier, and the competences that serve it: key, name, approaches."""

    name: str
    competences: list[dict[str, Any]]


def _with_barriers(actor: Actor, steps: QuerySet[Step]) -> QuerySet[Step]:
    """Add what can be put in the way at each step to its row, as `told`."""
    servings = Serving.objects.filter(
        barrier=OuterRef("pk"), competence__in=Competence.objects.visible_to(actor).in_use()
    )
    competences = ArraySubquery(
        servings.order_by("competence__name", "pk").values(
            json=JSONObject(key="competence_id", name="competence__name", approaches="competence__approaches")
        )
    )
    barriers = Barrier.objects.visible_to(actor).filter(step=OuterRef("pk")).order_by("pk")
    return steps.annotate(told=ArraySubquery(barriers.values(json=JSONObject(name="name", competences=competences))))


def _barriers(step: Any, approach: str) -> list[_Served]:
    return [
        _Served(
            barrier["name"],
            [_zoomed(one, approach) for one in barrier["competences"] if not approach or approach in one["approaches"]],
        )
        for barrier in step.told
    ]


def _zoomed(competence: dict[str, Any], approach: str) -> dict[str, Any]:
    """Return a competence as one who asks for one approach looks at it."""
    return {**competence, "approaches": [approach]} if approach else competence


def _held(actor: Actor, partnership: Partnership, today: date) -> Held:
    found: Held = {}
    holdings = Holding.objects.visible_to(actor).held(today).filter(partnership=partnership)
    for competence, member, extent in holdings.values_list("competence_id", "membership_id", "extent"):
        found.setdefault(competence, {})[member] = extent
    return found


def _row(step: Step, members: Sequence[Membership], barriers: Sequence[_Served], held: Held) -> Row:
    competences = {one["key"]: one for barrier in barriers for one in barrier.competences}
    cells = [_cell(member, competences.values(), held) for member in members]
    return Row(
        step=step,
        cells=cells,
        holders=[member.agency.name for member, cell in zip(members, cells, strict=True) if cell],
        barriers=[barrier.name for barrier in barriers],
        open_barriers=[
            barrier.name for barrier in barriers if not any(held.get(one["key"]) for one in barrier.competences)
        ],
    )


def _cell(member: Membership, competences: Iterable[dict[str, Any]], held: Held) -> Cell | None:
    own = [one for one in competences if member.pk in held.get(one["key"], {})]
    if not own:
        return None
    codes = {code for one in own for code in one["approaches"]}
    return Cell(
        member=member,
        approaches=tuple(code for code in Approach.values if code in codes),
        competences=tuple(sorted(one["name"] for one in own)),
        extent=min((Extent(held[one["key"]][member.pk]) for one in own), key=EXTENTS.index),
    )
