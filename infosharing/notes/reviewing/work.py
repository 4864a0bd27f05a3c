"""What review dates add to "My work": what the coordinator is asked."""

from accounts.people.actor import Actor
from foundation.work.needs import Need, register_needs
from infosharing.notes.models import Prolongation


@register_needs
def to_answer(actor: Actor) -> list[Need]:
    """Prolongations that wait for the coordinator."""
    waiting = Prolongation.objects.to_answer_by(actor).select_related("partnership", "member__agency").order_by("pk")
    return [
        Need(
            what=f"{one.member.agency} asks to keep a note longer",
            where=one.partnership.name,
            group=one.partnership.slug,
            action="Answer",
            url=f"{one.partnership.get_absolute_url()}notes/prolongations/{one.public_id}/answer/",
            due_on=one.stood_on,
        )
        for one in waiting
    ]
