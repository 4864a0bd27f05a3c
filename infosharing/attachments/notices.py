"""What people are told about files of notes: that one was added, taken back or harmful; never a name or a title."""

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.people.actor import Actor
from foundation import clock
from foundation.files.models import StoredFile
from foundation.files.scanning import when_harmful
from foundation.notifications.kinds import Kind, Message, alone, register
from foundation.notifications.models import Notice
from foundation.notifications.services import notify, withdraw_notices
from foundation.notifications.tasks import deliver_soon
from infosharing.attachments import policy
from infosharing.attachments.models import Attachment
from infosharing.notes.models import Note
from infosharing.notes.notices import those_that_the_recipient_sees
from infosharing.notes.policy import viewers_of
from infosharing.readers.selectors import downloaders_of, readers_of
from partnership.membership.noticing import as_recipient


def _harmful(notice: Notice) -> Message:
    return Message(
        title=_("A file of your note in %(partnership)s was deleted") % notice.facts,
        sentence=_("The virus scanner found something harmful in it. Nobody can download it any more."),
        path=f"/notes/{notice.subject_id}/",
    )


_those_of_the_originator = as_recipient(lambda actor: Note.objects.visible_to(actor).of_originator(actor))


HARMFUL = register(
    Kind(
        slug="attachments.harmful",
        label=gettext_lazy("A file of our note was harmful, and deleted"),
        message=_harmful,
        still_holds=alone(_those_of_the_originator),
        which_hold=_those_of_the_originator,
    )
)


def _added(notice: Notice) -> Message:
    return Message(
        title=_("%(by)s added a file to a note that you read in %(partnership)s") % notice.facts,
        sentence=_("It is on the page of the note."),
        path=notice.facts["path"],
    )


def _taken_back(notice: Notice) -> Message:
    return Message(
        title=_("%(by)s took back a file that you downloaded in %(partnership)s") % notice.facts,
        sentence=_("Stop relying on it, and delete your copy."),
        path=f"/notes/{notice.subject_id}/",
    )


_those_who_see_the_file = as_recipient(
    lambda actor: Attachment.objects.visible_to(actor).there().filter(note__status="live")
)


ADDED = register(
    Kind(
        slug="attachments.added",
        label=gettext_lazy("A file was added to a note that I read"),
        message=_added,
        still_holds=alone(_those_who_see_the_file),
        which_hold=_those_who_see_the_file,
    )
)
TAKEN_BACK = register(
    Kind(
        slug="attachments.taken_back",
        label=gettext_lazy("A file that I downloaded was taken back"),
        message=_taken_back,
        # who has lost the note as well is told of that
        still_holds=alone(those_that_the_recipient_sees),
        which_hold=those_that_the_recipient_sees,
    )
)


def tell_readers(actor: Actor, attachment: Attachment) -> None:
    """Tell those who read the note, and see the file, that there is one more."""
    readers = policy.viewers_of(attachment).human().filter(pk__in=readers_of(attachment.note))
    notify(
        kind=ADDED,
        recipients=readers.exclude(pk=actor.person_id).values_list("pk", flat=True),
        subject=attachment,
        occasion="added",
        path=attachment.note.get_absolute_url(),
        **_facts(attachment),
    )
    deliver_soon()


def tell_who_lost(actor: Actor, attachment: Attachment) -> None:
    """Tell those who downloaded a file, see its note, and see the file no more; of it there is nothing else to hear."""
    note = attachment.note
    had = viewers_of(note).human().filter(pk__in=downloaders_of(note, attachment.pk)).exclude(pk=actor.person_id)
    lost = had.exclude(pk__in=policy.viewers_of(attachment).values("pk"))
    notify(
        kind=TAKEN_BACK,
        recipients=lost.values_list("pk", flat=True),
        subject=note,
        occasion=f"file {attachment.public_id} {clock.now().isoformat()}",
        **_facts(attachment),
    )
    withdraw_notices(kind=ADDED, subject=attachment, recipients=lost.values_list("pk", flat=True))
    deliver_soon()


def _facts(attachment: Attachment) -> dict[str, str]:
    note = attachment.note
    return {"by": note.owner.agency.name, "partnership": note.partnership.name}


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
