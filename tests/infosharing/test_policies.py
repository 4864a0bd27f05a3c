"""What the database's own catalogue says of wall two: a rule for all policies, and nothing that goes around them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from tests.world.roles import APP_ROLE, as_owner

pytestmark = pytest.mark.django_db

POLICIES = (
    "SELECT tablename || '.' || policyname, coalesce(qual, '') || ' ' || coalesce(with_check, '') FROM pg_policies"
)
# of what the transaction was told, not of a row: read once for each query where it stands in a SELECT of its own
OF_THE_READER = re.compile(r"(?<!SELECT )sight\.\w+\((?:'[^']*'::text)?\)")
PROTECTED = "SELECT oid FROM pg_class WHERE relrowsecurity"
# What is read past the policies, on purpose: reminders are made for everybody at once, of dates and keys alone
# (test_request_walls.py holds the view to that).
PAST_THE_WALL = {"requests_to_answer"}


def rows(question: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, parameters or None)
        return list(cursor.fetchall())


def names(question: str, *parameters: Any) -> set[str]:
    return {name for name, *_ in rows(question, *parameters)}


def inner(text: str, opening: str) -> Iterator[str]:
    """Yield what stands between each opening, which ends in a bracket, and its closing one."""
    for found in re.finditer(re.escape(opening), text):
        depth, start = 1, found.end()
        for place in range(start, len(text)):
            depth += {"(": 1, ")": -1}.get(text[place], 0)
            if depth == 0:
                yield text[start:place].strip()
                break


# --- what policies cost --------------------------------------------------------------------------------
def slow_policies() -> set[str]:
    """Return policies that read the reader's settings for each row, or may gather all that a reader sees."""
    protected = "|".join(names("SELECT relname FROM pg_class WHERE relrowsecurity"))
    gathers = re.compile(rf"(?:FROM|JOIN) \(*(?:public\.)?(?:{protected})\b")
    return {
        name
        for name, text in rows(POLICIES)
        if OF_THE_READER.search(text)
        or not all(each.endswith("OFFSET 0") for each in inner(text, "EXISTS ("))
        or any(gathers.search(each) for each in inner(text, " IN ("))
    }


def test_policies_read_the_reader_once_a_query_and_probe_row_by_row() -> None:
    assert slow_policies() == set()


@pytest.mark.parametrize(
    "tidied",
    [
        "owner_id = ANY(sight.ints('sight.own')::bigint[])",
        "author_id = sight.person()",
        "EXISTS (SELECT FROM grants_notegroupgrant g WHERE g.content_object_id = notes_note.id)",
        "id IN (SELECT g.content_object_id FROM grants_notegroupgrant g)",
    ],
)
def test_a_policy_that_was_tidied_is_found(tidied: str) -> None:
    with as_owner():
        rows(f"CREATE POLICY tidied ON notes_note FOR DELETE TO {APP_ROLE} USING ({tidied}); SELECT ''")
        assert slow_policies() == {"notes_note.tidied"}


def test_what_a_policy_asks_changes_nothing() -> None:
    """A function that may write is asked for each row, whatever stands around it."""
    assert not names(
        "SELECT p.oid::regprocedure::text FROM pg_depend d JOIN pg_proc p ON p.oid = d.refobjid"
        " WHERE d.classid = 'pg_policy'::regclass AND d.refclassid = 'pg_proc'::regclass AND p.provolatile = 'v'"
    )


# --- whom policies let through ---------------------------------------------------------------------------
def test_each_policy_is_for_one_command_of_the_application_alone() -> None:
    """One for all commands would let a reader remove what they may read."""
    lax = "SELECT tablename || '.' || policyname FROM pg_policies"
    assert not names(f"{lax} WHERE cmd = 'ALL' OR roles <> ARRAY['{APP_ROLE}'::name] OR permissive <> 'PERMISSIVE'")
    assert not names(f"{lax} WHERE cmd IN ('SELECT', 'UPDATE', 'DELETE') AND coalesce(qual, 'true') = 'true'")
    assert not names(f"{lax} WHERE cmd = 'INSERT' AND coalesce(with_check, 'true') = 'true'")


