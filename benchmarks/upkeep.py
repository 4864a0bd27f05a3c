"""What keeping the index of search costs whoever shares: the same statements with its triggers, and without them."""

from collections.abc import Iterator
from functools import partial

from benchmarks.measure import Contender
from benchmarks.report import Case
from benchmarks.steps import END, GRANT, Desk

# A copy of a note for five members, the originator first.
NOTE = """
    INSERT INTO notes_note SELECT r.* FROM notes_note n CROSS JOIN LATERAL jsonb_populate_record(n, jsonb_build_object(
        'id', nextval(pg_get_serial_sequence('notes_note', 'id')), 'public_id', gen_random_uuid(),
        'tlp', 'AMBER', 'audience', 'agencies')) r WHERE n.id = %(note)s;
    INSERT INTO grants_notegroupgrant
        (created_at, granted_at, content_object_id, granted_by_id, group_id, permission_id)
    SELECT n.created_at, now(), currval(pg_get_serial_sequence('notes_note', 'id')), %(person)s, m.group_id, p.id
    FROM notes_note n JOIN membership_membership m ON m.partnership_id = n.partnership_id AND m.status = 'active',
         auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
    WHERE n.id = %(note)s AND c.app_label = 'notes' AND p.codename = 'view_note'
    ORDER BY m.id = n.owner_id DESC, m.id LIMIT 5;
    SET CONSTRAINTS ALL IMMEDIATE
"""
WITHOUT = """
    ALTER TABLE notes_note DISABLE TRIGGER search_change;
    ALTER TABLE grants_notegroupgrant DISABLE TRIGGER search_add, DISABLE TRIGGER search_remove;
"""

GRANT_ANEW = f"{END};{GRANT}"


def cases(desk: Desk) -> Iterator[Case]:
    """Yield what is written, by hand and as owner: `floor` is without the triggers of search."""
    for name, before, statement in (
        ("index kept: granting to the partnership", f"{GRANT_ANEW};{END}", GRANT),
        ("index kept: ending the grants to others", GRANT_ANEW, END),
        ("index kept: a note with five recipients", NOTE, NOTE),
    ):
        yield Case(
            name,
            # what is timed finds the tables known, with triggers or without
            ours=Contender(partial(desk.by_hand, statement), within=partial(desk.owner_undone, before)),
            floor=Contender(partial(desk.by_hand, statement), within=partial(desk.owner_undone, WITHOUT + before)),
        )
