"""Making and ending grants. Called by the rooms that own what is shared, inside their transaction."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Q

from accounts.people.actor import Actor
from foundation import clock
from infosharing.grants.models import NoteGroupGrant, NoteUserGrant
from infosharing.grants.terms import NO_TERMS, Terms, not_over
from partnership.agreements.models import SharingRule

# One statement, however many: forty rows of the ORM take longer to put together than the database takes to keep them.
# Who sees the note already keeps the older grant.
TO_GROUPS = """
    INSERT INTO grants_notegroupgrant
        (content_object_id, created_at, permission_id, granted_at, granted_by_id,
         not_before, expires_at, purpose, onward, group_id, rule_id)
    SELECT %(content_object_id)s, %(created_at)s, %(permission_id)s, %(granted_at)s, %(granted_by_id)s,
           %(not_before)s::timestamptz, %(expires_at)s::timestamptz, %(purpose)s, %(onward)s, given.*
    FROM unnest(%(groups)s::int[], %(rules)s::bigint[]) given
    ON CONFLICT DO NOTHING
"""
NO_RULES: Mapping[int, SharingRule] = {}

if TYPE_CHECKING:
    # the room of notes builds on this one
    from infosharing.notes.models import Note


def view_permission() -> Permission:
    """Return the one permission that grants carry."""
    return Permission.objects.get(content_type__app_label="notes", codename="view_note")


def end_grants(*, note: "Note", keep_groups: Iterable[int] = (), keep_persons: Iterable[int] = ()) -> None:
    """End all of a note's grants but those kept, and also those that are over. The database keeps each ended one."""
    kept_groups, kept_persons = Q(group_id__in=list(keep_groups)), Q(user_id__in=list(keep_persons))
    with ended_by_our_clock():
        # the base managers: also those that wait, are over, or are of people who have left since: they stand in the way
        NoteGroupGrant._base_manager.filter(content_object=note).exclude(not_over() & kept_groups).delete()
        NoteUserGrant._base_manager.filter(content_object=note).exclude(not_over() & kept_persons).delete()


def _given(actor: Actor, note: "Note", terms: Terms) -> dict[str, Any]:
    """Return what all grants have in common that are given at once, by column."""
    return {
        "content_object_id": note.pk,
        "created_at": note.created_at,
        "permission_id": view_permission().pk,
        "granted_at": clock.now(),
        "granted_by_id": actor.person_id,
        "not_before": terms.begins,
        "expires_at": terms.expires,
        "purpose": terms.purpose,
        "onward": terms.onward,
    }


@contextmanager
def ended_by_our_clock() -> Iterator[None]:
    """Let the database keep what ends within the block under the moment at which the clock stands, if it does."""
    moment = clock.standing()
    if moment is None:
        yield
        return
    before = _set_moment(moment.isoformat())
    yield
    _set_moment(before)


def _set_moment(moment: str) -> str:
    """Set the moment for the rest of the transaction; return the one that was set before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH before AS MATERIALIZED (SELECT coalesce(current_setting('sight.moment', true), '') AS moment)"
            " SELECT moment, set_config('sight.moment', %s, true) FROM before",
            [moment],
        )
        return str(cursor.fetchone()[0])


def grant_to_groups(
    *,
    actor: Actor,
    note: "Note",
    groups: Iterable[int],
    rules: Mapping[int, SharingRule] = NO_RULES,
    terms: Terms = NO_TERMS,
) -> None:
    """Let these groups see the note; who sees it already keeps the older grant.

    Args:
        rules: by group, the sharing rule that allows it.
        terms: from when until when, and what else goes with it; the database keeps them off the owner's own grant.
    """
    wanted = sorted(set(groups))
    if not wanted:
        return
    of_each = {"groups": wanted, "rules": [rule.pk if (rule := rules.get(group)) else None for group in wanted]}
    with connection.cursor() as cursor:
        cursor.execute(TO_GROUPS, _given(actor, note, terms) | of_each)


def grant_to_persons(
    *,
    actor: Actor,
    note: "Note",
    persons: Mapping[int, int],
    rules: Mapping[int, SharingRule] = NO_RULES,
    terms: Terms = NO_TERMS,
) -> None:
    """Let these people see the note.

    Args:
        persons: by the person's id, the group of the member through which they see it.
        rules: by that group, the sharing rule that allows it.
        terms: as above; the author's own grant has none.
    """
    given = _given(actor, note, terms)
    NoteUserGrant.objects.bulk_create(
        [
            NoteUserGrant(user_id=person, through_id=group, rule=rules.get(group), **given)
            for person, group in sorted(persons.items())
        ],
        ignore_conflicts=True,
    )


def end_expired_grants() -> int:
    """Move grants whose last day has passed into the history. Nobody sees more or less by it.

    Returns:
        How many.
    """
    with ended_by_our_clock(), connection.cursor() as cursor:
        cursor.execute("SELECT sight.end_expired_grants()")
        return int(cursor.fetchone()[0])
