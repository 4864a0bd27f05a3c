"""Reads of responsibilities that pages need."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch

from accounts.people.actor import Actor
from partnership.agreements.models import Version
from partnership.membership.models import Membership, MembershipStatus, Partnership
from partnership.responsibilities.models import (
    Part,
    Responsibility,
    ResponsibilityChange,
    ResponsibilityPart,
    Status,
)


def responsibilities(actor: Actor, partnership: Partnership) -> models.QuerySet[Responsibility]:
    """Return a partnership's responsibilities with their members, and whether the actor sees what they come from."""
    seen = Version.objects.visible_to(actor).filter(pk=OuterRef("clause__version"))
    parts = ResponsibilityPart.objects.select_related("membership__agency").order_by("membership__agency__name", "pk")
    return (
        Responsibility.objects.visible_to(actor)
        .filter(partnership=partnership)
        .select_related(
            "partnership__coordinator", "accountable__agency", "answered_by", "clause__version__agreement__partnership"
        )
        .prefetch_related(Prefetch("parts", queryset=parts))
        .annotate(clause_is_seen=Exists(seen))
        .order_by("accountable__agency__name", "pk")
    )


def members_with(responsibility: Responsibility, part: str) -> list[str]:
    """Return the names of the agencies with this part."""
    return [row.membership.agency.name for row in responsibility.parts.all() if row.part == part]


def others(responsibility: Responsibility) -> list[tuple[str, str]]:
    """Return the parts besides the accountable one, each with its members' names; empty ones are left out."""
    named = ((part, members_with(responsibility, part)) for part in Part.values)
    return [(str(Part(part).label).capitalize(), "; ".join(names)) for part, names in named if names]


HEAD = (
    "duty", "measure", "how often", "from", "until", "approaches", "clause", "status", "accepted by", "accountable",
    "responsible", "consulted", "informed",
)  # fmt: skip


def row(responsibility: Responsibility) -> Sequence[object]:
    return (
        responsibility.duty,
        responsibility.measure,
        responsibility.period,
        responsibility.valid_from,
        responsibility.valid_until,
        " ".join(responsibility.approaches),
        clause_words(responsibility),
        responsibility.status,
        responsibility.answered_by if responsibility.status == Status.ACCEPTED else "",
        responsibility.accountable.agency.name,
        *("; ".join(members_with(responsibility, part)) for part in Part.values),
    )


def clause_words(responsibility: Responsibility) -> str:
    """Return the clause that a responsibility of `responsibilities` comes from, with its agreement, in words.

    Empty where there is none; of a draft, whoever does not see it learns nothing more.
    """
    clause = responsibility.clause
    if clause is None:
        return ""
    if not responsibility.clause_is_seen:  # type: ignore[attr-defined]
        return "a draft"
    return f"{clause.version.agreement.title}, {clause.version.number}: {clause}"


@dataclass(frozen=True, slots=True)
class GridRow:
    """A responsibility across the members.

    Attributes:
        cells: for each member of the grid's head its letter, A, A/R, R, C, I or none.
        marks: what is not as it should be, a few words each.
    """

    responsibility: Responsibility
    cells: list[str]
    marks: list[str]


@dataclass(frozen=True, slots=True)
class Grid:
    """Members across, responsibilities down."""

    agencies: list[str]
    rows: list[GridRow]


def grid(responsibilities: Iterable[Responsibility]) -> Grid:
    """Return who has what part in what, for the members that have any; a column each, by name."""
    duties = list(responsibilities)
    letters = [_letters(duty) for duty in duties]
    names = {member.pk: member.agency.name for of_duty in letters for member in of_duty}
    keys = sorted(names, key=lambda key: (names[key], key))
    rows = [
        GridRow(
            duty,
            [{member.pk: letter for member, letter in of_duty.items()}.get(key, "") for key in keys],
            _marks(duty, of_duty),
        )
        for duty, of_duty in zip(duties, letters, strict=True)
    ]
    return Grid([names[key] for key in keys], rows)


def _letters(duty: Responsibility) -> dict[Membership, str]:
    letters = {row.membership: row.part for row in duty.parts.all()}
    letters[duty.accountable] = "A/R" if letters.get(duty.accountable) == Part.RESPONSIBLE else "A"
    return letters


def _marks(duty: Responsibility, letters: dict[Membership, str]) -> list[str]:
    marks = {Status.PROPOSED: "Not accepted yet", Status.CHANGE_ASKED: "Change asked for", Status.DECLINED: "Declined"}
    found = [marks[Status(duty.status)]] if duty.status in marks else []
    away = sorted(member.agency.name for member in letters if member.status != MembershipStatus.ACTIVE)
    return found + [f"{name} takes no part at present" for name in away]


def facts(responsibility: Responsibility) -> list[dict[str, object]]:
    """Return what a responsibility's page states, in order."""
    parts: list[dict[str, object]] = [
        {"key": Part(part).label.capitalize(), "value": "; ".join(members_with(responsibility, part))}
        for part in Part.values
    ]
    return [
        {"key": "Measure", "value": responsibility.measure},
        {"key": "How often", "value": responsibility.get_period_display().capitalize()},
        {"key": "Accountable", "value": responsibility.accountable.agency.name},
        *parts,
        {"key": "From", "value": responsibility.valid_from},
        {"key": "Until", "value": responsibility.valid_until},
        {"key": "Accepted by", "value": _answered(responsibility) if responsibility.status == Status.ACCEPTED else ""},
        {"key": "What was said", "value": responsibility.reason},
    ]


def _answered(responsibility: Responsibility) -> str:
    name = responsibility.answered_by.name if responsibility.answered_by else "somebody who has left"
    return f"{name}, {responsibility.answered_at:%-d %B %Y}"


def history(responsibility: Responsibility) -> list[dict[str, object]]:
    """Return the steps of a responsibility as a timeline, newest first."""
    changes = ResponsibilityChange.objects.filter(responsibility=responsibility).select_related("by__agency")
    return [
        {
            "title": str(Status(change.after).label).capitalize(),
            "when": change.at,
            "who": f"{change.by.name}, {change.by.agency}" if change.by else "",
            "text": change.reason,
        }
        for change in changes.order_by("-pk")
    ]
