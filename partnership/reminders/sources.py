"""What people can be reminded of. Rooms register their own; this room knows none of them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise

from foundation.notifications import kinds
from foundation.notifications.kinds import Kind, Message
from foundation.notifications.models import Notice
from partnership.membership.models import Partnership
from partnership.reminders.ladders import Ladder

# Which notices still hold: their subject is open, with the same date, and the recipient still belongs to whom the rung
# is for. Asked of many at once, when the mails go out.
STILL_OPEN = """
    SELECT n.id FROM unnest(%(ids)s::bigint[], %(subjects)s::uuid[], %(days)s::date[], %(audiences)s::text[],
                            %(people)s::bigint[]) AS n (id, subject_id, day, audience, person_id)
    JOIN ({query}) c ON c.subject_id = n.subject_id AND c.day = n.day
    JOIN people_person p ON p.id = n.person_id AND p.is_active
    JOIN membership_membership m
      ON m.partnership_id = c.partnership_id AND m.agency_id = p.agency_id AND m.status = 'active'
    WHERE CASE n.audience
          WHEN 'lead' THEN m.id = c.member_id AND p.role = 'lead'
          WHEN 'coordinator' THEN m.role = 'coordinator'
          WHEN 'steering' THEN m.role IN ('coordinator', 'core')
          ELSE m.id = c.member_id END
"""

ONE = """
    SELECT member_id, doer_id, day, facts FROM ({query}) c
    WHERE subject_id = %(subject)s AND partnership_id = %(partnership)s
"""


@dataclass(frozen=True, slots=True)
class Source:
    """One thing that people are reminded of.

    Attributes:
        slug: stable key, `room.what`; it is stored, so it never changes.
        label: what the partnership's page of reminders calls it.
        kind: the notice that a reminder is. Its facts hold `partnership`, `slug`, `rung`, `day` and those of `query`.
        ladder: who is reminded when, where a partnership chose nothing else.
        query: SQL of everything that is open now, with the columns `subject_id` (uuid), `partnership_id`,
            `member_id` (whose it is), `doer_id` (a person or null), `day` (the date that the ladder counts from) and
            `facts` (jsonb, safe in a mail). No parameters. It is joined on `day`, so let an index serve that.
        within_member: whether it concerns that member alone: nobody else, the coordinator included, is reminded of it
            or shown that somebody was.
    """

    slug: str
    label: str | Promise
    kind: Kind
    ladder: Ladder
    query: str
    within_member: bool = False


_sources: dict[str, Source] = {}


def register(
    *,
    slug: str,
    label: str | Promise,
    ladder: Ladder,
    query: str,
    message: Callable[[Notice], Message],
    within_member: bool = False,
) -> Source:
    """Add a source, and the kind of notice that its reminders are.

    Args:
        message: the words, made from the notice's facts alone.

    Raises:
        ValueError: its slug is taken.
    """
    if slug in _sources:
        raise ValueError(f"the source {slug} is registered twice")

    def which(notices: Sequence[Notice]) -> list[Notice]:
        return _still_open(query, notices)

    kind = kinds.register(
        Kind(
            slug=f"{slug}_reminder",
            label=label,
            message=message,
            still_holds=kinds.alone(which),
            which_hold=which,
            to_anybody=True,
        )
    )
    _sources[slug] = Source(slug, label, kind, ladder, query, within_member)
    return _sources[slug]


def _still_open(query: str, notices: Sequence[Notice]) -> list[Notice]:
    parameters: dict[str, Any] = {
        "ids": [notice.pk for notice in notices],
        "subjects": [notice.subject_id for notice in notices],
        "days": [notice.facts["day"] for notice in notices],
        "audiences": [notice.facts["rung"].partition(":")[2] for notice in notices],
        "people": [notice.recipient_id for notice in notices],
    }
    with connection.cursor() as cursor:
        cursor.execute(STILL_OPEN.format(query=query.replace("%", "%%")), parameters)
        open_ones = {key for (key,) in cursor.fetchall()}
    return [notice for notice in notices if notice.pk in open_ones]


@dataclass(frozen=True, slots=True)
class OpenRow:
    """One row of a source's query: whose it is, who does it, its date, and what a mail may say of it."""

    member_id: int
    doer_id: int | None
    day: date
    facts: dict[str, str]


def open_rows(source: Source, partnership: Partnership, subject_id: UUID) -> list[OpenRow]:
    """Return what is open of one subject in a partnership: a row for each member that owes something."""
    with connection.cursor() as cursor:
        query = ONE.format(query=source.query.replace("%", "%%"))
        cursor.execute(query, {"subject": subject_id, "partnership": partnership.pk})
        return [OpenRow(member, doer, day, json.loads(facts)) for member, doer, day, facts in cursor.fetchall()]


def all_sources() -> list[Source]:
    """Return every source, by its slug."""
    return [source for _slug, source in sorted(_sources.items())]


def within_member() -> list[str]:
    """Return the slugs of what concerns one member alone."""
    return [source.slug for source in all_sources() if source.within_member]


def find(slug: str) -> Source | None:
    """Return the source of a slug, if there is one."""
    return _sources.get(slug)
