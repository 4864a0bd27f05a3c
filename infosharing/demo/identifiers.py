"""Playing the lists of identifiers that agencies of a city give."""

from typing import TYPE_CHECKING

from infosharing.demo.script import Table
from infosharing.demo.timeline import Timeline
from infosharing.identifiers import services
from infosharing.identifiers.entries import read
from partnership.membership.sight import sight

if TYPE_CHECKING:
    from infosharing.demo.play import Play


def schedule_lists(city: "Play", timeline: Timeline) -> None:
    """Put everything that the script says of lists on the timeline."""
    for row in city.script.get("lists", []):
        timeline.add(row["day"], lambda row=row: _give(city, row))  # type: ignore[misc]


def _give(city: "Play", row: Table) -> None:
    actor = city.cast.actor(row["by"])
    with sight(actor.person_id):
        services.give_list(actor=actor, name=row["name"], entries=read("\n".join(row["entries"])))
