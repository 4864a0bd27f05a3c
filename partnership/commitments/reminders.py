"""Making the reminders that are due: one statement, however many there are."""

from datetime import date, datetime
from typing import Any

from django.db import connection

from foundation import clock
from partnership.commitments.notices import REMINDER
from partnership.commitments.schedule import WINDOWS

# One statement makes the reminder, its notice and its mail, so that none can exist without the others. The unique row
# decides: what was made before conflicts and is left alone. No NOT EXISTS beside it (measured 80 times slower).
CLAIM = """
WITH rule (name, due_from, due_to, to_lead) AS (VALUES {rules}),
addressee AS (
    SELECT c.id AS commitment_id, c.public_id AS subject_id, c.due_on, s.name AS partnership, s.slug,
           rule.name AS rule, p.id AS person_id
    FROM rule
    JOIN commitments_commitment c ON c.due_on BETWEEN rule.due_from AND rule.due_to
     AND c.status IN ('accepted', 'in_progress')
    JOIN membership_membership m ON m.id = c.owner_id AND m.status = 'active'
    JOIN membership_partnership s ON s.id = c.partnership_id
    -- who does it; should that person have left, who represents the member
    LEFT JOIN LATERAL (
        SELECT q.id FROM people_person q
        WHERE q.id IN (c.person_id, m.representative_id, m.deputy_id) AND q.agency_id = m.agency_id AND q.is_active
        ORDER BY array_position(ARRAY[c.person_id, m.representative_id, m.deputy_id], q.id) LIMIT 1
    ) doer ON true
    JOIN people_person p ON p.agency_id = m.agency_id AND p.is_active AND NOT p.is_service
     AND CASE WHEN rule.to_lead OR doer.id IS NULL THEN p.role = 'lead' ELSE p.id = doer.id END
),
made AS (
    INSERT INTO commitments_reminder (commitment_id, due_on, rule, recipient_id, notice_id, created_at)
    SELECT commitment_id, due_on, rule, person_id, uuidv7(), %(now)s FROM addressee
    ON CONFLICT (commitment_id, due_on, rule, recipient_id) DO NOTHING
    RETURNING commitment_id, due_on, rule, recipient_id, notice_id
),
notice AS (
    INSERT INTO notifications_notice (public_id, kind, recipient_id, subject_id, facts, dedupe_key, created_at)
    SELECT made.notice_id, %(kind)s, made.recipient_id, a.subject_id,
           jsonb_build_object('rule', made.rule, 'due_on', made.due_on, 'partnership', a.partnership, 'slug', a.slug),
           %(kind)s || ':' || a.subject_id || ':' || made.due_on || ':' || made.rule, %(now)s
    FROM made JOIN addressee a ON a.commitment_id = made.commitment_id AND a.rule = made.rule
                              AND a.person_id = made.recipient_id
    RETURNING id
)
INSERT INTO notifications_delivery (notice_id, state, attempts, not_before, answer)
SELECT id, 'queued', 0, %(now)s, '' FROM notice
"""


def claim_due(*, today: date | None = None, now: datetime | None = None) -> int:
    """Make every reminder that is due and was not made before.

    Args:
        today: the day in the site's time zone.
        now: when they are made, and from when their mails may go.

    Returns:
        How many were made.
    """
    today, now = today or clock.today(), now or clock.now()
    rules: list[str] = []
    parameters: dict[str, Any] = {"now": now, "kind": REMINDER.slug}
    for number, window in enumerate(WINDOWS):
        rules.append(f"(%(r{number})s, %(f{number})s::date, %(t{number})s::date, %(l{number})s::boolean)")
        due_from, due_to = window.dues(today)
        parameters |= {
            f"r{number}": window.rule.value,
            f"f{number}": due_from,
            f"t{number}": due_to,
            f"l{number}": window.to_lead,
        }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM.format(rules=", ".join(rules)), parameters)
        return cursor.rowcount
