"""Who may do what to responsibilities."""

from accounts.people.actor import Actor
from partnership.responsibilities.models import Responsibility, Status


def may_answer(actor: Actor, responsibility: Responsibility) -> bool:
    """The accountable member's lead, while the responsibility is proposed."""
    return (
        actor.is_lead
        and responsibility.status == Status.PROPOSED
        and Responsibility.objects.visible_to(actor).accountable_to(actor).filter(pk=responsibility.pk).exists()
    )
