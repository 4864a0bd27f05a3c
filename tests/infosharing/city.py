"""A city with so many notes, and so much that hangs on each, that PostgreSQL plans as it would in a real one."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from accounts.people.actor import Actor, actor_for
from accounts.people.models import Person
from benchmarks.corpus import NOTES, Corpus
from benchmarks.loading import settle, unchecked
from tests.world.roles import as_owner

SIZE = 6_000
CHILDREN = (
    "files_storedfile", "attachments_attachment", "attachments_attachmentrecipient", "notes_noteversion",
    "notes_acceptance", "commitments_commitment", "notes_noteevidence", "readers_reading", "readers_notefootprint",
    "readers_recall", "grants_endedgrant",
)  # fmt: skip
# One of each to a note, and readings by three people.
FILL = """
    CREATE TEMP TABLE filled ON COMMIT DROP AS
    SELECT n.*, (SELECT m.id FROM membership_membership m WHERE m.partnership_id = n.partnership_id
                 ORDER BY (m.id + n.id) %% 7, m.id LIMIT 1) AS other
    FROM notes_note n JOIN membership_partnership p ON p.id = n.partnership_id WHERE p.slug LIKE 'bench-%%';

    INSERT INTO files_storedfile (public_id, kind, size, sha256, stored_as, stored_at, scan)
    SELECT gen_random_uuid(), 'pdf', 1, repeat('a', 64), 'city-' || id, created_at, 'clean' FROM filled;
    INSERT INTO attachments_attachment (public_id, name, audience, added_at, removal_reason, added_by_id, file_id,
                                        note_id, partnership_id)
    SELECT gen_random_uuid(), 'File', CASE WHEN n.id %% 3 = 0 THEN 'named' ELSE 'note' END, n.created_at, '',
           n.author_id, f.id, n.id, n.partnership_id
    FROM filled n JOIN files_storedfile f ON f.stored_as = 'city-' || n.id;
    INSERT INTO attachments_attachmentrecipient (attachment_id, member_id, note_id, partnership_id)
    SELECT a.id, n.other, n.id, n.partnership_id
    FROM attachments_attachment a JOIN filled n ON n.id = a.note_id WHERE a.audience = 'named';
    INSERT INTO notes_noteversion (number, title, body, tlp, handling, written_at, replaced_at, note_id, written_by_id)
    SELECT 1, title, 'Earlier', tlp, '{}', created_at, created_at, id, author_id FROM filled;
    INSERT INTO notes_acceptance (conditions, at, note_id, person_id)
    SELECT 'no_action', created_at, id, author_id FROM filled;
    INSERT INTO commitments_commitment
        (public_id, promise, due_on, done_when, status, reason, evidence, created_at, updated_at, owner_id,
         partnership_id, approaches, blocked_reason, blocker_words, rule, asked_reason)
    SELECT gen_random_uuid(), 'Promise', current_date + 90, 'Done', 'accepted', '', '', now(), now(), owner_id,
           partnership_id, '{}', '', '', '', '' FROM filled WHERE id %% 10 = 0;
    INSERT INTO notes_noteevidence (public_id, added_at, added_by_id, commitment_id, member_id, note_id, partnership_id)
    SELECT gen_random_uuid(), n.created_at, n.author_id, c.id, n.owner_id, n.id, n.partnership_id
    FROM filled n JOIN LATERAL (SELECT id FROM commitments_commitment c WHERE c.partnership_id = n.partnership_id
                                ORDER BY (c.id + n.id) %% 11, c.id LIMIT 1) c ON true;
    INSERT INTO readers_reading (version, how, at, member_id, note_id, person_id, owner_id)
    SELECT 1, 'opened', n.created_at, m.id, n.id, p.id, n.owner_id
    FROM filled n JOIN membership_membership m ON m.id = n.other
    JOIN LATERAL (SELECT id FROM people_person WHERE agency_id = m.agency_id ORDER BY id LIMIT 3) p ON true;
    INSERT INTO readers_notefootprint (note_id, public_id, owner_id, tlp, status, to_named)
    SELECT id, public_id, owner_id, tlp, status, audience = 'persons' FROM filled;
    INSERT INTO readers_recall (public_id, note_public_id, cause, reason, last_read_at, at, acknowledged_at,
                                acknowledged_by_id, member_id, note_id, originator_id, partnership_id, person_id)
    SELECT gen_random_uuid(), n.public_id, 'narrowed', 'Mistaken', r.at, r.at, r.at, r.person_id, r.member_id, n.id,
           n.owner_id, n.partnership_id, r.person_id FROM filled n JOIN readers_reading r ON r.note_id = n.id;
    INSERT INTO grants_endedgrant (granted_at, ended_at, group_id, note_id)
    SELECT n.created_at, n.created_at, m.group_id, n.id FROM filled n JOIN membership_membership m ON m.id = n.other;
"""


@contextmanager
def a_city() -> Iterator[dict[str, Actor]]:
    """Yield its readers by name, and leave nothing of it: for many tests, since it takes some seconds."""
    with transaction.atomic():
        yield _filled()
        transaction.set_rollback(True)
    # what was undone still lies in the tables, and their sizes are what was last counted
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"VACUUM {', '.join((*NOTES, *CHILDREN))}")


def _filled() -> dict[str, Actor]:
    with as_owner():
        corpus = Corpus(connection)
        corpus.grow(SIZE)
        with unchecked(connection, CHILDREN) as cursor:
            cursor.execute(FILL, [])
            # as in a database that fits into memory
            cursor.execute("SET LOCAL random_page_cost = 1.1")
        settle(connection, CHILDREN)
    people = {reader.name: reader.person_id for reader in corpus.readers()}
    return {name: actor_for(Person.objects.select_related("agency").get(pk=key)) for name, key in people.items()}
