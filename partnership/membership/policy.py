"""Who may do what to partnerships and memberships. Asked by services and by pages; derived from the querysets."""

from accounts.people.actor import Actor
from foundation.errors import NotAllowed
from partnership.membership.models import Membership, Partnership


def may_coordinate(actor: Actor, partnership: Partnership) -> bool:
    """People of the coordinating agency who may write, while that agency is an active member."""
    return Partnership.objects.coordinated_by(actor).filter(pk=partnership.pk).exists()


def coordinates(actor: Actor, partnership: Partnership, own: Membership | None) -> bool:
    """The same, for a page that has the actor's active membership at hand."""
    return actor.may_write and own is not None and own.agency_id == partnership.coordinator_id


def require_coordinator(actor: Actor, partnership: Partnership) -> None:
    """Refuse everybody but the coordinator.

    Raises:
        NotAllowed: the actor does not coordinate this partnership.
    """
    if not may_coordinate(actor, partnership):
        raise NotAllowed("Only the coordinator of this partnership may do this.")


def may_found(actor: Actor) -> bool:
    """Whoever may write for a public agency may start a partnership, which that agency then coordinates."""
    return actor.may_write and actor.agency_sector == "public"


def may_answer_invitation(actor: Actor, membership: Membership) -> bool:
    """The invited agency's lead."""
    return actor.is_lead and actor.agency_id == membership.agency_id


def may_withdraw(actor: Actor, membership: Membership) -> bool:
    """The coordinator: at once. A member's own lead announces that it leaves (`departures.policy.may_announce`)."""
    return may_coordinate(actor, membership.partnership)


def may_name_representatives(actor: Actor, membership: Membership) -> bool:
    """The member's own lead, or the coordinator."""
    own = actor.is_lead and actor.agency_id == membership.agency_id
    return own or may_coordinate(actor, membership.partnership)


def own_membership(actor: Actor, partnership: Partnership) -> Membership | None:
    """Return the actor's active membership in a partnership, if there is one."""
    return (
        Membership.objects.visible_to(actor)
        .active()
        .of_agency(actor)
        .filter(partnership=partnership)
        .select_related("partnership", "agency")
        .first()
    )


def require_own_membership(actor: Actor, partnership: Partnership) -> Membership:
    """Return the actor's active membership in a partnership, for somebody who may write.

    Raises:
        NotAllowed: the actor is read-only, or the agency is not an active member.
    """
    membership = own_membership(actor, partnership) if actor.may_write else None
    if membership is None:
        raise NotAllowed("Only staff and leads of an active member may do this.")
    return membership
