"""Reads of groups and inputs that pages need."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Count, Max, Q

from accounts.people.actor import Actor
from foundation import clock
from partnership.engagement.models import Group, Input, Status
from partnership.membership.models import Partnership


def inputs(actor: Actor, partnership: Partnership) -> models.QuerySet[Input]:
    """Return a partnership's inputs with all that a list shows, newest first."""
    return (
        Input.objects.visible_to(actor)
        .filter(partnership=partnership)
        .select_related(
            "partnership__coordinator",
            "group",
            "given_to__agency",
            "recorded_for__agency",
            "recorded_by__agency",
            "settled_by__agency",
        )
        .newest_first()
    )


def groups(actor: Actor, partnership: Partnership) -> models.QuerySet[Group]:
    """Return a partnership's groups, each with `heard` inputs, how many are `open`, and the `last` day of one."""
    return (
        Group.objects.visible_to(actor)
        .filter(partnership=partnership)
        .select_related("partnership__coordinator")
        .annotate(
            heard=Count("inputs"),
            open=Count("inputs", filter=Q(inputs__status=Status.RECEIVED)),
            last=Max("inputs__received_on"),
        )
        .order_by("name", "pk")
    )


def is_late(found: Input) -> bool:
    return found.status == Status.RECEIVED and found.answer_by < clock.today()


def rows(found: models.QuerySet[Input]) -> list[tuple[Input, bool]]:
    """Return inputs, each with whether it is late."""
    return [(each, is_late(each)) for each in found]


HEAD = (
    "group", "place", "received", "how", "what was said", "recorded by", "member that answers", "status",
    "to be answered by", "answer", "told on", "why not taken up",
)  # fmt: skip


def csv_row(found: Input) -> Sequence[object]:
    return (
        found.group.name,
        found.place,
        found.received_on,
        found.way,
        found.said,
        found.recorded_for.agency.name,
        found.given_to.agency.name,
        found.status,
        found.answer_by,
        found.answer,
        found.answered_on,
        found.reason,
    )


def facts(found: Input) -> list[dict[str, Any]]:
    """Return what an input's page states, in order."""
    is_open = found.status == Status.RECEIVED
    return [
        {"key": "Group", "value": found.group.name},
        {"key": "Place or district", "value": found.place},
        {"key": "Received", "value": f"{found.received_on:%-d %B %Y}, {found.get_way_display()}"},
        {"key": "Recorded by", "value": _who(found.recorded_by, found.recorded_for.agency.name)},
        {"key": "Member that answers", "value": found.given_to.agency.name},
        {"key": "To be answered by", "value": f"{found.answer_by:%-d %B %Y}" if is_open else ""},
    ]


def _who(person: Any, agency: str) -> str:
    return f"{person.name}, {agency}" if person else agency
