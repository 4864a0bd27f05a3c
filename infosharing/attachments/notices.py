"""What people are told about files of notes: that one was harmful; never its name, nor that of the note."""

from collections.abc import Sequence

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.people.actor import actor_for
from foundation.files.models import StoredFile
from foundation.files.scanning import when_harmful
from foundation.notifications.kinds import Kind, Message, alone, register
from foundation.notifications.models import Notice
from foundation.notifications.services import notify
from foundation.notifications.tasks import deliver_soon
from infosharing.notes.models import Note
from partnership.membership.sight import sight


def _harmful(notice: Notice) -> Message:
    return Message(
        title=_("A file of your note in %(partnership)s was deleted") % notice.facts,
        sentence=_("The virus scanner found something harmful in it. Nobody can download it any more."),
        path=f"/notes/{notice.subject_id}/",
    )


def _those_of_the_originator(notices: Sequence[Notice]) -> list[Notice]:
    """Asked as the recipient, through both walls."""
    recipient = notices[0].recipient
    if not recipient.is_active:
        return []
    with sight(recipient.pk):
        actor = actor_for(recipient)
        ours = Note.objects.visible_to(actor).of_originator(actor)
        subjects = [notice.subject_id for notice in notices]
        seen = set(ours.filter(public_id__in=subjects).values_list("public_id", flat=True))
    return [notice for notice in notices if notice.subject_id in seen]


HARMFUL = register(
    Kind(
        slug="attachments.harmful",
        label=gettext_lazy("A file of our note was harmful, and deleted"),
        message=_harmful,
        still_holds=alone(_those_of_the_originator),
        which_hold=_those_of_the_originator,
    )
)


@when_harmful
def tell_originator(stored: StoredFile) -> None:
    """Tell who added the file, and the note's author. The database says who they are: nobody reads at that hour."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT note, partnership, person FROM sight.originators_of_file(%s)", [stored.pk])
        rows = cursor.fetchall()
    for note, partnership, person in rows:
        notify(
            kind=HARMFUL,
            recipients=[person],
            subject=Note(public_id=note),
            occasion=f"file {stored.public_id}",
            partnership=partnership,
        )
    if rows:
        deliver_soon()
