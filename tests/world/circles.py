"""Circles of the world: one that the partnership knows of, and one that nobody knows of but who is in it."""

from infosharing.circles import services
from infosharing.circles.models import Circle, CircleMember
from partnership.membership.sight import sight
from tests.world.cast import World, marker


def build_circles(world: World) -> None:
    """Police keep both; customs are in both; the tax office is invited to both."""
    world.circles["watch"] = _made(world, "watch", is_confidential=False)
    world.circles["quiet"] = _made(world, "quiet", is_confidential=True)
    rows = CircleMember.objects.filter(circle=world.circles["quiet"])
    for code in ("police", "customs", "tax"):
        world.circle_members[code] = rows.get(membership=world.memberships[code])


def _made(world: World, name: str, *, is_confidential: bool) -> Circle:
    with sight(world.person("staff_police").pk):
        circle = services.make_circle(
            actor=world.actor("staff_police"),
            partnership=world.partnerships["haven"],
            name=f"Circle {marker(name)}",
            purpose=f"For {marker(f'purpose_of_{name}')}",
            is_confidential=is_confidential,
            invited=[world.memberships["customs"], world.memberships["tax"]],
        )
    with sight(world.person("lead_customs").pk):
        services.accept(actor=world.actor("lead_customs"), circle=circle)
    return circle
