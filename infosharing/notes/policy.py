"""Who may do what to notes, and who sees one. Derived from the querysets; never written a second time."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.people.actor import Actor
from accounts.people.models import Person
from infosharing.grants.models import NoteGroupGrant, NoteUserGrant
from infosharing.notes.models import Note


def may_view(actor: Actor, note: Note) -> bool:
    """Whether the note is among those that the actor sees."""
    return Note.objects.visible_to(actor).filter(pk=note.pk).exists()


def may_edit(actor: Actor, note: Note) -> bool:
    """Whether the note is among those that the actor may change or withdraw."""
    return Note.objects.editable_by(actor).filter(pk=note.pk).exists()


def viewers_of(note: Note) -> models.QuerySet[Person]:
    """Return the people who see a note: the inverse of `visible_to`, held to it by a test."""
    groups = NoteGroupGrant.objects.filter(content_object=note).values("group_id")
    by_group = Person.groups.through.objects.filter(person_id=OuterRef("pk"), group_id__in=groups)
    by_name = NoteUserGrant.objects.filter(content_object=note, user_id=OuterRef("pk"))
    return Person.objects.active().filter(Q(Exists(by_group)) | Q(Exists(by_name)))


def may_know_recipients(actor: Actor, note: Note) -> bool:
    """The owner's people always; others if the owner lets recipients know each other."""
    if note.recipients_know_each_other:
        return may_view(actor, note)
    return Note.objects.visible_to(actor).filter(pk=note.pk, owner__agency_id=actor.agency_id).exists()
