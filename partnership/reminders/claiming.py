"""Making the reminders that are due: one statement for each source, however many there are."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from foundation import clock
from foundation.notifications.preferences import slots
from partnership.membership.models import Partnership
from partnership.reminders import escalations
from partnership.reminders.ladders import Audience, Ladder, Rung
from partnership.reminders.models import ChosenRung
from partnership.reminders.schedule import windows
from partnership.reminders.sources import Source, all_sources

# One statement makes the reminder, its notice and its mail, so that none can exist without the others. The unique row
# decides: what was made before conflicts and is left alone. No NOT EXISTS beside it (measured 80 times slower).
CLAIM = """
WITH rung (country, partnership_id, name, audience, first_day, last_day) AS (VALUES {rungs}),
chosen (person_id, not_before, is_gathered) AS (
    SELECT * FROM unnest(%(people)s::bigint[], %(moments)s::timestamptz[], %(gathered)s::boolean[])
),
addressee AS (
    SELECT DISTINCT c.subject_id, c.partnership_id, c.day, rung.name AS rung, p.id AS person_id,
           c.facts || jsonb_build_object('partnership', s.name, 'slug', s.slug, 'rung', rung.name, 'day', c.day)
               AS facts
    FROM rung
    JOIN ({query}) c ON c.day BETWEEN rung.first_day AND rung.last_day
    JOIN membership_partnership s ON s.id = c.partnership_id
    JOIN agencies_agency a ON a.id = s.coordinator_id AND a.country = rung.country
    -- whose it is: nobody is reminded of what a suspended or withdrawn member owes
    JOIN membership_membership m ON m.id = c.member_id AND m.status = 'active'
    -- who does it; should that person have left, who represents the member
    LEFT JOIN LATERAL (
        SELECT q.id FROM people_person q
        WHERE q.id IN (c.doer_id, m.representative_id, m.deputy_id) AND q.agency_id = m.agency_id AND q.is_active
        ORDER BY array_position(ARRAY[c.doer_id, m.representative_id, m.deputy_id], q.id) LIMIT 1
    ) doer ON rung.audience = 'doer'
    JOIN LATERAL (
        SELECT q.id FROM people_person q WHERE q.id = doer.id
        UNION ALL
        SELECT q.id FROM people_person q
        WHERE (rung.audience = 'lead' OR rung.audience = 'doer' AND doer.id IS NULL)
          AND q.agency_id = m.agency_id AND q.is_active AND NOT q.is_service AND q.role = 'lead'
        UNION ALL
        SELECT q.id FROM membership_membership o
        JOIN people_person q ON q.agency_id = o.agency_id AND q.is_active AND NOT q.is_service
         AND CASE WHEN o.representative_id IS NULL THEN q.role = 'lead' ELSE q.id = o.representative_id END
        WHERE rung.audience IN ('coordinator', 'steering')
          AND o.partnership_id = c.partnership_id AND o.status = 'active'
          AND (o.role = 'coordinator' OR rung.audience = 'steering' AND o.role = 'core')
    ) p ON true
    WHERE CASE WHEN rung.partnership_id IS NULL THEN NOT c.partnership_id = ANY(%(own_ladders)s)
               ELSE rung.partnership_id = c.partnership_id END
),
made AS (
    INSERT INTO reminders_reminder
        (source, subject_id, partnership_id, day, rung, recipient_id, notice_id, created_at)
    SELECT %(source)s, subject_id, partnership_id, day, rung, person_id, uuidv7(), %(now)s FROM addressee
    ON CONFLICT (subject_id, source, day, rung, recipient_id) DO NOTHING
    RETURNING partnership_id, subject_id, day, rung, recipient_id, notice_id
),
notice AS (
    INSERT INTO notifications_notice (public_id, kind, recipient_id, subject_id, facts, dedupe_key, created_at)
    SELECT made.notice_id, %(kind)s, made.recipient_id, a.subject_id, a.facts,
           %(source)s || ':' || a.subject_id || ':' || made.day || ':' || made.rung, %(now)s
    FROM made JOIN addressee a ON a.subject_id = made.subject_id AND a.day = made.day AND a.rung = made.rung
                              AND a.person_id = made.recipient_id
    RETURNING id, recipient_id
),
mail AS (
    INSERT INTO notifications_delivery (notice_id, state, attempts, not_before, is_gathered, answer)
    SELECT notice.id, 'queued', 0, coalesce(chosen.not_before, %(now)s), coalesce(chosen.is_gathered, false), ''
    FROM notice LEFT JOIN chosen ON chosen.person_id = notice.recipient_id
    -- a person without a moment wants no mail
    WHERE chosen.person_id IS NULL OR chosen.not_before IS NOT NULL
)
SELECT partnership_id, subject_id, rung FROM made
"""


def claim_due(*, today: date | None = None, now: datetime | None = None) -> int:
    """Make every reminder that is due and was not made before.

    Args:
        today: the day in the site's time zone.
        now: when they are made, and from when their mails may go to who chose nothing else.

    Returns:
        How many were made.
    """
    today, now = today or clock.today(), now or clock.now()
    return sum(_claim(source, today, now) for source in all_sources())


@transaction.atomic
def _claim(source: Source, today: date, now: datetime) -> int:
    own = chosen_ladders(source)
    rungs, parameters = _rungs(source, own, today)
    if not rungs:
        return 0
    chosen = slots(source.kind, now)
    parameters |= {
        "source": source.slug,
        "kind": source.kind.slug,
        "now": now,
        "own_ladders": list(own),
        "people": list(chosen),
        "moments": [slot.not_before for slot in chosen.values()],
        "gathered": [slot.is_gathered for slot in chosen.values()],
    }
    with connection.cursor() as cursor:
        # a query has no parameters of its own: a percent sign in it is one
        query = source.query.replace("%", "%%")
        cursor.execute(CLAIM.format(rungs=", ".join(rungs), query=query), parameters)
        made = cursor.fetchall()
    _tell_of_escalations(source, made)
    return len(made)


def _tell_of_escalations(source: Source, made: list[tuple[int, UUID, str]]) -> None:
    raised: dict[int, set[UUID]] = defaultdict(set)
    for partnership, subject, rung in made:
        if Rung.of_key(rung).audience == Audience.COORDINATOR:
            raised[partnership].add(subject)
    for partnership, subjects in raised.items():
        escalations.tell(source.slug, partnership, subjects)


def chosen_ladders(source: Source, partnerships: Iterable[int] | None = None) -> dict[int, Ladder]:
    """Return the ladders that partnerships chose for a source, by the partnership's key; an empty one is a choice."""
    rows = ChosenRung.objects.filter(source=source.slug)
    if partnerships is not None:
        rows = rows.filter(partnership__in=partnerships)
    ladders: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        ladders[row.partnership_id] += [row.rung] if row.rung else []
    return {key: tuple(sorted(rungs)) for key, rungs in ladders.items()}


def _rungs(source: Source, own: dict[int, Ladder], today: date) -> tuple[list[str], dict[str, Any]]:
    """Return the rows of `rung`, and their values: the usual ladder for each country, and the chosen ones."""
    countries = dict(Partnership.objects.values_list("pk", "coordinator__country"))
    usual = [(country, None, source.ladder) for country in sorted(set(countries.values()))]
    chosen = [(countries[key], key, ladder) for key, ladder in own.items()]
    rows: list[str] = []
    values: dict[str, Any] = {}
    for country, partnership, ladder in [*usual, *chosen]:
        for window in windows(today, ladder, country):
            n = len(rows)
            rows.append(f"(%(c{n})s, %(p{n})s::bigint, %(k{n})s, %(a{n})s, %(f{n})s::date, %(l{n})s::date)")
            values |= {
                f"c{n}": country,
                f"p{n}": partnership,
                f"k{n}": window.rung.key,
                f"a{n}": window.rung.audience,
                f"f{n}": window.first,
                f"l{n}": window.last,
            }
    return rows, values
