"""What people are told about notes: that there is one, from whom; never its title or text."""

from django.utils.translation import gettext as _

from accounts.people.actor import actor_for
from foundation.notifications.kinds import Kind, Message, register
from foundation.notifications.models import Notice
from infosharing.notes.models import Note
from partnership.membership.sight import sight


def _shared(notice: Notice) -> Message:
    return Message(
        title=_("%(by)s shared a note in %(partnership)s") % notice.facts,
        sentence=_("It is marked %(tlp)s.") % notice.facts,
        path=f"/notes/{notice.subject_id}/",
    )


def _recipient_sees_it(notice: Notice) -> bool:
    """Asked as the recipient, through both walls."""
    if not notice.recipient.is_active:
        return False
    with sight(notice.recipient_id):
        actor = actor_for(notice.recipient)
        return Note.objects.visible_to(actor).live().filter(public_id=notice.subject_id).exists()


SHARED = register(Kind(slug="notes.shared", label="A note was shared", message=_shared, still_holds=_recipient_sees_it))


def people_told(note: Note) -> list[int]:
    """Return the ids of the people who hold a notice about this note."""
    notices = Notice.objects.filter(kind=SHARED.slug, subject_id=note.public_id, withdrawn_at__isnull=True)
    return list(notices.values_list("recipient_id", flat=True))
