"""A big city to measure in: 200 agencies, 50 partnerships, 2,000 people, and as many notes as asked for.

A few partnerships write most notes, a few agencies of each are busy, a note has about three grants. Everything is
drawn from one seed, so that each run measures the same (docs/performance.md).
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from benchmarks.loading import settle, unchecked

AGENCIES, PEOPLE_EACH, PARTNERSHIPS, CIRCLES_EACH = 200, 10, 50, 10
BIGGEST, SMALLEST = 42, 10
# Nothing new is written in the last two partnerships: in one nothing at all, in the other only until here.
OLD_UNTIL = 10_000
FEW = 100
# A circle of the largest partnership that nobody is in. Every second of its notes is shared with it, but none of its
# last two members: a hundred thousand of a million.
LARGE_CIRCLE = "bench-circle-large"

# The readers: the first person of each of these agencies.
MANY, WIDEST, MEDIUM, FEW_NOTES, OLD_ONLY, ORDINARY = 1, 2, 3, 4, 5, 6
READERS = {"few": FEW_NOTES, "medium": MEDIUM, "many": MANY, "only old": OLD_ONLY, "widest": WIDEST}

NOTES = ("notes_note", "grants_notegroupgrant", "grants_noteusergrant", "notes_searchentry")
# Words to look for, and in one of how many notes each stands.
PLANTED = {"harbour": 5, "falcon": 100, "zeppelin": 10_000}
DIRECTORY = (
    "agencies_agency", "people_person", "auth_group", "membership_partnership", "membership_membership",
    "people_person_groups",
)  # fmt: skip

# The product itself puts people into the groups of their members and partnerships: by what its triggers call, once for
# everybody instead of for each.
FOUND = f"""
    ALTER TABLE people_person DISABLE TRIGGER follow_person, DISABLE TRIGGER follow_person_into_circles;
    ALTER TABLE membership_membership DISABLE TRIGGER follow_status, DISABLE TRIGGER follow_status_into_circles;

    INSERT INTO agencies_agency (public_id, name, code, city, kind, sector, level, country, contact, updated_at)
    SELECT gen_random_uuid(), 'Agency ' || a, 'agency-' || a, 'Bench', 'police', 'public', 'local', 'NL', '', now()
    FROM generate_series(1, {AGENCIES}) a;

    INSERT INTO people_person (public_id, password, is_superuser, email, name, function, role, is_active, is_staff,
                               is_service, date_joined, agency_id)
    SELECT gen_random_uuid(), '', false, 'person-' || p || '@' || code || '.bench.example', 'Person ' || p, '',
           -- a lead speaks for its agency: it is told of notes
           CASE p WHEN 1 THEN 'lead' ELSE 'staff' END, true, false, false, now(), id
    FROM agencies_agency, generate_series(1, {PEOPLE_EACH}) p WHERE city = 'Bench' ORDER BY id, p;

    CREATE TEMP TABLE seats ON COMMIT DROP AS
    SELECT p AS partnership, seat, CASE
             WHEN p = {PARTNERSHIPS} - 1 AND seat = 1 THEN {FEW_NOTES}
             WHEN p = {PARTNERSHIPS} AND seat = 1 THEN {OLD_ONLY}
             WHEN p <= 40 AND seat = 3 THEN {MANY}
             WHEN p % 3 = 0 AND seat = 2 AND p < {PARTNERSHIPS} - 1 THEN {MEDIUM}
             WHEN p < {PARTNERSHIPS} - 1 AND seat = size THEN {WIDEST}
             ELSE {ORDINARY} + (p * 37 + seat * 7) % ({AGENCIES} - {ORDINARY} + 1) END AS agency
    FROM (SELECT p, {BIGGEST} - (p - 1) * ({BIGGEST} - {SMALLEST}) / ({PARTNERSHIPS} - 1) AS size
          FROM generate_series(1, {PARTNERSHIPS}) p) sizes, generate_series(1, size) seat;

    INSERT INTO auth_group (name)
    SELECT 'bench-' || partnership || '-' || seat FROM seats
    UNION ALL SELECT 'bench-' || p FROM generate_series(1, {PARTNERSHIPS}) p
    UNION ALL SELECT '{LARGE_CIRCLE}'
    UNION ALL SELECT 'bench-circle-' || p || '-' || c
              FROM generate_series(1, {PARTNERSHIPS}) p, generate_series(1, {CIRCLES_EACH}) c;

    INSERT INTO membership_partnership (public_id, name, slug, city, purpose, status, coordinator_id, review_date,
                                        group_id, created_at, updated_at)
    SELECT gen_random_uuid(), 'Partnership ' || s.partnership, 'bench-' || s.partnership, 'Bench', 'To be measured',
           'active', a.id, current_date + 200, g.id, now(), now()
    FROM seats s JOIN agencies_agency a ON a.code = 'agency-' || s.agency AND a.city = 'Bench'
    JOIN auth_group g ON g.name = 'bench-' || s.partnership WHERE s.seat = 1 ORDER BY s.partnership;

    INSERT INTO membership_membership (public_id, partnership_id, agency_id, role, status, joined_on,
                                       representative_mandate, deputy_mandate, group_id, created_at)
    SELECT gen_random_uuid(), p.id, a.id, CASE seat WHEN 1 THEN 'coordinator' ELSE 'core' END, 'active', current_date,
           '', '', g.id, now()
    FROM seats s JOIN agencies_agency a ON a.code = 'agency-' || s.agency AND a.city = 'Bench'
    JOIN membership_partnership p ON p.slug = 'bench-' || s.partnership
    JOIN auth_group g ON g.name = 'bench-' || s.partnership || '-' || s.seat ORDER BY s.partnership, s.seat;

    SELECT membership_keep_groups(ARRAY(
        SELECT p.id FROM people_person p JOIN agencies_agency a ON a.id = p.agency_id WHERE a.city = 'Bench'));
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE people_person ENABLE TRIGGER follow_person, ENABLE TRIGGER follow_person_into_circles;
    ALTER TABLE membership_membership ENABLE TRIGGER follow_status, ENABLE TRIGGER follow_status_into_circles;

    -- Circles, as far as a reader's page knows of them: groups of some members' people. They make many groups.
    INSERT INTO people_person_groups (person_id, group_id)
    SELECT DISTINCT p.id, g.id
    FROM seats s CROSS JOIN generate_series(1, {CIRCLES_EACH}) c
    JOIN agencies_agency a ON a.code = 'agency-' || s.agency AND a.city = 'Bench'
    JOIN people_person p ON p.agency_id = a.id
    JOIN auth_group g ON g.name = 'bench-circle-' || s.partnership || '-' || c
    WHERE CASE s.agency WHEN {WIDEST} THEN s.partnership <= 39 AND c <= 2
                        WHEN {MANY} THEN s.partnership <= 14 AND c = 3
                        WHEN {MEDIUM} THEN s.partnership <= 45 AND c = 4
                        ELSE (s.seat + c * 3) % 6 = 0 END;
