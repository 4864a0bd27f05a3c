"""Commitments for the city: as many as asked for, of which every fiftieth has one reminder that is due today.

The others are there to be passed over: most have ended, some are due later, and some have been open for so long that
their ladder has run out (docs/performance.md).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.backends.base.base import BaseDatabaseWrapper

from benchmarks.loading import settle, unchecked
from foundation import clock
from partnership.commitments.reminders import LADDER
from partnership.reminders.schedule import rungs_due, windows

COUNTRY = "NL"
ONE_OF = 50
COMMITMENTS = ("commitments_commitment",)

WRITE = f"""
    CREATE TEMP TABLE seat ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY m.id) - 1 AS n, m.id AS member, m.partnership_id AS partnership,
           coalesce(lead(m.id) OVER w, first_value(m.id) OVER w) AS another,
           ARRAY(SELECT p.id FROM people_person p WHERE p.agency_id = m.agency_id ORDER BY p.id) AS people
    FROM membership_membership m JOIN membership_partnership s ON s.id = m.partnership_id
    WHERE s.slug LIKE 'bench-%%'
    WINDOW w AS (PARTITION BY m.partnership_id ORDER BY m.id);
    CREATE UNIQUE INDEX ON seat (n);
    ANALYZE seat;

    INSERT INTO commitments_commitment (public_id, partnership_id, promise, owner_id, person_id, approaches, due_on,
        done_when, status, reason, evidence, blocker_words, blocked_reason, asked_reason, rule, proposed_by_id,
        verified_by_id, created_at, updated_at)
    SELECT gen_random_uuid(), seat.partnership, 'Promise ' || i, seat.member, doer, ARRAY[]::varchar[],
           CASE WHEN is_due THEN (%(days)s::date[])[1 + i / {ONE_OF} %% cardinality(%(days)s::date[])]
                WHEN i %% 10 < 7 THEN %(today)s::date - i %% 700
                WHEN i %% 10 < 9 THEN %(today)s::date + 60 + i %% 300
                ELSE %(today)s::date - 150 - i %% 500 END,
           'It is there', state, CASE state WHEN 'dropped' THEN 'Not needed' ELSE '' END, '', '', '', '', '', doer,
           CASE state WHEN 'verified' THEN seat.another END, %(today)s::date - 400, %(today)s::date - 30
    FROM generate_series(1, %(size)s) i
    CROSS JOIN LATERAL (SELECT i %% {ONE_OF} = 0 AS is_due) drawn
    CROSS JOIN LATERAL (SELECT CASE WHEN is_due THEN 'accepted' WHEN i %% 10 < 6 THEN 'verified'
                                    WHEN i %% 10 = 6 THEN 'dropped' ELSE 'in_progress' END AS state) stands
    -- a step that has no divisor in common with how many seats there are: neighbours promise different things
    JOIN seat ON seat.n = i * 7919::bigint %% (SELECT count(*) FROM seat)
    CROSS JOIN LATERAL (SELECT seat.people[1 + i / 7 %% cardinality(seat.people)] AS doer) does
    ORDER BY i;
"""


@dataclass(frozen=True, slots=True)
class Promises:
    """What was written.

    Attributes:
        size: how many commitments.
        due: for how many of them a reminder is due today: one each, to who does it.
        first, last: between which dates those are due.
    """

    size: int
    due: int
    first: date
    last: date


def days_of_one_rung(today: date) -> list[date]:
    """Return the dates for which one rung of the usual ladder fires today, its first, and no other."""
    window = windows(today, LADDER, COUNTRY)[0]
    dates = [window.first + timedelta(days=n) for n in range((window.last - window.first).days + 1)]
    return [day for day in dates if rungs_due(day, today, LADDER, COUNTRY) == [window.rung]]


def promise(connection: BaseDatabaseWrapper, size: int) -> Promises:
    """Write commitments into the city.

    Args:
        connection: one of the owner of the tables.
    """
    today = clock.today()
    days = days_of_one_rung(today)
    with unchecked(connection, COMMITMENTS) as cursor:
        cursor.execute(WRITE, {"days": days, "today": today, "size": size})
    settle(connection, COMMITMENTS)
    return Promises(size=size, due=size // ONE_OF, first=days[0], last=days[-1])
