"""What stands in the way of joining. Rooms register what they know of; this room knows none of them.

Who joins a circle sees what is shared in it already. So a room that shares with circles says here what of it the
newcomer may not receive.
"""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.people.actor import Actor
from infosharing.circles.models import Circle
from partnership.membership.models import Membership


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a member cannot join.

    Attributes:
        in_full: for those in the circle, with who could change it.
        in_short: for the newcomer, who does not know yet what is shared there.
    """

    in_full: str
    in_short: str


Condition = Callable[[Actor, Circle, Membership], Obstacle | None]

_conditions: list[Condition] = []


def register_condition(condition: Condition) -> Condition:
    """Add a room's answer to "may this member join that circle?"."""
    _conditions.append(condition)
    return condition


def obstacle_to(actor: Actor, circle: Circle, newcomer: Membership) -> Obstacle | None:
    """Return what stands in the way of a member that would join, or nothing."""
    return next((found for condition in _conditions if (found := condition(actor, circle, newcomer))), None)
