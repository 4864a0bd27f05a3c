"""Who may do what to circles. Derived from the querysets."""

from accounts.people.actor import Actor
from infosharing.circles.models import Circle, CircleMember, CircleStatus, MemberStatus
from partnership.membership.policy import own_membership

KEEPS = "Only the people of the member that keeps this circle may do this."
ANSWERS = "Only a lead of the member that was invited may answer."


def may_keep(actor: Actor, circle: Circle) -> bool:
    """Whoever may write for the member that keeps it, while it is open."""
    if circle.status != CircleStatus.OPEN or not actor.may_write:
        return False
    own = own_membership(actor, circle.partnership)
    return own is not None and own.pk == circle.keeper_id


def own_row(actor: Actor, circle: Circle) -> CircleMember | None:
    """Return how the actor's agency stands in a circle: invited or in it; else nothing."""
    own = own_membership(actor, circle.partnership)
    if own is None:
        return None
    rows = CircleMember.objects.visible_to(actor).filter(circle=circle, membership=own)
    return rows.filter(status__in=(MemberStatus.INVITED, MemberStatus.MEMBER)).first()


def is_in(actor: Actor, circle: Circle) -> bool:
    """Whether the actor's agency is in it, and so knows its roster."""
    row = own_row(actor, circle)
    return row is not None and row.status == MemberStatus.MEMBER
