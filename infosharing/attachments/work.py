"""What files of notes add to "My work": what waits for a colleague's release."""

from accounts.people.actor import Actor
from foundation.work.needs import Need, register_needs
from infosharing.attachments.models import Attachment


@register_needs
def to_release(actor: Actor) -> list[Need]:
    """Files that colleagues added, where one of them has to let out what leaves the agency."""
    waiting = Attachment.objects.to_release_by(actor).select_related("note", "partnership", "added_by")
    return [
        Need(
            what=f"A file for “{one.note.title}”",
            where=one.partnership.name,
            group=one.partnership.slug,
            action="Look at it and release it",
            url=f"{one.note.get_absolute_url()}#files",
            who=f"{one.added_by.name} added it",
        )
        for one in waiting.order_by("added_at", "pk")
    ]
