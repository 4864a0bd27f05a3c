"""The second wall's door: tells the database who is reading.

Within `sight(person)` PostgreSQL's row-level security shows what that person may see. The person's groups are read in
the database, by one call, and hold for the transaction alone; outside of it, a query on a protected table fails
(docs/decisions/0003-two-walls.md).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

# who reads from now on; told is who read before, in one question: every request asks it
ENTER = """
    WITH before AS MATERIALIZED (SELECT nullif(current_setting('sight.person', true), '')::bigint AS reader)
    SELECT reader, sight.enter(%s) FROM before
"""


@contextmanager
def sight(person_id: int) -> Iterator[None]:
    """Open a transaction in which the database shows what a person may see.

    Within another's sight it is that person's until the block ends, and the other's again from then on.

    Args:
        person_id: key of the reader; of somebody inactive or unknown nothing is visible.
    """
    nested = connection.in_atomic_block
    with transaction.atomic():
        outer = _ask(ENTER, person_id)
        yield
        if nested and not connection.needs_rollback:
            # a released savepoint keeps SET LOCAL: without this the reader would outlive the block
            _give_back_to(outer)


def _give_back_to(reader: int | None) -> None:
    if reader is None:
        _ask("SELECT sight.leave()")
    else:
        _ask("SELECT sight.enter(%s)", reader)


def _ask(question: str, *parameters: int) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question, parameters)
        return cursor.fetchone()[0]


class SightMiddleware:
    """Answers each request of a signed-in person inside `sight`, rendering included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        if actor is None:
            return self.get_response(request)
        with sight(actor.person_id):
            response = self.get_response(request)
            if response.status_code >= 500:
                # services undo themselves; this is for what broke outside of one
                transaction.set_rollback(True)
            return response
