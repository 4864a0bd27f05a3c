"""Who may do what about a departure."""

from accounts.people.actor import Actor
from partnership.membership.models import Departure, DepartureStatus, HandOver, HandOverStatus, Membership
from partnership.membership.policy import may_coordinate, own_membership


def leads(actor: Actor, membership: Membership) -> bool:
    """Whether the actor is a lead of this member, while it is active."""
    own = own_membership(actor, membership.partnership) if actor.is_lead else None
    return own is not None and own.pk == membership.pk


def may_announce(actor: Actor, membership: Membership) -> bool:
    """A lead of the member, unless it coordinates or has announced it already."""
    return (
        membership.role != "coordinator"
        and leads(actor, membership)
        and not Departure.objects.announced().filter(membership=membership).exists()
    )


def may_take_back(actor: Actor, departure: Departure) -> bool:
    """A lead of the member, until it takes effect."""
    return departure.status == DepartureStatus.ANNOUNCED and leads(actor, departure.membership)


def may_arrange(actor: Actor, departure: Departure) -> bool:
    """A lead of the member, and the coordinator, until it takes effect."""
    return departure.status == DepartureStatus.ANNOUNCED and (
        leads(actor, departure.membership) or may_coordinate(actor, departure.partnership)
    )


def may_answer(actor: Actor, item: HandOver) -> bool:
    """Staff and leads of the member that is asked to take it over."""
    return (
        actor.may_write
        and item.status == HandOverStatus.OFFERED
        and HandOver.objects.asked_of(actor).filter(pk=item.pk).exists()
    )
