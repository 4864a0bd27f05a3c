"""Migrate as the owner of the tables, and let the application's role use what is made."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections

from foundation.database.migrating import models_kept

# The application's role gets rows, never structure: no TRUNCATE (row-level security does not bind it), no REFERENCES.
APP_MAY = """
    GRANT USAGE ON SCHEMA public TO concord_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO concord_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO concord_app;
"""


class Command(migrate.Command):
    """`migrate`, by default on the `owner` connection where there is one."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        if "owner" in connections:
            parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        with connections[options["database"]].cursor() as cursor:
            cursor.execute(APP_MAY)
        with models_kept():
            super().handle(*args, **options)
