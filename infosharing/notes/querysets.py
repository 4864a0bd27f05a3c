"""Wall one: which notes an actor sees.

The rule, the same in PostgreSQL's policies (migration 0002): a note is seen by the people of a group that it was
granted to, and by a person whom it was granted to by name and who still belongs to the member through which it was
granted. Groups follow memberships, so who is suspended, withdrawn or moved sees nothing from the next query on.
"""

from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import F, OuterRef, Q

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation.database.probes import Probe
from infosharing.grants.models import NoteGroupGrant
from infosharing.notes.wall import SeenBy
from infosharing.readers.models import Reading


def groups_of(actor: Actor) -> models.QuerySet:
    """Return the ids of the groups that an active person belongs to, read at each query, as a subquery."""
    return Person.groups.through.objects.filter(person_id=actor.person_id, person__is_active=True).values("group_id")


class NoteQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(SeenBy(F("pk"), actor.person_id))

    def editable_by(self, actor: Actor) -> Self:
        """Live notes of the actor's own agency as an active member; a note to named people is its author's alone."""
        if not actor.may_write:
            return self.none()
        return self.visible_to(actor).of_originator(actor).live()

    def of_originator(self, actor: Actor) -> Self:
        """What the actor's agency wrote and takes part for; of notes to named people, what the actor wrote."""
        own = self.filter(owner__agency_id=actor.agency_key, owner__status="active")
        return own.filter(~Q(audience="persons") | Q(author_id=actor.person_id))

    def live(self) -> Self:
        return self.filter(status="live")

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")


class NoteEvidenceQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Those whose live note the actor sees, and of which the actor may know that the member which added it sees it.

        The rule, the same in PostgreSQL's policies (migrations 0005 and 0016). Where the note was shared with a circle
        that the actor is not in, the member must have it in another way: else it would tell who is in that circle.
        """
        notes = apps.get_model("notes", "Note").objects.visible_to(actor).live()
        mine = Q(group_id__in=groups_of(actor))
        grants = NoteGroupGrant._base_manager.filter(content_object=OuterRef("note"))
        circles = grants.filter(group__circle__isnull=False)
        known = grants.filter(Q(group=OuterRef("member__group")) | Q(group=OuterRef("partnership__group")))
        in_it = Q(group__circle__members__membership=OuterRef("member"), group__circle__members__status="member")
        together = circles.filter(mine).filter(in_it)
        tells_of_no_circle = ~Probe(circles.exclude(mine)) | Probe(known) | Probe(together)
        may_know = (
            (Q(note__recipients_know_each_other=True) & tells_of_no_circle)
            | Q(member=F("note__owner"))
            | Q(member__agency_id=actor.agency_key, member__status="active")
            | Q(note__owner__agency_id=actor.agency_key, note__owner__status="active")
        )
        return self.filter(may_know, note__in=notes)


class AcceptanceQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """The reader's own, and all of what the actor's agency wrote: the originator sees who accepted."""
        own = Q(note__owner__agency_id=actor.agency_key, note__owner__status="active")
        notes = apps.get_model("notes", "Note").objects.visible_to(actor)
        return self.filter(Q(person_id=actor.person_id) | own, note__in=notes)


class NoteVersionQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Of notes that the actor sees: those that they read; to the originator's people, every one.

        What stood in a note before somebody was let in is not theirs to see.
        """
        readings = Reading.objects.of_text().filter(
            note_id=OuterRef("note_id"), version=OuterRef("number"), person_id=actor.person_id
        )
        notes = apps.get_model("notes", "Note").objects.visible_to(actor)
        written = notes.of_originator(actor).filter(pk=OuterRef("note_id"))
        return self.filter(Probe(readings) | Probe(written), note__in=notes)
