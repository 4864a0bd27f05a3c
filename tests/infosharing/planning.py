"""What PostgreSQL does to answer a query, and whether that is slower the more there is that nobody asked for."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.test.utils import CaptureQueriesContext

Node = dict[str, Any]

GROW = frozenset(
    {
        "notes_note", "notes_noteversion", "notes_acceptance", "notes_noteevidence", "notes_searchentry",
        "grants_notegroupgrant", "grants_noteusergrant", "grants_endedgrant",
        "attachments_attachment", "attachments_attachmentrecipient",
        "readers_reading", "readers_notefootprint", "readers_recall",
    }
)  # fmt: skip
CONDITIONS = ("Filter", "Index Cond", "Recheck Cond", "Join Filter", "Hash Cond", "Merge Cond", "One-Time Filter")
OF_THE_READER = re.compile(r"sight\.(?:ints|person|now|audited)\(")
EXPLAINED = "EXPLAIN (ANALYZE, VERBOSE, TIMING OFF, BUFFERS OFF, FORMAT JSON)"
ASKING = re.compile(r"(RETURN QUERY|RETURN(?= EXISTS)|SELECT(?=.*? INTO \w+ FROM))(.*?);", re.DOTALL)
HASHED = re.compile(r"hashed (SubPlan \d+)")


class Plan:
    """How one query was answered."""

    def __init__(self, query: str) -> None:
        """Answer the query, and keep what was done for it."""
        with connection.cursor() as cursor:
            cursor.execute(f"{EXPLAINED} {query}")
            self.root: Node = cursor.fetchone()[0][0]["Plan"]

    @cached_property
    def nodes(self) -> list[Node]:
        return list(_walk(self.root))

    def scans(self, table: str) -> list[Node]:
        return [node for node in self.nodes if node.get("Relation Name") == table]

    def faults(self) -> list[str]:
        """Return what would be slower in a bigger city, or for a reader of more groups."""
        return [*self._read_whole(), *self._gathered(), *self._asked_anew()]

    def _read_whole(self) -> Iterator[str]:
        """Tables, or indexes, from beginning to end: even where this reader's query never came so far."""
        for node in self.nodes:
            if node.get("Relation Name") in GROW and node["Node Type"] != "Bitmap Heap Scan" and not bounded(node):
                yield f"{node['Node Type']} over all of {node['Relation Name']}: {node.get('Filter', '')[:200]}"

    def _gathered(self) -> Iterator[str]:
        """Rows looked up in a set of all that there are."""
        gathered = {name for node in self.nodes for name in HASHED.findall(_conditions(node))}
        for node in self.nodes:
            if node.get("Subplan Name") in gathered:
                tables = {each.get("Relation Name") for each in _walk(node)} & GROW
                if tables:
                    yield f"hashed {node['Subplan Name']} over {sorted(tables)}"

    def _asked_anew(self) -> Iterator[str]:
        """The reader's settings, for each row."""
        for node in self.nodes:
            if OF_THE_READER.search(_conditions(node)):
                yield f"read for each row: {_conditions(node)[:200]}"
            if node.get("Parent Relationship") == "InitPlan" and node["Actual Loops"] > 1:
                yield f"{node['Subplan Name']} was asked {node['Actual Loops']} times: {node.get('Output')}"


def bounded(node: Node) -> bool:
    """Whether a scan begins and ends somewhere in an index."""
    return "Index Cond" in node


def plans_of(ask: Callable[[], object]) -> list[Plan]:
    """Return how each query of a question was answered, behind the walls that stand at this moment."""
    with CaptureQueriesContext(connection) as asked:
        ask()
    return [Plan(query["sql"]) for query in asked.captured_queries]


def plans_inside(function: str, variables: dict[str, tuple[str, object]]) -> list[Plan]:
    """Return the plans that a function in PL/pgSQL keeps, for any values: from outside, it is a box.

    Args:
        variables: the type and the value of each, by the names in its text.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT prosrc, coalesce(proconfig, '{}') FROM pg_proc WHERE proname = %s", [function])
        source, settings = cursor.fetchone()
        for setting in (*settings, "plan_cache_mode=force_generic_plan"):
            cursor.execute("SELECT set_config(%s, %s, true)", setting.split("=", 1))
        plans = [_prepared(cursor, text, variables) for text in _asked_in(source)]
        transaction.set_rollback(True)
    return plans


def _asked_in(source: str) -> Iterator[str]:
    for kind, text in ASKING.findall(re.sub(r"--.*", "", source[source.index("BEGIN") :])):
        yield text if kind == "RETURN QUERY" else "SELECT " + re.sub(r" INTO \w+ FROM", " FROM", text, count=1)


def _prepared(cursor: CursorWrapper, text: str, variables: dict[str, tuple[str, object]]) -> Plan:
    for number, name in enumerate(variables, 1):
        text = re.sub(rf"(?<!\.)\b(?<!AS ){name}\b", f"${number}", text)
    types, values = zip(*variables.values(), strict=True)
    cursor.execute(f"PREPARE inside ({', '.join(types)}) AS {text}")
    called = cursor.mogrify(f"EXECUTE inside ({', '.join(['%s'] * len(values))})", values)
    plan = Plan(called.decode())
    cursor.execute("DEALLOCATE inside")
    return plan


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for below in node.get("Plans", ()):
        yield from _walk(below)


def _conditions(node: Node) -> str:
    return " ".join(str(node[part]) for part in CONDITIONS if part in node)
