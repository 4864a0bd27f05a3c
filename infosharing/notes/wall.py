"""Wall one in SQL: whether a reader sees a note.

One text for every query, those of the ORM included. The ORM could say it in its own words, but would take longer to put
them together than PostgreSQL takes to answer, and would ask every grant of a note, behind the policy of grants, where
this looks up the reader's own (docs/performance.md).
"""

import re
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func
from django.db.models.sql.compiler import SQLCompiler

from foundation import clock

# The groups of an active person, read at each query.
GROUPS = """
    SELECT h.group_id FROM people_person_groups h JOIN people_person p ON p.id = h.person_id AND p.is_active
    WHERE h.person_id = %(person)s
"""
# Whether a grant gives sight: read from its index.
IN_EFFECT = """
    (g.not_before IS NULL OR g.not_before <= %(present)s) AND (g.expires_at IS NULL OR g.expires_at > %(present)s)
"""
# As arrays, the groups are looked up in an index. OFFSET 0: one probe for each note, never all that the reader sees.
SEEN = f"""
    (EXISTS (SELECT FROM grants_notegroupgrant g
             WHERE g.content_object_id = {{note}} AND g.group_id = ANY(ARRAY({GROUPS})) AND {IN_EFFECT} OFFSET 0)
     OR EXISTS (SELECT FROM grants_noteusergrant g
                WHERE g.content_object_id = {{note}} AND g.user_id = %(person)s
                  AND g.through_id = ANY(ARRAY({GROUPS})) AND {IN_EFFECT} OFFSET 0))
"""  # noqa: S608 constants alone
# Which of many notes a reader sees: the same, but of all of them together each index is searched once.
SEEN_AMONG = f"""
    SELECT g.content_object_id FROM grants_notegroupgrant g
    WHERE g.content_object_id = ANY({{notes}}) AND g.group_id = ANY(ARRAY({GROUPS})) AND {IN_EFFECT}
    UNION
    SELECT g.content_object_id FROM grants_noteusergrant g
    WHERE g.content_object_id = ANY({{notes}}) AND g.user_id = %(person)s
      AND g.through_id = ANY(ARRAY({GROUPS})) AND {IN_EFFECT}
"""  # noqa: S608 constants alone
# Of one note (migration 0023).
SHOWN = "SELECT notes_shown(%s, %s, %s)"
NAMED = re.compile(r"%\((\w+)\)s")
IN_TURN, NAMES = NAMED.sub("%s", SEEN), NAMED.findall(SEEN)


def sees(person: int | None, note: int) -> bool:
    """Whether a person sees the note with a key; quicker than a queryset, which is planned each time.

    Args:
        person: key of the person; nobody sees nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(SHOWN, [note, person, clock.now()])
        return bool(cursor.fetchone()[0])


class SeenBy(Func):
    """Whether a person sees the note with a key, as a condition of a queryset."""

    output_field = BooleanField()

    def __init__(self, note: Any, person: int | None) -> None:
        """Args:
        note: the key, as an expression.
        person: key of the person; nobody sees nothing.
        """
        super().__init__(note)
        self.values = {"person": person, "present": clock.now()}

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """Return the text, and its parameters in turn."""
        note, parameters = compiler.compile(self.get_source_expressions()[0])
        if parameters:
            raise ValueError("The key of a note is a column.")
        return IN_TURN.format(note=note), tuple(self.values[name] for name in NAMES)
