"""Who covers which step of a crime: the matrix of steps and members, its gaps and its single dependences.

A step is covered by every active member that holds a competence serving one of its barriers today, fully, partly or on
request. Nobody: a gap. One member: a single dependence. The same rule stands in tests as hand-written SQL.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from accounts.people.actor import Actor
from partnership.approaches import Approach
from partnership.competences.models import Barrier, Competence, Extent, Holding, Process, Serving, Step
from partnership.membership.models import Membership, Partnership


@dataclass(frozen=True, slots=True)
class Cell:
    """What a member can do at a step.

    Attributes:
        approaches: codes, in the order of `Approach`.
        competences: their names.
        is_sure: whether one of them is held fully.
    """

    approaches: tuple[str, ...]
    competences: tuple[str, ...]
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A step across the members.

    Attributes:
        cells: one for each member of the matrix, None where it can do nothing there.
        holders: names of the agencies that can act.
        open_barriers: names of barriers that nobody can put up.
    """

    step: Step
    cells: list[Cell | None]
    holders: list[str]
    open_barriers: list[str]

    @property
    def is_gap(self) -> bool:
        return not self.holders

    @property
    def is_single(self) -> bool:
        return len(self.holders) == 1

    @property
    def approaches(self) -> set[str]:
        """The approaches of all that can be done at this step."""
        return {code for cell in self.cells if cell for code in cell.approaches}

    @property
    def words(self) -> str:
        """How it is covered, in a few words."""
        if self.is_gap:
            return "Nobody can act"
        return f"Only {self.holders[0]}" if self.is_single else f"{len(self.holders)} members"


@dataclass(frozen=True, slots=True)
class Matrix:
    """Steps down, members across."""

    members: list[Membership]
    rows: list[Row]

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
    def finding(self) -> list[str]:
        """What it shows, in sentences: first what nobody can do, then what hangs on one member."""
        if not self.rows:
            return []
        found = [f"Nobody can act on “{row.step.name}”." for row in self.gaps]
        found += [f"Only {row.holders[0]} can act on “{row.step.name}”." for row in self.singles]
        return found or ["Every step is covered by at least two members."]


def matrix(
    actor: Actor,
    partnership: Partnership,
    today: date,
    *,
    process: Process | None = None,
    approach: str = "",
) -> Matrix:
    """Return the matrix of a partnership, or of one process, with every approach or one.

    Asks the database five times, however many steps and members there are.
    """
    members = list(partnership.memberships.active().select_related("agency").by_agency_name())
    steps = list(steps_of(actor, partnership, process))
    servings = _servings(actor, steps, approach)
    held = _held(actor, partnership, today)
    barriers = Barrier.objects.visible_to(actor).filter(step__in=steps).order_by("pk")
    by_step: dict[int, list[Barrier]] = {}
    for barrier in barriers:
        by_step.setdefault(barrier.step_id, []).append(barrier)
    return Matrix(members, [_row(step, members, by_step.get(step.pk, []), servings, held) for step in steps])


def steps_of(actor: Actor, partnership: Partnership, process: Process | None = None) -> QuerySet[Step]:
    """Return the steps of a partnership's processes in use, or of one of them, in order."""
    steps = Step.objects.visible_to(actor).filter(partnership=partnership, process__retired_at__isnull=True)
    if process is not None:
        steps = steps.filter(process=process)
    return steps.select_related("process", "partnership").order_by("process_id", "position")


Held = dict[int, dict[int, str]]  # by competence, by member: the extent


def _servings(actor: Actor, steps: Sequence[Step], approach: str) -> dict[int, list[Competence]]:
    """Return by barrier the competences that serve it."""
    rows = Serving.objects.filter(barrier__step__in=steps, competence__in=Competence.objects.visible_to(actor).in_use())
    if approach:
        rows = rows.filter(competence__approaches__contains=[approach])
    found: dict[int, list[Competence]] = {}
    for row in rows.select_related("competence").order_by("competence__name", "pk"):
        found.setdefault(row.barrier_id, []).append(row.competence)
    return found


def _held(actor: Actor, partnership: Partnership, today: date) -> Held:
    found: Held = {}
    holdings = Holding.objects.visible_to(actor).held(today).filter(partnership=partnership)
    for competence, member, extent in holdings.values_list("competence_id", "membership_id", "extent"):
        found.setdefault(competence, {})[member] = extent
    return found


def _row(
    step: Step,
    members: Sequence[Membership],
    barriers: Iterable[Barrier],
    servings: dict[int, list[Competence]],
    held: Held,
) -> Row:
    served = {barrier: servings.get(barrier.pk, []) for barrier in barriers}
    competences = {one.pk: one for serving in served.values() for one in serving}
    cells = [_cell(member, competences.values(), held) for member in members]
    return Row(
        step=step,
        cells=cells,
        holders=[member.agency.name for member, cell in zip(members, cells, strict=True) if cell],
        open_barriers=[
            barrier.name for barrier, serving in served.items() if not any(held.get(one.pk) for one in serving)
        ],
    )


def _cell(member: Membership, competences: Iterable[Competence], held: Held) -> Cell | None:
    own = [one for one in competences if member.pk in held.get(one.pk, {})]
    if not own:
        return None
    codes = {code for one in own for code in one.approaches}
    return Cell(
        approaches=tuple(code for code in Approach.values if code in codes),
        competences=tuple(sorted(one.name for one in own)),
        is_sure=any(held[one.pk][member.pk] == Extent.FULLY for one in own),
    )
