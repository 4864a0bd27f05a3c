"""Playing whom leads let look at who read their agency's notes."""

from typing import TYPE_CHECKING

from infosharing.auditors import services
from infosharing.demo.script import Table
from infosharing.demo.timeline import Timeline, day
from partnership.membership.sight import sight

if TYPE_CHECKING:
    from infosharing.demo.play import Play


def schedule_auditors(city: "Play", timeline: Timeline) -> None:
    """Put everything that the script says of auditors on the timeline."""
    for row in city.script.get("auditors", []):
        timeline.add(row["day"], lambda row=row: _appoint(city, row))  # type: ignore[misc]


def _appoint(city: "Play", row: Table) -> None:
    actor = city.cast.actor(row["by"])
    with sight(actor.person_id):
        services.appoint(
            actor=actor,
            partnership=city.partnership,
            person=city.cast.people[row["person"]],
            reason=row["reason"],
            until=day(row["until"]),
        )
