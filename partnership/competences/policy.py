"""Who may do what to the register. Asked by pages; services ask the same of memberships under their locks."""

from accounts.people.actor import Actor
from partnership.competences.models import Change, Holding
from partnership.membership.models import Membership, MembershipStatus
from partnership.membership.policy import may_coordinate, own_membership


def may_propose(actor: Actor, membership: Membership) -> bool:
    """People of the member who may write, and the coordinator, while the member is active."""
    if membership.status != MembershipStatus.ACTIVE or not actor.may_write:
        return False
    own = own_membership(actor, membership.partnership)
    return own is not None and (own.pk == membership.pk or may_coordinate(actor, membership.partnership))


def may_answer(actor: Actor, change: Change) -> bool:
    """The member's lead, while the change waits."""
    return Change.objects.to_answer_by(actor).filter(pk=change.pk).exists()


def may_remark(actor: Actor, holding: Holding) -> bool:
    """People of the holder who may write, while it holds it."""
    own = own_membership(actor, holding.partnership)
    return actor.may_write and own is not None and own.pk == holding.membership_id and holding.ended_at is None
