"""Auditors of footprints in the world: of what police wrote, one who looks, and near misses."""

from datetime import timedelta

from foundation import clock
from infosharing.auditors import services
from infosharing.auditors.models import Auditor
from partnership.membership.sight import sight
from tests.world.cast import World


def appoint(world: World, person: str, by: str = "lead_police", *, days: int = 30) -> Auditor:
    with sight(world.person(by).pk):
        return services.appoint(
            actor=world.actor(by),
            partnership=world.partnerships["haven"],
            person=world.person(person),
            reason="To see that notes are read where they should be",
            until=clock.today() + timedelta(days=days),
        )


def end(world: World, auditor: Auditor, by: str) -> Auditor:
    with sight(world.person(by).pk):
        return services.end(actor=world.actor(by), auditor=auditor, reason="It is done")


def build_auditors(world: World) -> None:
    """The tax office looks at what police wrote, and customs did; a suspended one would, if it took part."""
    for name in ("tax", "customs", "suspended"):
        world.auditors[name] = appoint(world, f"lead_{name}")
    world.auditors["customs"] = end(world, world.auditors["customs"], "lead_police")
    world.auditors["own"] = appoint(world, "reader_police")
