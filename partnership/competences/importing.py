"""What importing a table into a register would do: each row planned against the register, and all that is wrong named.

Rows say how members hold competences. What the register says already changes nothing, and what it says beside the table
stays: nothing ends by being left out.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from accounts.people.actor import Actor
from foundation import clock
from partnership.competences.cells import (
    Wrong,
    approaches_of,
    day_of,
    days_of,
    extent_of,
    split_names,
    wrongs_of,
)
from partnership.competences.facts import Facts, differences
from partnership.competences.models import Change, Competence, Entry, Holding
from partnership.competences.services.catalogue import Description
from partnership.competences.tables import COLUMNS, Line
from partnership.membership.models import Membership, Partnership
from partnership.membership.policy import may_coordinate, own_membership

WORDS = ("decided_by", "capacity", "limits", "needs_words")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one row, and in which column."""

    number: int
    column: str
    text: str


@dataclass(slots=True)
class Target:
    """A competence that rows name: there already, to be copied from the catalogue, or to be written anew."""

    name: str
    competence: Competence | None = None
    entry: Entry | None = None
    description: Description | None = None
    approaches: Sequence[str] = ()

    @property
    def is_new(self) -> bool:
        return self.competence is None


@dataclass(frozen=True, slots=True)
class Step:
    """What the import does for one row.

    Attributes:
        enters: whether it is the first row of a competence that the register has not got.
        member: None where the row describes a competence that nobody holds.
        before: what the register says of the member; None where it says nothing.
        after: what it would say; None where the row changes nothing of it.
        waits: whether the member's lead has to confirm it.
        is_asked: whether exactly this was proposed already and waits.
    """

    number: int
    target: Target
    enters: bool
    member: Membership | None
    before: Facts | None = None
    after: Facts | None = None
    waits: bool = False
    is_asked: bool = False

    @property
    def does_something(self) -> bool:
        return self.enters or self.after is not None

    @property
    def differences(self) -> list[tuple[str, str, str]]:
        return differences(self.before, self.after) if self.after else []


@dataclass(slots=True)
class Plan:
    """Steps and faults; with a fault, nothing is done at all."""

    steps: list[Step] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def does_something(self) -> bool:
        return any(step.does_something for step in self.steps)

    @property
    def targets(self) -> list[Target]:
        """The competences to enter, each once."""
        return [step.target for step in self.steps if step.enters]

    @property
    def waits(self) -> bool:
        return any(step.waits for step in self.steps)

    @property
    def fingerprint(self) -> str:
        """The same as long as the import would do the same."""
        done = [
            (
                step.number,
                step.target.name,
                step.target.approaches,
                step.enters,
                str(step.member.public_id) if step.member else "",
                step.before.as_json() if step.before else None,
                step.after.as_json() if step.after else None,
            )
            for step in self.steps
        ]
        return hashlib.sha256(json.dumps(done, sort_keys=True).encode()).hexdigest()


def plan(actor: Actor, partnership: Partnership, lines: Sequence[Line]) -> Plan:
    """Return what these rows would do. Asks the database as often for many rows as for few."""
    return _Planner(actor, partnership, lines).plan()