"""

_PLANTS = ", ".join(f"('{word}', {one_of}, {one_of})" for word, one_of in PLANTED.items())

# Who may be drawn as owner or recipient: the seats of each partnership, with what their rows will need.
PREPARE = f"""
    SELECT setseed(0.25);
    CREATE TEMP TABLE place ON COMMIT DROP AS
    SELECT substr(p.slug, 7)::int AS partnership, p.id AS partnership_id, p.group_id AS everybody,
           row_number() OVER (PARTITION BY p.id ORDER BY m.id) - 1 AS seat,
           count(*) OVER (PARTITION BY p.id) AS seats,
           m.id AS member, m.group_id AS member_group,
           ARRAY(SELECT id FROM people_person WHERE agency_id = m.agency_id ORDER BY id) AS people
    FROM membership_membership m JOIN membership_partnership p ON p.id = m.partnership_id WHERE p.slug LIKE 'bench-%%';
    CREATE UNIQUE INDEX ON place (partnership, seat);
    ANALYZE place;

    CREATE TEMP TABLE phrase ON COMMIT DROP AS
    SELECT n, string_agg('word' || floor(20000 * random() ^ 3)::int, ' ') AS words
    FROM generate_series(0, 999) n, generate_series(1, 34) GROUP BY n ORDER BY n;
    CREATE UNIQUE INDEX ON phrase (n);
    ALTER TABLE phrase ADD written tsvector, ADD stems tsvector;
    UPDATE phrase SET written = strip(to_tsvector('simple', words)), stems = to_tsvector('notes_stems', words);

    -- by a hash of their numbers: who sees a note does not tell which of these words stand in it
    CREATE TEMP TABLE planted (word text, one_of int, salt int) ON COMMIT DROP;
    INSERT INTO planted VALUES {_PLANTS};

    -- materialised: each row's draws are made once, in the order of the notes
    CREATE TEMP TABLE draft ON COMMIT DROP AS
    WITH drawn AS MATERIALIZED (
        SELECT i, random() AS a, random() AS b, random() AS c, random() AS d
        FROM generate_series(%(after)s + 1, %(size)s) i
    ), placed AS (
        SELECT *, CASE WHEN i <= {OLD_UNTIL} AND i %% 2 = 0 THEN {PARTNERSHIPS}
                       ELSE 1 + floor(({PARTNERSHIPS} - 2) * a ^ 2.5)::int END AS partnership,
               CASE WHEN b < 0.15 THEN 'own_agency' WHEN b < 0.58 THEN 'agencies' WHEN b < 0.70 THEN 'circle'
                    WHEN b < 0.99 THEN 'partnership' ELSE 'persons' END AS audience
        FROM drawn
    )
    SELECT d.i, %(base)s + d.i AS id,
           (SELECT coalesce(string_agg(' ' || w.word, '' ORDER BY w.salt), '') FROM planted w
            WHERE (hashint4(d.i + w.salt) & 2147483647) %% w.one_of = 0) AS planted,
           timestamptz '2024-01-01 00:00Z' + d.i / 2 * interval '2 minutes' AS created_at,
           d.audience, d.partnership, o.partnership_id, o.everybody, o.member, o.member_group, o.seat, o.seats,
           o.people[1 + floor({PEOPLE_EACH} * d.d)] AS author
    FROM placed d JOIN place o ON o.partnership = d.partnership
     AND o.seat = (SELECT floor(max(s.seats) * d.c ^ 1.3)::int FROM place s WHERE s.partnership = d.partnership)
    ORDER BY d.i;
    ANALYZE draft;
