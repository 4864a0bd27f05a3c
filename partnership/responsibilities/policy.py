"""Who may do what to responsibilities."""

from accounts.people.actor import Actor
from partnership.responsibilities.models import TO_ANSWER, Responsibility


def may_answer(actor: Actor, responsibility: Responsibility) -> bool:
    """The accountable member's lead, while the responsibility is proposed or they asked for a change of it."""
    return (
        actor.is_lead
        and responsibility.status in TO_ANSWER
        and Responsibility.objects.visible_to(actor).accountable_to(actor).filter(pk=responsibility.pk).exists()
    )
