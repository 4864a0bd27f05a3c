"""Who may do what to commitments."""

from accounts.people.actor import Actor
from foundation.errors import NotAllowed
from partnership.commitments.models import UNDER_WAY, Commitment, Evidence, Status
from partnership.membership.models import Membership, Partnership
from partnership.membership.policy import may_coordinate, own_membership


def owns(actor: Actor, commitment: Commitment) -> bool:
    """Staff and leads of the member that promised, while it is active."""
    return (
        actor.may_write
        and Commitment.objects.visible_to(actor)
        .of_agency(actor)
        .filter(pk=commitment.pk, owner__status="active")
        .exists()
    )


def require_owner(actor: Actor, commitment: Commitment) -> None:
    """Refuse everybody but the member that promised.

    Raises:
        NotAllowed: it is another member's commitment, or the actor is read-only.
    """
    if not owns(actor, commitment):
        raise NotAllowed("Only staff and leads of the member that promised this may do this.")


def may_revise(actor: Actor, commitment: Commitment) -> bool:
    """The coordinator, and the member once it has promised: what it is merely asked for is not its own to plan."""
    return may_coordinate(actor, commitment.partnership) or _has_answered(actor, commitment)


def _has_answered(actor: Actor, commitment: Commitment) -> bool:
    # read afresh; nothing ever goes back to being proposed, so the answer holds without a lock
    return owns(actor, commitment) and Commitment.objects.answered().filter(pk=commitment.pk).exists()


def require_reviser(actor: Actor, commitment: Commitment) -> None:
    """Refuse everybody but the coordinator and the member that promised.

    Raises:
        NotAllowed: the actor is neither, or of a member that was asked and has not accepted.
    """
    if may_revise(actor, commitment):
        return
    if owns(actor, commitment):
        raise NotAllowed(
            "Your agency was asked and has not accepted. Accept it, decline it with a reason, or ask for another date."
        )
    raise NotAllowed("Only the member that promised this, or the coordinator, may do this.")


def may_answer_date(actor: Actor, commitment: Commitment) -> bool:
    """The coordinator: it is who asks members for promises."""
    return may_coordinate(actor, commitment.partnership)


def require_asker(actor: Actor, commitment: Commitment) -> None:
    """Refuse everybody but the coordinator.

    Raises:
        NotAllowed: the actor does not coordinate.
    """
    if not may_answer_date(actor, commitment):
        raise NotAllowed("Only the coordinator, who asked for this, answers whether another date will do.")


def verifier(actor: Actor, commitment: Commitment) -> Membership | None:
    """Return the membership as which the actor may verify: any active member's but the one that promised."""
    if not actor.may_write:
        return None
    membership = own_membership(actor, commitment.partnership)
    return membership if membership is not None and membership.pk != commitment.owner_id else None


def require_verifier(actor: Actor, commitment: Commitment) -> Membership:
    """Return the membership as which the actor verifies.

    Raises:
        NotAllowed: the actor is read-only, no active member, or of the member that promised.
    """
    membership = verifier(actor, commitment)
    if membership is None:
        raise NotAllowed("Another member than the one that promised this verifies it.")
    return membership


# while it is promised, and until another member has verified it
TO_SHOW = (*UNDER_WAY, Status.DONE)
SHOWS = "Only the member that promised this, and those that contribute, may add evidence."


def may_show(actor: Actor, commitment: Commitment) -> Membership | None:
    """Return the membership as which the actor may add evidence: the one that promised, or one that contributes."""
    own = own_membership(actor, commitment.partnership) if actor.may_write else None
    if own is None or own.pk == commitment.owner_id:
        return own
    return own if commitment.contributions.filter(member=own).exists() else None


def require_shower(actor: Actor, commitment: Commitment) -> Membership:
    """Return the membership as which the actor adds evidence.

    Raises:
        NotAllowed: the actor is of neither the member that promised nor one that contributes, or is read-only.
    """
    own = may_show(actor, commitment)
    if own is None:
        raise NotAllowed(SHOWS)
    return own


def may_take_off(actor: Actor, evidence: Evidence) -> bool:
    """The member that added it, while it takes part; and the one that promised."""
    own = may_show(actor, evidence.commitment)
    return own is not None and own.pk in {evidence.member_id, evidence.commitment.owner_id}


def may_reassign_any(actor: Actor, partnership: Partnership) -> bool:
    """The coordinator, and leads of active members."""
    is_lead = actor.is_lead and own_membership(actor, partnership) is not None
    return is_lead or may_coordinate(actor, partnership)


def may_reassign(actor: Actor, member: Membership) -> bool:
    """The coordinator for every member, a lead for the own agency."""
    own = own_membership(actor, member.partnership) if actor.is_lead else None
    return (own is not None and own.pk == member.pk) or may_coordinate(actor, member.partnership)
