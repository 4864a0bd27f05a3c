"""`person.has_perm("notes.view_note", note)`, answered by the same rows as every list."""

from typing import Any

from django.db.models import Model
from guardian.backends import ObjectPermissionBackend

from accounts.people.actor import actor_for
from accounts.people.models import Person
from infosharing.notes.models import Note
from infosharing.notes.policy import may_view


class NotePermissionBackend(ObjectPermissionBackend):
    """Guardian's backend, narrowed to the one permission that is granted here, and asked through `visible_to`."""

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        if not isinstance(obj, Note) or not isinstance(user_obj, Person) or not user_obj.is_active:
            return False
        return perm in {"notes.view_note", "view_note"} and may_view(actor_for(user_obj), obj)
