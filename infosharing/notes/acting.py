"""Starting from a note to ask who can act: its words are looked up in the register, for who may read the note."""

from accounts.people.actor import Actor
from foundation.records import id_of
from infosharing.notes import policy
from infosharing.notes.models import Note, Status
from partnership.competences.acting import Start, register_start
from partnership.membership.models import Partnership

# a page or two; what comes later in a long note says little of what it is about
LONGEST = 5000


def _from_note(actor: Actor, partnership: Partnership, given: str) -> Start | None:
    public_id = id_of(given)
    if public_id is None:
        return None
    visible = Note.objects.visible_to(actor).filter(partnership=partnership, status=Status.LIVE)
    note = visible.select_related("owner").filter(public_id=public_id).first()
    if note is None or not policy.may_be_acted_on(actor, note) or not policy.has_accepted(actor, note):
        return None
    return Start(title=note.title, url=note.get_absolute_url(), text=f"{note.title} {note.body}"[:LONGEST])


register_start("note", _from_note)
