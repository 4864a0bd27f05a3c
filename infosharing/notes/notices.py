"""What people are told about notes: that there is one, from whom; never its title or text."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.notifications.kinds import Kind, Message, alone, register
from foundation.notifications.models import Notice
from foundation.notifications.services import withdraw_notices
from infosharing.notes.models import Note
from partnership.membership.noticing import as_recipient


def facts_of(note: Note) -> dict[str, str]:
    """Return what is told of a note: never its title or text."""
    return {"by": note.owner.agency.name, "partnership": note.partnership.name, "tlp": str(note.get_tlp_display())}


def _shared(notice: Notice) -> Message:
    return Message(
        title=_("%(by)s shared a note in %(partnership)s") % notice.facts,
        sentence=_("It is marked %(tlp)s.") % notice.facts,
        path=f"/notes/{notice.subject_id}/",
    )


def _changed(notice: Notice) -> Message:
    return Message(
        title=_("%(by)s changed a note that you read in %(partnership)s") % notice.facts,
        sentence=_("The page says what is different. It is marked %(tlp)s.") % notice.facts,
        path=f"/notes/{notice.subject_id}/changes/",
    )


# their notes that are live
those_that_the_recipient_sees = as_recipient(lambda actor: Note.objects.visible_to(actor).live())


SHARED = register(
    Kind(
        slug="notes.shared",
        label=gettext_lazy("A note was shared"),
        message=_shared,
        still_holds=alone(those_that_the_recipient_sees),
        which_hold=those_that_the_recipient_sees,
    )
)
CHANGED = register(
    Kind(
        slug="notes.changed",
        label=gettext_lazy("A note that I read was changed"),
        message=_changed,
        still_holds=alone(those_that_the_recipient_sees),
        which_hold=those_that_the_recipient_sees,
    )
)


def people_told(note: Note) -> list[int]:
    """Return the ids of the people who hold a notice about this note."""
    kinds = (SHARED.slug, CHANGED.slug)
    notices = Notice.objects.filter(kind__in=kinds, subject_id=note.public_id, withdrawn_at__isnull=True)
    return list(notices.values_list("recipient_id", flat=True))


def whose_was_taken_back(note: Note) -> set[int]:
    """Return the ids of the people who were told that it is shared, and hold no such notice any more."""
    notices = Notice.objects.filter(kind=SHARED.slug, subject_id=note.public_id)
    rows = list(notices.values_list("recipient_id", "withdrawn_at"))
    return {person for person, _taken_back in rows} - {person for person, taken_back in rows if taken_back is None}


def take_back(note: Note, recipients: Iterable[int] | None = None) -> None:
    """Take back what people were told of a note that they see no more: everybody, or those given."""
    told = None if recipients is None else set(recipients)
    for kind in (SHARED, CHANGED):
        withdraw_notices(kind=kind, subject=note, recipients=told)
