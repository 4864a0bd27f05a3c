"""Reads of responsibilities that pages need."""

from collections.abc import Sequence

from django.db import models
from django.db.models import Prefetch

from accounts.people.actor import Actor
from partnership.membership.models import Partnership
from partnership.responsibilities.models import (
    Part,
    Responsibility,
    ResponsibilityChange,
    ResponsibilityPart,
    Status,
)


def responsibilities(actor: Actor, partnership: Partnership) -> models.QuerySet[Responsibility]:
    """Return a partnership's responsibilities with their members."""
    parts = ResponsibilityPart.objects.select_related("membership__agency").order_by("membership__agency__name", "pk")
    return (
        Responsibility.objects.visible_to(actor)
        .filter(partnership=partnership)
        .select_related("partnership__coordinator", "accountable__agency", "answered_by")
        .prefetch_related(Prefetch("parts", queryset=parts))
        .order_by("accountable__agency__name", "pk")
    )


def members_with(responsibility: Responsibility, part: str) -> list[str]:
    """Return the names of the agencies with this part."""
    return [row.membership.agency.name for row in responsibility.parts.all() if row.part == part]


def others(responsibility: Responsibility) -> list[tuple[str, str]]:
    """Return the parts besides the accountable one, each with its members' names; empty ones are left out."""
    named = ((part, members_with(responsibility, part)) for part in Part.values)
    return [(str(Part(part).label).capitalize(), "; ".join(names)) for part, names in named if names]


HEAD = ("duty", "measure", "how often", "status", "accountable", "responsible", "consulted", "informed")


def row(responsibility: Responsibility) -> Sequence[object]:
    return (
        responsibility.duty,
        responsibility.measure,
        responsibility.period,
        responsibility.status,
        responsibility.accountable.agency.name,
        *("; ".join(members_with(responsibility, part)) for part in Part.values),
    )


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
        {"key": "Reason", "value": responsibility.reason},
    ]


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
