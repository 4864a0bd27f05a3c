"""Making and ending grants. Called by the rooms that own what is shared, inside their transaction."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.contrib.auth.models import Permission
from django.db import connection

from accounts.people.actor import Actor
from foundation import clock
from infosharing.grants.models import NoteGroupGrant, NoteUserGrant
from partnership.agreements.models import SharingRule

NO_RULES: Mapping[int, SharingRule] = {}

if TYPE_CHECKING:
    # the room of notes builds on this one
    from infosharing.notes.models import Note


def view_permission() -> Permission:
    """Return the one permission that grants carry."""
    return Permission.objects.get(content_type__app_label="notes", codename="view_note")


def end_grants(*, note: "Note", keep_groups: Iterable[int] = (), keep_persons: Iterable[int] = ()) -> None:
    """End all of a note's grants but those kept. The database keeps each ended one with its dates."""
    with ended_by_our_clock():
        NoteGroupGrant.objects.filter(content_object=note).exclude(group_id__in=list(keep_groups)).delete()
        # the base manager: also those of people who have left since, whose rows show nothing but stand in the way
        NoteUserGrant._base_manager.filter(content_object=note).exclude(user_id__in=list(keep_persons)).delete()


@contextmanager
def ended_by_our_clock() -> Iterator[None]:
    """Let the database keep what ends within the block under the moment at which the clock stands, if it does."""
    moment = clock.standing()
    if moment is None:
        yield
        return
    _set_moment(moment.isoformat())
    yield
    _set_moment("")


def _set_moment(moment: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('sight.moment', %s, true)", [moment])


def grant_to_groups(
    *, actor: Actor, note: "Note", groups: Iterable[int], rules: Mapping[int, SharingRule] = NO_RULES
) -> None:
    """Let these groups see the note; who sees it already keeps the older grant.

    Args:
        rules: by group, the sharing rule that allows it.
    """
    permission = view_permission()
    NoteGroupGrant.objects.bulk_create(
        [
            NoteGroupGrant(
                content_object=note,
                group_id=group,
                permission=permission,
                granted_at=clock.now(),
                granted_by_id=actor.person_id,
                rule=rules.get(group),
            )
            for group in sorted(set(groups))
        ],
        ignore_conflicts=True,
    )


def grant_to_persons(
    *, actor: Actor, note: "Note", persons: Mapping[int, int], rules: Mapping[int, SharingRule] = NO_RULES
) -> None:
    """Let these people see the note.

    Args:
        persons: by the person's id, the group of the member through which they see it.
        rules: by that group, the sharing rule that allows it.
    """
    permission = view_permission()
    NoteUserGrant.objects.bulk_create(
        [
            NoteUserGrant(
                content_object=note,
                user_id=person,
                through_id=group,
                permission=permission,
                granted_at=clock.now(),
                granted_by_id=actor.person_id,
                rule=rules.get(group),
            )
            for person, group in sorted(persons.items())
        ],
        ignore_conflicts=True,
    )
