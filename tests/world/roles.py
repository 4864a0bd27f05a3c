"""Changing between the application's database role and the owner's, within a test."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

APP_ROLE = "concord_app"


def become_app() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {APP_ROLE}")


@contextmanager
def as_owner() -> Iterator[None]:
    """Act as the owner of the tables, whom row-level security does not bind: to build, or to test wall one alone."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            become_app()
