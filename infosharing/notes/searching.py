"""Looking for notes by words.

The database's function `sight.search` reads the index as the owner of the tables and gives keys, nothing else
(migration 0009 says why). What a page shows, or counts, are notes read by these keys behind both walls.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from accounts.people.actor import Actor
from foundation import clock
from infosharing.notes import policy, selectors
from infosharing.notes.models import Note
from infosharing.notes.wall import SEEN, SEEN_AMONG
from partnership.agreements.models import Agreement
from partnership.membership.models import Membership, Partnership

MOST_LETTERS = 200
COUNTED_AT_MOST = 1000
FUNCTION = """
    sight.search(%(words)s, %(most)s, %(partnership)s, %(tlp)s, %(owners)s, %(since)s, %(until)s,
                 %(created_at)s, %(note)s, %(rules)s, %(in_order)s)
"""
# What it finds, behind wall one and, being notes, behind the other.
FOUND = f"""
    SELECT n.* FROM {FUNCTION} WITH ORDINALITY found(id, nth) JOIN notes_note n USING (id)
    WHERE {SEEN.format(note="found.id")} ORDER BY found.nth
"""  # noqa: S608 constants alone
# To count them, their grants are asked, which are behind both walls as well: of a thousand notes at once, not of each.
COUNTED = f"""
    WITH found AS MATERIALIZED (SELECT id FROM {FUNCTION} found(id))
    SELECT count(*) FROM ({SEEN_AMONG.format(notes="ARRAY(SELECT id FROM found)")}) seen
"""  # noqa: S608 constants alone
# Found words stand between two letters that no script uses, until all else is escaped.
START, STOP = "\ue000", "\ue001"
# Words as they are written come second: the beginning of a word, the last one typed, is only found like that.
EXCERPTS = """
    SELECT plain.id,
           CASE WHEN strpos(title.stems, %(start)s) > 0 THEN title.stems
                ELSE ts_headline('simple', plain.title, notes_query(%(words)s, false), %(whole)s) END,
           CASE WHEN strpos(body.stems, %(start)s) > 0 THEN body.stems
                ELSE ts_headline('simple', plain.body, notes_query(%(words)s, false), %(parts)s) END
    FROM (SELECT id, translate(title, %(both)s, '') AS title,
                 CASE WHEN id = ANY(%(opened)s) THEN translate(body, %(both)s, '') ELSE '' END AS body
          FROM notes_note WHERE id = ANY(%(notes)s)) plain,
    LATERAL ts_headline('notes_stems', plain.title, notes_query(%(words)s), %(whole)s) title(stems),
    LATERAL ts_headline('notes_stems', plain.body, notes_query(%(words)s), %(parts)s) body(stems)
"""
WHOLE = f'HighlightAll=true, StartSel="{START}", StopSel="{STOP}"'
PARTS = f'MaxFragments=2, MinWords=6, MaxWords=18, FragmentDelimiter=" … ", StartSel="{START}", StopSel="{STOP}"'
MARKDOWN = re.compile(r"[*`#|>]+")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A note as a search shows it, as safe HTML with the found words marked."""

    title: SafeString
    body: SafeString


def find_notes(
    actor: Actor, words: str = "", *, before: selectors.Place | None = None, limit: int = 25, **filters: Any
) -> list[Note]:
    """Return the newest notes that an actor sees; if there are words, of those in which they stand.

    Args:
        words: what was typed: words, "a phrase", or, -not. The last word may be the beginning of one.
        before: only what comes after this place in the list.
        limit: how many at most.
        filters: those of `newest_notes`.
    """
    if not words:
        return selectors.newest_notes(actor, before=before, limit=limit, **filters)
    return list(Note.objects.raw(FOUND, _asked(actor, words, most=limit, before=before, **filters)))


def count_notes(actor: Actor, words: str, **filters: Any) -> int:
    """Return in how many notes that the actor sees words stand; one more than `COUNTED_AT_MOST` means more."""
    asked = _asked(actor, words, most=COUNTED_AT_MOST + 1, before=None, **filters)
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, asked | {"in_order": False})
        return int(cursor.fetchone()[0])


def _asked(
    actor: Actor,
    words: str,
    *,
    most: int,
    before: selectors.Place | None,
    partnership: Partnership | None = None,
    tlp: str = "",
    ours: bool = False,
    originator: UUID | None = None,
    agreement: Agreement | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> dict[str, Any]:
    """Return what the database's function is asked, for the reader of this transaction."""
    return {
        "person": actor.person_id,
        "present": clock.now(),
        # the database knows no NUL
        "words": words.replace("\0", " "),
        "most": most,
        "partnership": partnership.pk if partnership else None,
        "tlp": tlp or None,
        "owners": _owners(actor, ours=ours, originator=originator),
        "since": since,
        "until": until,
        "created_at": before.created_at if before else None,
        "note": before.note_id if before else None,
        "rules": selectors.rules_of(actor, agreement) if agreement else None,
        "in_order": True,
    }


def _owners(actor: Actor, *, ours: bool, originator: UUID | None) -> list[int] | None:
    """Return the memberships of those who may have written it; None if everybody may."""
    if not ours and originator is None:
        return None
    members = Membership.objects.all()
    if ours:
        members = members.filter(agency_id=actor.agency_key)
    if originator is not None:
        members = members.filter(agency__public_id=originator)
    return list(members.values_list("pk", flat=True))


def excerpts(actor: Actor, notes: Sequence[Note], words: str) -> dict[int, Excerpt]:
    """Return where words stand in notes, by note: nothing of a text whose handling conditions are to be accepted first.

    The notes are read again, behind the second wall: two queries, however many there are.
    """
    values: dict[str, Any] = {
        "notes": [note.pk for note in notes], "opened": list(policy.opened_to(actor, notes)),
        "words": words.replace("\0", " "), "start": START, "both": START + STOP,
        "whole": WHOLE, "parts": PARTS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(EXCERPTS, values)
        return {key: Excerpt(_marked(title), _marked(MARKDOWN.sub("", body))) for key, title, body in cursor.fetchall()}


def _marked(text: str) -> SafeString:
    """Return text as HTML in which nothing but found words is markup."""
    html = escape(" ".join(text.split())).replace(START, "<mark>").replace(STOP, "</mark>")
    return mark_safe(html)  # noqa: S308 escaped on the line above
