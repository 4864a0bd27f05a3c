"""Who may do what to meetings."""

from accounts.people.actor import Actor
from foundation.errors import NotAllowed
from partnership.meetings.models import AgendaItem, Meeting
from partnership.membership.policy import may_coordinate, own_membership

RUNS = "Only the coordinator, and staff and leads of the member that chairs, may do this."
OWN_ITEM = "Only the coordinator, and staff and leads of the member that brought this item in, may do this."
PAPERS = "Only the coordinator, and the members that propose and present an item, may add papers."


def may_run(actor: Actor, meeting: Meeting) -> bool:
    """Lead the meeting through its agenda: the coordinator, and the member that chairs while it is active."""
    return may_coordinate(actor, meeting.partnership) or _is_of(actor, meeting, {meeting.chair_id})


def require_runner(actor: Actor, meeting: Meeting) -> None:
    """Refuse everybody but coordinator and chair.

    Raises:
        NotAllowed: the actor is neither, or read-only.
    """
    if not may_run(actor, meeting):
        raise NotAllowed(RUNS)


def may_change_item(actor: Actor, item: AgendaItem) -> bool:
    """The coordinator, and the member that proposed it."""
    return may_coordinate(actor, item.meeting.partnership) or _is_of(actor, item.meeting, {item.proposed_by_id})


def require_item_owner(actor: Actor, item: AgendaItem) -> None:
    """Refuse everybody but the coordinator and the member that proposed an item.

    Raises:
        NotAllowed: the actor is neither, or read-only.
    """
    if not may_change_item(actor, item):
        raise NotAllowed(OWN_ITEM)


def may_add_papers(actor: Actor, item: AgendaItem) -> bool:
    """The coordinator, the member that proposed the item, and the one that presents it."""
    return may_change_item(actor, item) or _is_of(actor, item.meeting, {item.presenter_id})


def _is_of(actor: Actor, meeting: Meeting, members: set[int]) -> bool:
    if not actor.may_write:
        return False
    own = own_membership(actor, meeting.partnership)
    return own is not None and own.pk in members
