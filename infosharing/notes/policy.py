"""Who may do what to notes, and who sees one. Derived from the querysets; never written a second time."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from accounts.people.actor import Actor
from accounts.people.models import Person
from accounts.people.querysets import PersonQuerySet
from foundation.errors import NotAllowed
from infosharing.grants.models import NoteGroupGrant, NoteUserGrant
from infosharing.notes import wall
from infosharing.notes.handling import Handling
from infosharing.notes.markings import Audience
from infosharing.notes.models import Acceptance, Note, Prolongation


def may_view(actor: Actor, note: Note) -> bool:
    """Whether the note is among those that the actor sees."""
    return wall.sees(actor.person_id, note.pk)


def may_edit(actor: Actor, note: Note) -> bool:
    """Whether the note is among those that the actor may change or withdraw."""
    return Note.objects.editable_by(actor).filter(pk=note.pk).exists()


def has_accepted(actor: Actor, note: Note) -> bool:
    """Whether the text may be opened to the actor: of others, once the conditions are accepted."""
    return note.pk in opened_to(actor, [note])


def opened_to(actor: Actor, notes: Iterable[Note]) -> set[int]:
    """Return the keys of those notes whose text may be opened to the actor: one query, however many notes."""
    listed = list(notes)
    free = {note.pk for note in listed if not note.conditions or note.owner.agency_id == actor.agency_id}
    keys = {note.pk: note.conditions_key for note in listed if note.pk not in free}
    if not keys:
        return free
    accepted = Acceptance.objects.visible_to(actor).filter(note__in=keys, person_id=actor.person_id)
    return free | {
        note for note, conditions in accepted.values_list("note_id", "conditions") if keys[note] == conditions
    }


def may_prolong(actor: Actor, note: Note) -> bool:
    """Whether the actor may keep the note longer, or ask for it; not while the coordinator is asked."""
    return may_edit(actor, note) and not Prolongation.objects.filter(note=note).waiting().exists()


def may_be_acted_on(actor: Actor, note: Note) -> bool:
    """Whether the actor may go on from the note to what is done: not where it was shared for knowledge only."""
    return Handling.NO_ACTION not in note.handling or note.owner.agency_id == actor.agency_id


def viewers_of(note: Note) -> PersonQuerySet:
    """Return the people who see a note: the inverse of `visible_to`, held to it by a test."""
    groups = NoteGroupGrant.objects.filter(content_object=note).values("group_id")
    by_group = Person.groups.through.objects.filter(person_id=OuterRef("pk"), group_id__in=groups)
    by_name = NoteUserGrant.objects.filter(content_object=note, user_id=OuterRef("pk"))
    return Person.objects.active().filter(Q(Exists(by_group)) | Q(Exists(by_name)))


def may_know_recipients(actor: Actor, note: Note) -> bool:
    """The owner's people always; others if the owner lets recipients know each other."""
    return note.pk in with_known_recipients(actor, [note])


def with_known_recipients(actor: Actor, notes: Iterable[Note]) -> set[int]:
    """Return the keys of those notes whose recipients the actor may know."""
    known = Q(recipients_know_each_other=True) | Q(owner__agency_id=actor.agency_id)
    visible = Note.objects.visible_to(actor).filter(known, pk__in=[note.pk for note in notes])
    return set(visible.values_list("pk", flat=True))


def may_explain(actor: Actor, note: Note) -> bool:
    """The owner's people who see it, while the owner takes part: what each other agency sees of it, and why."""
    ours = Note.objects.visible_to(actor).filter(owner__agency_id=actor.agency_key, owner__status="active")
    return ours.filter(pk=note.pk).exists()


def may_know_readers(actor: Actor, note: Note) -> bool:
    """The owner's people, while the owner takes part; of a note to named people, its author alone."""
    return may_explain(actor, note) and (note.audience != Audience.PERSONS or note.author_id == actor.person_id)


def require_explaining(actor: Actor, note: Note, *, past: bool = False) -> None:
    """Refuse who may not ask why others see a note.

    Args:
        past: whether they ask about an earlier day. Whom a note to named people was for, its author alone knows.

    Raises:
        NotAllowed: with who may.
    """
    if not may_explain(actor, note):
        raise NotAllowed("Only the originator may ask about other agencies, or about an earlier day.")
    if past and note.audience == Audience.PERSONS and note.author_id != actor.person_id:
        raise NotAllowed("Only its author may ask about an earlier day of a note to named people.")
