"""Trying something that the test takes back, and what the database refuses."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever the block changed."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def database_refuses(constraint: str) -> Iterator[None]:
    """Expect that the database itself refuses what the block writes, at the latest when it would be committed."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():  # noqa: PT012 whichever statement
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
