"""Who may do what to groups and inputs."""

from accounts.people.actor import Actor
from foundation.errors import NotAllowed
from partnership.engagement.models import Input, Status
from partnership.membership.policy import may_coordinate, own_membership

ANSWERS = "Only the member to which this was given, and the coordinator, may answer it."
CORRECTS = "Only who recorded this may correct it, until it is answered; the coordinator always."


def _is_of(actor: Actor, found: Input, member_id: int) -> bool:
    own = own_membership(actor, found.partnership) if actor.may_write else None
    return own is not None and own.pk == member_id


def may_answer(actor: Actor, found: Input) -> bool:
    """The coordinator, and the member to which it was given."""
    return may_coordinate(actor, found.partnership) or _is_of(actor, found, found.given_to_id)


def require_answerer(actor: Actor, found: Input) -> None:
    """Refuse everybody but the coordinator and the member to which an input was given.

    Raises:
        NotAllowed: the actor is neither, or read-only.
    """
    if not may_answer(actor, found):
        raise NotAllowed(ANSWERS)


def may_correct(actor: Actor, found: Input) -> bool:
    """The member that recorded it, until it is answered; the coordinator always: personal data may have to go."""
    if may_coordinate(actor, found.partnership):
        return True
    return found.status == Status.RECEIVED and _is_of(actor, found, found.recorded_for_id)
