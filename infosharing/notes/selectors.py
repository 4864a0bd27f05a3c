"""Reads of notes that pages and programs need."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, prefetch_related_objects
from django.utils.formats import date_format

from accounts.people.actor import Actor
from infosharing.grants.models import NoteGroupGrant, NoteUserGrant
from infosharing.notes.models import Note
from partnership.membership.models import Membership, Partnership

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


def filtered_notes(
    actor: Actor,
    *,
    partnership: Partnership | None = None,
    tlp: str = "",
    ours: bool = False,
    before: Place | None = None,
    limit: int = 25,
) -> list[Note]:
    """Return the newest notes that an actor sees and that a filter lets through.

    Slower than `newest_notes` for a reader of few notes among very many: a filter has no index of its own.
    """
    notes = Note.objects.visible_to(actor)
    if partnership:
        notes = notes.filter(partnership=partnership)
    if tlp:
        notes = notes.filter(tlp=tlp)
    if ours:
        notes = notes.filter(owner__agency_id=actor.agency_key)
    if before:
        older = Q(created_at__lt=before.created_at) | Q(created_at=before.created_at, pk__lt=before.note_id)
        notes = notes.filter(older, created_at__lte=before.created_at)
    return list(notes.newest_first()[:limit])


def with_names(notes: list[Note]) -> list[Note]:
    """Load the originators and partnerships that a list of notes shows: two queries, however many notes."""
    prefetch_related_objects(notes, "owner__agency", "partnership")
    return notes


def place_of(actor: Actor, public_id: str) -> Place | None:
    """Return where a note stands in the list, if there is such a note and the actor sees it."""
    try:
        wanted = UUID(public_id)
    except ValueError:
        return None
    note = Note.objects.visible_to(actor).filter(public_id=wanted).only("created_at").first()
    return Place(note.created_at, note.pk) if note else None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who sees a note.

    Attributes:
        name: of the agency, the partnership, or the named person.
        reason: why, as a sentence.
        agency_ids: the agencies whose people see it by this; for a named person none.
        person_id: the named person's key.
    """

    name: str
    reason: str
    agency_ids: frozenset[int] = frozenset()
    person_id: int | None = None


def viewers(note: Note) -> list[Viewer]:
    """Return who sees a note, for somebody who may know it: the panel "Who can see this".

    The database lets through only those grants that the reader may know of.
    """
    grants = list(NoteGroupGrant.objects.filter(content_object=note).select_related("granted_by"))
    by_group = {grant.group_id: grant for grant in grants}
    active = Membership.objects.active().select_related("agency").by_agency_name()
    rows = [
        Viewer(member.agency.name, _reason(note, member, by_group[member.group_id]), frozenset({member.agency_id}))
        for member in active.filter(group_id__in=by_group)
    ]
    if note.partnership.group_id in by_group:
        everybody = active.filter(partnership=note.partnership).exclude(group_id__in=by_group)
        rows += [
            Viewer(member.agency.name, "Active member of the partnership.", frozenset({member.agency_id}))
            for member in everybody
        ]
    return rows + _named(note)


def _reason(note: Note, member: Membership, grant: NoteGroupGrant) -> str:
    if member.pk == note.owner_id:
        return "Originator: its people see what it wrote."
    by = grant.granted_by.name if grant.granted_by else "the originator"
    return f"{by} shared it with this agency on {date_format(grant.granted_at, 'j F Y')}."


def _named(note: Note) -> list[Viewer]:
    grants = NoteUserGrant.objects.filter(content_object=note).select_related("user__agency", "granted_by")
    return [
        Viewer(
            f"{grant.user.name}, {grant.user.agency}",
            "Author." if grant.user_id == note.author_id else f"Named on {date_format(grant.granted_at, 'j F Y')}.",
            person_id=grant.user_id,
        )
        for grant in grants.order_by("user__agency__name", "user__name", "pk")
        if grant.user.is_active
    ]


HEAD = ("title", "marking", "audience", "originator", "partnership", "status", "written", "review date")


def row(note: Note) -> tuple[object, ...]:
    """Return a note as a line of a table: never its text."""
    return (
        note.title,
        note.get_tlp_display(),
        note.audience,
        note.owner.agency.name,
        note.partnership.name,
        note.status,
        note.created_at.isoformat(),
        note.review_on,
    )