"""
WRITE = """
    INSERT INTO notes_note (id, public_id, partnership_id, owner_id, author_id, title, body, tlp, audience,
                            recipients_know_each_other, review_on, status, withdrawal_reason, created_at, updated_at,
                            category, purpose, legal_basis, personal_data, handling, grading, source_grade,
                            information_grade, version)
    SELECT d.id, gen_random_uuid(), d.partnership_id, d.member, d.author, 'Note ' || d.i || ' on ' || left(a.words, 40),
           a.words || '. ' || b.words || d.planted,
           CASE audience WHEN 'persons' THEN 'RED' WHEN 'own_agency' THEN 'AMBER+STRICT' WHEN 'partnership' THEN 'GREEN'
                         ELSE 'AMBER' END,
           CASE audience WHEN 'circle' THEN 'agencies' ELSE audience END,
           d.i %% 20 <> 0, current_date + 90, 'live', '', d.created_at, d.created_at,
           '', '', '', '{}', '{}', '', '', '', 1
    FROM draft d JOIN phrase a ON a.n = d.i %% 1000 JOIN phrase b ON b.n = d.i * 7 / 1000 %% 1000
    ORDER BY d.i;
"""
GRANT = f"""
    INSERT INTO grants_notegroupgrant
        (created_at, granted_at, content_object_id, granted_by_id, group_id, permission_id)
    SELECT d.created_at, d.created_at, d.id, d.author, scope, %(permission)s FROM draft d CROSS JOIN LATERAL (
        SELECT d.member_group AS scope WHERE d.audience <> 'persons'
        UNION SELECT d.everybody WHERE d.audience = 'partnership'
        UNION (SELECT g.id FROM auth_group g WHERE d.audience = 'circle'
               AND g.name = 'bench-circle-' || d.partnership || '-' || 1 + d.i * 7 / 5 %% {CIRCLES_EACH})
        UNION (SELECT g.id FROM auth_group g WHERE g.name = '{LARGE_CIRCLE}' AND d.partnership = 1 AND d.i %% 2 = 0
               AND d.seat < d.seats - 2 AND d.audience <> 'persons')
        UNION SELECT p.member_group
              FROM (SELECT floor(d.seats * random() ^ 1.5)::int AS seat
                    -- mostly a few agencies, sometimes many; the owner's own number makes it a draw of its own per note
                    FROM generate_series(1, 1 + floor(-3.5 * ln(1 - random()) + 0 * d.seats)::int)) drawn
              JOIN place p ON p.partnership = d.partnership AND p.seat = drawn.seat WHERE d.audience = 'agencies'
    ) audience ORDER BY d.i;

    INSERT INTO grants_noteusergrant
        (created_at, granted_at, content_object_id, granted_by_id, user_id, through_id, permission_id)
    SELECT d.created_at, d.created_at, d.id, d.author, named.person, named.through, %(permission)s
    FROM draft d CROSS JOIN LATERAL (
        SELECT d.author AS person, d.member_group AS through
        -- the next two seats at the table, the owner excepted
        UNION SELECT p.people[1 + d.i %% {PEOPLE_EACH}], p.member_group
              FROM place p JOIN generate_series(1, 2) k ON p.seat = (d.seat + k) %% d.seats
              WHERE p.partnership = d.partnership
    ) named WHERE d.audience = 'persons' ORDER BY d.i;
