"""Playing a city's engagement: the groups, what they said, and what was done with it."""

from typing import TYPE_CHECKING

from foundation import clock
from infosharing.demo.script import Table
from infosharing.demo.timeline import Timeline, day
from partnership.engagement import services
from partnership.engagement.models import Group

if TYPE_CHECKING:
    from infosharing.demo.play import Play


def schedule_engagement(city: "Play", timeline: Timeline) -> None:
    """Put everything that the script says of engagement on the timeline."""
    rows = city.script.get("inputs", [])
    if not rows:
        return
    groups: dict[str, Group] = {}
    timeline.add(min(row["day"] for row in rows) - 7, lambda: _name_groups(city, groups))
    for row in rows:
        timeline.add(row["day"], lambda row=row: _record(city, row, groups))  # type: ignore[misc]
        if "answered" in row:
            timeline.add(row["answered"]["day"], lambda row=row: _answer(city, row))  # type: ignore[misc]
        if "turned_down" in row:
            timeline.add(row["turned_down"]["day"], lambda row=row: _turn_down(city, row))  # type: ignore[misc]


def _name_groups(city: "Play", groups: dict[str, Group]) -> None:
    for row in city.script["groups"]:
        groups[row["name"]] = services.add_group(actor=city.coordinator, partnership=city.partnership, **row)


def _record(city: "Play", row: Table, groups: dict[str, Group]) -> None:
    words = services.Words(
        group=groups[row["group"]],
        said=row["said"],
        received_on=day(row["day"]),
        way=row["way"],
        given_to=city.members[row["given_to"]],
        place=row.get("place", ""),
    )
    actor = city.cast.actor(row["by"])
    city.inputs[row["key"]] = services.record_input(actor=actor, partnership=city.partnership, words=words)


def _answer(city: "Play", row: Table) -> None:
    told = row["answered"]
    services.answer_input(
        actor=city.cast.actor(told["by"]),
        found=city.inputs[row["key"]],
        answer=told["answer"],
        answered_on=clock.today(),
    )


def _turn_down(city: "Play", row: Table) -> None:
    told = row["turned_down"]
    services.turn_down_input(actor=city.cast.actor(told["by"]), found=city.inputs[row["key"]], reason=told["reason"])
