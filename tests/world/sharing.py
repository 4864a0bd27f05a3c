"""Sharing rules of the world: in the covenant that is in force, and in a draft."""

from datetime import timedelta
from typing import Any

from foundation import clock
from partnership.agreements.models import SharingRule, Version
from partnership.agreements.services.sharing import Members, add_rule
from tests.world.cast import World

ANY = Members(any=True)


def members(world: World, *codes: str) -> Members:
    return Members(named=[world.memberships[code] for code in codes])


def rule(
    world: World, version: Version, givers: Members, receivers: Members, category: str, **more: Any
) -> SharingRule:
    """Add a rule to the clause on sharing of a draft."""
    said = {"purpose": "Fewer crimes", "legal_basis": "Act 12", **more}
    return add_rule(
        actor=world.actor("coordinator"),
        version=version,
        clause=version.clauses.get(kind="sharing"),
        givers=givers,
        receivers=receivers,
        category=category,
        **said,
    )


def write_rules(world: World) -> None:
    """Customs tells police of consignments; anybody tells figures; police names people for a month; more is a draft."""
    covenant = world.versions["covenant"]
    month = clock.today() + timedelta(days=30)
    rule(
        world, covenant, members(world, "customs"), members(world, "police", "tax"), "consignment",
        personal_data=["suspects"],
    )  # fmt: skip
    rule(world, covenant, ANY, ANY, "aggregate", onward=True)
    rule(
        world, covenant, members(world, "police"), members(world, "customs"), "person",
        personal_data=["suspects", "convicted"], until=month,
    )  # fmt: skip
    rule(world, world.versions["draft"], members(world, "municipality"), members(world, "police"), "premises")
