"""Playing how members leave: announced, handed over, and in effect on the day."""

from typing import TYPE_CHECKING

from infosharing.demo.script import Table
from infosharing.demo.timeline import Timeline, day
from partnership.commitments.models import Commitment
from partnership.membership.departures import services
from partnership.membership.models import HandOver

if TYPE_CHECKING:
    from infosharing.demo.play import Play


def schedule_departure(city: "Play", timeline: Timeline, code: str, row: Table) -> None:
    """Put on the timeline that a member leaves; a day still to come is announced, and comes by itself."""
    timeline.add(row["announced"], lambda: _announce(city, code, row))
    for told in row.get("hand_over", []):
        asked: list[HandOver] = []
        timeline.add(told["day"], lambda told=told, asked=asked: asked.append(_ask(city, code, told)))  # type: ignore[misc]
        if "agreed" in told:
            timeline.add(
                told["agreed"],
                lambda told=told, asked=asked: services.agree(actor=city.lead(told["to"]), item=asked[0]),  # type: ignore[misc]
            )
    if row["day"] <= 0:
        timeline.add(row["day"], services.let_leave_due)


def _announce(city: "Play", code: str, row: Table) -> None:
    services.announce_departure(
        actor=city.lead(code),
        membership=city.members[code],
        effective_on=day(row["day"]),
        reason=row["reason"],
        choices={"notes": row["notes"]},
    )


def _ask(city: "Play", code: str, told: Table) -> HandOver:
    promised = Commitment.objects.get(owner=city.members[code], promise=told["promise"])
    return services.arrange(
        actor=city.lead(code),
        departure=city.members[code].departures.get(status="announced"),
        room="commitments",
        subject=promised.public_id,
        taker=city.members[told["to"]],
    )
