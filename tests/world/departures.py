"""A departure of the world: the company leaves in two months, and asks customs to take its promise over."""

from datetime import timedelta

from foundation import clock
from partnership.membership.departures import services
from tests.world.cast import World


def build_departures(world: World) -> None:
    world.departures["company"] = services.announce_departure(
        actor=world.actor("lead_company"),
        membership=world.memberships["company"],
        effective_on=clock.today() + timedelta(days=60),
        reason="The terminal is sold",
        choices={"notes": "stay"},
    )
    world.hand_overs["camera"] = services.arrange(
        actor=world.actor("lead_company"),
        departure=world.departures["company"],
        room="commitments",
        subject=world.commitments["camera"].public_id,
        taker=world.memberships["customs"],
    )
