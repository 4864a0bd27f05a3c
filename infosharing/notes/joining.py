"""What notes say of somebody who would join a circle: they may have to be kept from the newcomer."""

from django.db import connection

from accounts.people.actor import Actor
from infosharing.circles.joining import Obstacle, register_condition
from infosharing.circles.models import Circle
from infosharing.notes.receiving import Matter, obstacles
from partnership.membership.models import Membership


@register_condition
def of_notes(actor: Actor, circle: Circle, newcomer: Membership) -> Obstacle | None:
    """A newcomer sees every note that is shared in the circle; so the agreements must let them have each.

    What is shared is asked by what the agreements distinguish alone: whoever is invited learns nothing of the notes.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT owner, tlp, category, personal_data, agreement, notes FROM sight.shared_in_circle(%s)", [circle.pk]
        )
        shared = cursor.fetchall()
    owners = Membership.objects.select_related("agency", "partnership").in_bulk({owner for owner, *_ in shared})
    blocked, first = 0, ""
    for owner, tlp, category, personal_data, agreement, notes in shared:
        missing = obstacles(actor, owners[owner], newcomer, Matter(tlp, category, tuple(personal_data), agreement))
        if missing:
            blocked += notes
            first = first or f"Of {owners[owner].agency}: {missing[0].sentence} {missing[0].who}".strip()
    if not blocked:
        return None
    count = "1 note" if blocked == 1 else f"{blocked} notes"
    return Obstacle(
        in_full=f"By the agreements in force {newcomer.agency} may not receive {count} that {_is(blocked)} shared in "
        f"this circle. {first} Their originators can also take them out of it.",
        in_short="The agreements in force do not let your agency receive everything that is shared in this circle. "
        f"{circle.keeper.agency}, which keeps it, can tell you more.",
    )


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