"""
# The reader of few notes sees about a hundred at every size, spread over all of the corpus: granted anew each time.
SPREAD = f"""
    DELETE FROM grants_notegroupgrant WHERE group_id = %(few)s;
    INSERT INTO grants_notegroupgrant (created_at, granted_at, content_object_id, group_id, permission_id)
    SELECT created_at, created_at, id, %(few)s, %(permission)s FROM notes_note
    WHERE id > %(base)s AND id <= %(base)s + %(size)s AND (id - %(base)s) %% greatest(1, %(size)s / {FEW}) = 0
      AND audience <> 'persons';
"""

# The entries as the product's triggers would write them, from words that were split once for each phrase.
INDEX = """
    CREATE TEMP TABLE held ON COMMIT DROP AS
    SELECT note, array_agg(key) AS keys FROM (
        SELECT content_object_id AS note, group_id::bigint AS key FROM grants_notegroupgrant
        UNION ALL SELECT content_object_id, -user_id FROM grants_noteusergrant) grants
    WHERE note > %(base)s GROUP BY note;
    CREATE UNIQUE INDEX ON held (note);
    ANALYZE held;

    INSERT INTO notes_searchentry (note_id, partnership_id, owner_id, tlp, created_at, keys, words)
    SELECT n.id, n.partnership_id, n.owner_id, n.tlp, n.created_at, held.keys,
           strip(to_tsvector('simple', n.title || d.planted)) || a.written || b.written
           || setweight(to_tsvector('notes_stems', n.title), 'A') || a.stems || b.stems
           || to_tsvector('notes_stems', d.planted)
    FROM draft d JOIN notes_note n ON n.id = d.id JOIN held ON held.note = n.id
    JOIN phrase a ON a.n = d.i %% 1000 JOIN phrase b ON b.n = d.i * 7 / 1000 %% 1000 ORDER BY n.id;

    -- who sees few notes sees other ones at each size
    UPDATE notes_searchentry e SET keys = held.keys FROM held
    WHERE held.note = e.note_id AND e.note_id <= %(base)s + %(after)s
      AND (%(few)s = ANY(e.keys)) <> (%(few)s = ANY(held.keys));
"""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody whose waiting is measured."""

    name: str
    person_id: int


class Corpus:
    """The city and its notes so far. It only grows, since a thousand notes more are cheaper than all of them again."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        """Found the city: everything but notes.

        Args:
            connection: one of the owner of the tables; row-level security does not bind it.
        """
        self.connection = connection
        self.size = 0
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(FOUND)
            self.base = _one(cursor, "SELECT coalesce(max(id), 0) FROM notes_note")
            self.permission = _one(
                cursor,
                "SELECT p.id FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id"
                " WHERE p.codename = 'view_note' AND c.app_label = 'notes'",
            )
            self.few = _one(cursor, f"SELECT id FROM auth_group WHERE name = 'bench-{PARTNERSHIPS - 1}-1'")
        settle(connection, DIRECTORY)

    def grow(self, size: int) -> None:
        """Write notes and their grants until there are so many."""
        with unchecked(self.connection, NOTES) as cursor:
            values = {
                "after": self.size, "size": size, "base": self.base, "permission": self.permission, "few": self.few,
            }  # fmt: skip
            for step in (PREPARE, WRITE, GRANT, SPREAD, INDEX):
                cursor.execute(step, values)
            cursor.execute("SELECT setval(pg_get_serial_sequence('notes_note', 'id'), max(id)) FROM notes_note")
        self.size = size
        settle(self.connection, NOTES)

    def readers(self) -> list[Reader]:
        """Return the readers, from few notes to many groups."""
        with self.connection.cursor() as cursor:
            return [
                Reader(name, _one(cursor, _READER, [f"person-1@agency-{agency}.bench.example"]))
                for name, agency in READERS.items()
            ]


_READER = "SELECT id FROM people_person WHERE email = %s"


def _one(cursor: CursorWrapper, sql: str, parameters: list[str] | None = None) -> int:
    cursor.execute(sql, parameters)
    row = cursor.fetchone()
    if row is None:
        raise LookupError(sql)
    return int(row[0])