class _Planner:
    def __init__(self, actor: Actor, partnership: Partnership, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.today: date = clock.today()
        self.actor = actor
        self.is_coordinator = may_coordinate(actor, partnership)
        own = own_membership(actor, partnership)
        self.own = own.pk if own else None
        self.members = list(partnership.memberships.active().select_related("agency"))
        competences = Competence.objects.visible_to(actor).in_use().filter(partnership=partnership)
        self.targets = {
            one.name: Target(one.name, competence=one, approaches=one.approaches)
            for one in competences.select_related("entry").order_by("pk")
        }
        # how each name is written, whatever letters are small
        self.written = {name.casefold(): name for name in self.targets}
        self.entries = list(Entry.objects.visible_to(actor))
        lasting = Holding.objects.visible_to(actor).lasting().filter(partnership=partnership)
        self.holdings = {
            (holding.competence_id, holding.membership_id): Facts.of(holding) for holding in lasting.with_needs()
        }
        waiting = Change.objects.visible_to(actor).waiting().filter(partnership=partnership)
        self.waiting = {(change.competence_id, change.membership_id): change for change in waiting}

    def plan(self) -> Plan:
        found = Plan()
        named = []
        for line in self.lines:
            # competences first: a row may need what a later row enters
            wrongs = {wrong.column: wrong for wrong in wrongs_of(line)}
            try:
                known = len(self.targets)
                target = self._target(line)
                if not wrongs:
                    named.append((line, target, len(self.targets) > known))
                elif line.cells["agency"]:
                    # all that is wrong is named at once, so that it is mended at once
                    self._member(line.cells["agency"])
            except Wrong as wrong:
                wrongs.setdefault(wrong.column, wrong)
            found.faults += [Fault(line.number, wrong.column, wrong.text) for wrong in wrongs.values()]
        seen: dict[tuple[str, int | None], int] = {}
        for line, target, enters in named:
            try:
                step = self._step(line, target, enters)
                key = (target.name, step.member.pk if step.member else None)
                if key in seen:
                    raise Wrong("competence", f"Row {seen[key]} is about the same. Keep one of them.")
                seen[key] = line.number
                found.steps.append(step)
            except Wrong as wrong:
                found.faults.append(Fault(line.number, wrong.column, wrong.text))
        found.faults.sort(key=lambda fault: fault.number)
        return found

    # --- which competence -----------------------------------------------------------------------
    def _target(self, line: Line) -> Target:
        name, approaches = line.cells["competence"], approaches_of(line)
        if not name:
            raise Wrong("competence", "Name the competence, or give its code in the catalogue.")
        target = self.targets.get(name) or self._of_entry(name)
        if target is None:
            self._require_no_twin(name)
            if not approaches:
                raise Wrong(
                    "approaches", "The register has no such competence. To enter it, give at least one approach."
                )
            target = Target(name, description=Description(name, approaches), approaches=approaches)
        if approaches and set(approaches) != set(target.approaches):
            raise Wrong(
                "approaches",
                f"The register says {' '.join(target.approaches)}. Change that on its page, or empty this cell.",
            )
        if target.is_new and not self.is_coordinator:
            raise Wrong("competence", "The register has no such competence. Ask the coordinator to enter it.")
        return self.targets.setdefault(target.name, target)

    def _of_entry(self, name: str) -> Target | None:
        """Return the copy of an entry of the catalogue, or what would be it."""
        entry = next((one for one in self.entries if name.upper() == one.code or name == one.name), None)
        if entry is None:
            return None
        copies = [
            one
            for one in self.targets.values()
            if one.entry == entry or (one.competence and one.competence.entry_id == entry.pk) or one.name == entry.name
        ]
        if len(copies) > 1:
            raise Wrong("competence", f"The register has several copies of {entry.code}. Give the name of one of them.")
        return copies[0] if copies else Target(entry.name, entry=entry, approaches=entry.approaches)

    def _require_no_twin(self, name: str) -> None:
        twin = self.written.setdefault(name.casefold(), name)
        if twin != name:
            raise Wrong("competence", f"The register has it as “{twin}”. Write it in the same way.")

    # --- who holds it, and how ------------------------------------------------------------------
    def _step(self, line: Line, target: Target, enters: bool) -> Step:
        code = line.cells["agency"]
        if not code:
            if any(line.cells.get(column) for column in COLUMNS if column not in {"competence", "approaches"}):
                raise Wrong("agency", "Say which member holds it, or leave the other cells of this row empty.")
            return Step(line.number, target, enters, None)
        member = self._member(code)
        key = (target.competence.pk if target.competence else 0, member.pk)
        before = self.holdings.get(key)
        after = self._facts(line, target, before)
        waiting = self.waiting.get(key)
        if after == before or (waiting and waiting.after == after.as_json()):
            return Step(line.number, target, enters, member, before, None, is_asked=after != before)
        if waiting:
            raise Wrong("competence", "Another change of this is waiting for its answer. It has to be answered first.")
        if after.valid_until is not None and after.valid_until < self.today:
            raise Wrong("valid_until", "This day has passed. Leave it empty, or give a day to come.")
        if gone := [name for name in after.needs if name not in self.targets]:
            raise Wrong(
                "needs", f"This register has no “{gone[0]}”. Write names as it does, with a semicolon between several."
            )
        waits = not (self.actor.is_lead and member.pk == self.own)
        return Step(line.number, target, enters, member, before, after, waits=waits)

    def _member(self, code: str) -> Membership:
        found = [member for member in self.members if code.casefold() == member.agency.code.casefold()]
        found = found if len(found) == 1 else [member for member in self.members if code == member.agency.name]
        if len(found) != 1:
            raise Wrong("agency", "No active member of this partnership has this code or name.")
        if found[0].pk != self.own and not self.is_coordinator:
            raise Wrong("agency", "You can enter what your own agency holds, and nothing of another member.")
        return found[0]

    def _facts(self, line: Line, target: Target, before: Facts | None) -> Facts:
        """Return the facts of a row; what the table has no column for stays as it is."""
        facts, cells = before or Facts(), line.cells
        given: dict[str, Any] = {name: cells[name] for name in WORDS if name in cells}
        if cells.get("extent"):
            given["extent"] = extent_of(cells["extent"])
        if "lead_days" in cells:
            given["lead_days"] = days_of(cells["lead_days"])
        if "valid_until" in cells:
            given["valid_until"] = day_of(cells["valid_until"])
        if "needs" in cells:
            known = {*self.targets, *facts.needs}
            given["needs"] = tuple(sorted({self._needed(name) for name in split_names(cells["needs"], known)}))
            if target.name in given["needs"]:
                raise Wrong("needs", "A competence cannot need itself first.")
        return replace(facts, **_kept(facts, given))

    def _needed(self, name: str) -> str:
        if name in self.targets:
            return name
        # a code of the catalogue, or what is out of use and was said before
        target = self._of_entry(name)
        if target is None or target.name not in self.targets:
            return name
        return target.name


def _kept(facts: Facts, given: dict[str, Any]) -> dict[str, Any]:
    """Return what is given, less what differs by its line ends alone."""
    return {
        name: value
        for name, value in given.items()
        if not (isinstance(value, str) and str(getattr(facts, name)).replace("\r\n", "\n") == value)
    }
