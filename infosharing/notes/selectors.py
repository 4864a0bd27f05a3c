"""Reads of notes that pages and programs need."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from accounts.people.actor import Actor
from infosharing.notes.models import Note
from partnership.membership.models import Partnership

# The newest notes of each of the reader's groups are one walk of one index (group, created_at, note); merged, they are
# the newest notes of the reader. The cost follows the number of groups, not of notes: a reader of few or of only old
# notes waits no longer than a busy one (docs/decisions/0003-two-walls.md, benchmarks/newest_notes.py).
PAGE = """
    WITH mine AS MATERIALIZED (
        SELECT h.group_id FROM people_person_groups h JOIN people_person p ON p.id = h.person_id AND p.is_active
        WHERE h.person_id = %(person)s {of_partnership}
    ), top AS (
        SELECT DISTINCT created_at, content_object_id FROM (
            SELECT t.created_at, t.content_object_id FROM mine CROSS JOIN LATERAL (
                SELECT g.created_at, g.content_object_id FROM grants_notegroupgrant g
                WHERE g.group_id = mine.group_id {before}
                ORDER BY g.created_at DESC, g.content_object_id DESC LIMIT %(limit)s
            ) t
            UNION ALL
            (SELECT g.created_at, g.content_object_id FROM grants_noteusergrant g
             WHERE g.user_id = %(person)s AND g.through_id IN (SELECT group_id FROM mine) {before}
             ORDER BY g.created_at DESC, g.content_object_id DESC LIMIT %(limit)s)
        ) merged
        ORDER BY created_at DESC, content_object_id DESC LIMIT %(limit)s
    )
    SELECT n.* FROM top JOIN notes_note n ON n.id = top.content_object_id
    ORDER BY top.created_at DESC, top.content_object_id DESC
"""
OF_PARTNERSHIP = """
    AND h.group_id IN (SELECT group_id FROM membership_partnership WHERE id = %(partnership)s
                       UNION ALL SELECT group_id FROM membership_membership WHERE partnership_id = %(partnership)s)
"""
BEFORE = "AND (g.created_at, g.content_object_id) < (%(created_at)s, %(note)s)"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: its last note's time and key."""

    created_at: datetime
    note_id: int


def newest_notes(
    actor: Actor, *, partnership: Partnership | None = None, before: Place | None = None, limit: int = 25
) -> list[Note]:
    """Return the newest notes that an actor sees, withdrawn ones of the own agency included.

    Args:
        partnership: only of this one.
        before: only what comes after this place in the list.
        limit: how many at most.
    """
    sql = PAGE.format(of_partnership=OF_PARTNERSHIP if partnership else "", before=BEFORE if before else "")
    parameters: dict[str, object] = {"person": actor.person_id, "limit": limit}
    if partnership:
        parameters["partnership"] = partnership.pk
    if before:
        parameters |= {"created_at": before.created_at, "note": before.note_id}
    return list(Note.objects.raw(sql, parameters))


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who sees a note: a member, the whole partnership, or a named person."""

    name: str
    detail: str
    is_owner: bool
    reason: str
