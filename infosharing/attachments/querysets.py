"""Wall one around the files of notes.

The rule, the same in PostgreSQL's policies (migration 0002): a file is seen by who sees its note, and is of the
originator's people, or is among those whom the file is for. Nobody else sees its name, nor that there is one.
"""

from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.people.actor import Actor
from foundation.database.probes import Probe
from infosharing.notes.querysets import groups_of


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Of notes that the actor sees: those that are for them; to the originator's people also what was removed."""
        notes = apps.get_model("notes", "Note").objects.visible_to(actor).filter(pk=OuterRef("note_id"))
        named = apps.get_model("attachments", "AttachmentRecipient").objects.filter(
            attachment=OuterRef("pk"), member__group__in=groups_of(actor)
        )
        for_them = Q(removed_at__isnull=True, waits=False) & (Q(audience="note") | Probe(named))
        return self.filter(for_them | Probe(notes.of_originator(actor)), Exists(notes))

    def to_release_by(self, actor: Actor) -> Self:
        """Those that wait for a colleague of who added them."""
        if not actor.may_write or actor.scopes is not None:
            return self.none()
        notes = apps.get_model("notes", "Note").objects.editable_by(actor)
        return self.visible_to(actor).there().filter(waits=True, note__in=notes).exclude(added_by_id=actor.person_id)

    def there(self) -> Self:
        """Those that were not removed."""
        return self.filter(removed_at__isnull=True)


class AttachmentRecipientQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Of notes that the actor sees: the row of the own member, and all to the originator's people.

        Who else has a file is the originator's to know.
        """
        notes = apps.get_model("notes", "Note").objects.visible_to(actor).filter(pk=OuterRef("note_id"))
        mine = Q(member__group__in=groups_of(actor))
        return self.filter(mine | Probe(notes.of_originator(actor)), Exists(notes))
