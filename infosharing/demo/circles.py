"""Playing a city's circles: who made them, who joined, who is still to answer."""

from typing import TYPE_CHECKING

from infosharing.circles import services
from infosharing.demo.script import Table
from infosharing.demo.timeline import Timeline
from partnership.membership.sight import sight

if TYPE_CHECKING:
    from infosharing.demo.play import Play


def schedule_circles(city: "Play", timeline: Timeline) -> None:
    """Put everything that the script says of circles on the timeline."""
    for row in city.script.get("circles", []):
        timeline.add(row["day"], lambda row=row: _make(city, row))  # type: ignore[misc]
        for code in row["joined"]:
            timeline.add(row["day"] + 1, lambda row=row, code=code: _join(city, row, code))  # type: ignore[misc]


def _make(city: "Play", row: Table) -> None:
    actor = city.cast.actor(row["by"])
    with sight(actor.person_id):
        city.circles[row["name"]] = services.make_circle(
            actor=actor,
            partnership=city.partnership,
            name=row["name"],
            purpose=row["purpose"],
            is_confidential=row.get("confidential", False),
            invited=[city.members[code] for code in (*row["joined"], *row.get("invited", []))],
        )


def _join(city: "Play", row: Table, code: str) -> None:
    actor = city.lead(code)
    with sight(actor.person_id):
        services.accept(actor=actor, circle=city.circles[row["name"]])
