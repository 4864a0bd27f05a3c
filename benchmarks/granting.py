"""What sharing costs by how many it is shared with, and what happens to sight when a member comes or goes.

A member that is suspended, or joins or leaves a circle, gains or loses the sight of a hundred thousand notes, and none
of their grants is touched.
"""

from collections.abc import Iterable, Iterator
from functools import partial

from benchmarks.corpus import LARGE_CIRCLE
from benchmarks.measure import Contender
from benchmarks.report import Case, Row, Target, at_most, promised
from benchmarks.steps import CHECK, Desk

NAMED, RECIPIENTS, MOVING = "42 named agencies", "five recipients", "a member "
# How many times as much as sharing with all at once, and as a note alone; and milliseconds.
OF_ONE, OF_ALONE, MOVED = 2.5, 1.3, 2.0

MOVES = """
    (SELECT m.id FROM membership_membership m JOIN membership_partnership p ON p.id = m.partnership_id
     WHERE p.slug = 'bench-1' ORDER BY m.id DESC OFFSET 1 LIMIT 1)
"""
# A circle that many notes are shared with; its keeper is the first member of the largest partnership. The last but one
# shared none of them, and comes and goes; the last takes part in most partnerships, as few agencies do.
CIRCLE = f"""
    INSERT INTO circles_circle
        (public_id, partnership_id, name, purpose, keeper_id, is_confidential, group_id, status, created_at, end_reason)
    SELECT gen_random_uuid(), p.id, 'Large', 'To be measured', min(m.id), false, g.id, 'open', now(), ''
    FROM membership_partnership p JOIN membership_membership m ON m.partnership_id = p.id, auth_group g
    WHERE p.slug = 'bench-1' AND g.name = '{LARGE_CIRCLE}' GROUP BY p.id, g.id;
    INSERT INTO circles_circlemember
        (public_id, circle_id, partnership_id, membership_id, status, invited_at, since)
    SELECT gen_random_uuid(), c.id, c.partnership_id, m.id,
           CASE WHEN m.id = c.keeper_id THEN 'member' ELSE 'invited' END, now(),
           CASE WHEN m.id = c.keeper_id THEN now() END
    FROM circles_circle c CROSS JOIN LATERAL (
        SELECT c.keeper_id UNION SELECT * FROM {MOVES} moves
    ) at(id) JOIN membership_membership m ON m.id = at.id WHERE c.name = 'Large'
"""
JOIN = f"UPDATE circles_circlemember SET status = 'member', since = now() WHERE membership_id = {MOVES}"
LEAVE = f"UPDATE circles_circlemember SET status = 'left', until = now() WHERE membership_id = {MOVES}"
SUSPEND = f"UPDATE membership_membership SET status = 'suspended' WHERE id = {MOVES}"


def cases(desk: Desk) -> Iterator[Case]:
    """Yield what is measured, at a desk whose note is in the largest partnership."""
    yield Case(
        f"sharing with {NAMED}",
        Contender(desk.grant_to_each, within=partial(desk.undone_with, "AMBER", "agencies")),
        Contender(desk.grant_to_all, within=partial(desk.undone_with, "GREEN", "partnership")),
    )
    yield Case(
        f"a note with {RECIPIENTS}",
        Contender(desk.write_to_five, within=desk.undone),
        Contender(desk.write_alone, within=desk.undone),
    )
    for name, before, statement in (
        ("is suspended", "SELECT 1", SUSPEND),
        ("joins a circle", CIRCLE, JOIN),
        ("leaves a circle", f"{CIRCLE};{JOIN}", LEAVE),
    ):
        # foreign keys too, which are checked at the end of a transaction
        within = partial(desk.owner_undone, f"{before};{CHECK}")
        moving = Contender(partial(desk.by_hand, f"{statement};{CHECK}"), within=within)
        yield Case(MOVING + name, moving)


def targets(rows: Iterable[Row]) -> Iterator[Target]:
    """Yield what is promised of each."""
    for row in promised(rows, f"sharing with {NAMED}"):
        yield at_most(row, times=OF_ONE, of="sharing with the partnership at once")
    for row in promised(rows, f"a note with {RECIPIENTS}"):
        yield at_most(row, times=OF_ALONE, of="a note alone")
    for row in promised(rows, MOVING):
        yield at_most(row, within=MOVED)