def test_every_protected_table_says_who_reads_it() -> None:
    silent = "SELECT oid::regclass::text FROM pg_class c WHERE relrowsecurity AND NOT EXISTS"
    assert not names(f"{silent} (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd = 'r')")


def test_whatever_refers_to_something_protected_is_protected_or_out_of_reach() -> None:
    referring = names(
        f"SELECT DISTINCT c.conrelid::regclass::text FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid"
        f" WHERE c.contype = 'f' AND c.confrelid IN ({PROTECTED}) AND NOT t.relrowsecurity"
    )
    assert {table for table in referring if reachable(table)} == set()
    assert len(names("SELECT oid::regclass::text FROM pg_class WHERE relrowsecurity")) > 20


def reachable(table: str) -> bool:
    may = "SELECT has_any_column_privilege(%(app)s, %(table)s, 'SELECT, INSERT, UPDATE')"
    with connection.cursor() as cursor:
        cursor.execute(f"{may} OR has_table_privilege(%(app)s, %(table)s, 'DELETE')", {"app": APP_ROLE, "table": table})
        return bool(cursor.fetchone()[0])


# --- ways around them ----------------------------------------------------------------------------------
def test_no_view_shows_the_application_what_a_policy_hides() -> None:
    """A view asks as whoever owns it, whom no policy binds."""
    views = names(
        f"""
        WITH RECURSIVE over AS (
            SELECT oid FROM pg_class WHERE relrowsecurity
            UNION
            SELECT r.ev_class FROM over
            JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
                            AND d.refobjid = over.oid
            JOIN pg_rewrite r ON r.oid = d.objid
        )
        SELECT oid::regclass::text FROM pg_class JOIN over USING (oid)
        WHERE relkind IN ('v', 'm') AND has_any_column_privilege('{APP_ROLE}', oid, 'SELECT')
          AND NOT coalesce('security_invoker=true' = ANY(reloptions), false)
        """
    )
    assert views == PAST_THE_WALL


OURS = """
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname IN ('public', 'sight') AND (n.nspname = 'sight' OR p.prosecdef)
"""


def test_functions_of_the_wall_look_up_names_where_nobody_else_writes() -> None:
    assert len(rows(f"SELECT 1 {OURS}")) > 50
    pinned = "coalesce(p.proconfig @> ARRAY['search_path=pg_catalog, pg_temp'], false)"
    assert not names(f"SELECT p.oid::regprocedure::text {OURS} AND NOT {pinned}")


def test_functions_of_the_wall_are_called_by_the_application_alone() -> None:
    """Triggers excepted: nobody calls these, and making one needs a table of one's own, which the application cannot
    have."""
    public = "EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0)"
    assert not names(f"SELECT p.oid::regprocedure::text {OURS} AND p.prorettype <> 'trigger'::regtype AND {public}")


def test_the_application_owns_nothing_and_is_nobody_else() -> None:
    owned = "SELECT classid::regclass::text FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass"
    assert not names(f"{owned} AND refobjid = '{APP_ROLE}'::regrole AND deptype = 'o'")
    assert not rows(f"SELECT 1 FROM pg_auth_members WHERE member = '{APP_ROLE}'::regrole")
    assert rows(
        "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication FROM pg_roles"
        f" WHERE rolname = '{APP_ROLE}'"
    ) == [(False,)]


@pytest.mark.parametrize("right", ["TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"])
def test_the_application_gets_rows_and_never_structure(right: str) -> None:
    """Row-level security binds neither TRUNCATE nor the check of a foreign key."""
    tables = "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm')"
    assert not names(f"{tables} AND has_table_privilege('{APP_ROLE}', oid, %s)", right)


def test_the_application_makes_nothing_in_the_schemas_that_are_searched() -> None:
    schemas = (
        "SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_temp%%' AND has_schema_privilege(%s, oid, %s)"
    )
    assert not names(schemas, APP_ROLE, "CREATE")


def test_the_application_has_no_temporary_tables_in_the_database_that_was_provisioned() -> None:
    """They would shadow real ones. The database of the tests is Django's making, and not asked."""
    temporary = "SELECT datname FROM pg_database WHERE datname = 'concord' AND has_database_privilege(%s, oid, 'TEMP')"
    assert not names(temporary, APP_ROLE)
