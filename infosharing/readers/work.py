"""What this room adds to "My work": notes to stop relying on."""

from accounts.people.actor import Actor
from foundation.work.needs import Need, register_needs
from infosharing.readers.models import Recall


@register_needs
def to_acknowledge(actor: Actor) -> list[Need]:
    """Recalls that wait for this person."""
    waiting = Recall.objects.to_acknowledge_by(actor).select_related("partnership", "originator__agency", "person")
    return [
        Need(
            what=f"{recall.originator.agency} took back a note that {_reader(actor, recall)} read",
            where=recall.partnership.name,
            group=recall.partnership.slug,
            action="Say that you heard",
            url=recall.get_absolute_url(),
        )
        for recall in waiting
    ]


def _reader(actor: Actor, recall: Recall) -> str:
    return "you" if recall.person_id == actor.person_id else f"your program {recall.person.name}"
