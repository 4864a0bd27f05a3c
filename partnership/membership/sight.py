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

from foundation import clock

# Who reads from now on, and at what moment the clock stands, if it does; told is what was before, in one question:
# every request asks it.
ENTER = """
    WITH before AS MATERIALIZED (
        SELECT nullif(current_setting('sight.person', true), '')::bigint AS reader,
               coalesce(current_setting('sight.moment', true), '') AS moment)
    SELECT reader, moment, sight.enter(%s), set_config('sight.moment', %s, true) FROM before
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
        moment = clock.standing()
        outer, before, *_ = _ask(ENTER, person_id, moment.isoformat() if moment else "")
        yield
        if nested and not connection.needs_rollback:
            # a released savepoint keeps SET LOCAL: without this the reader would outlive the block
            _give_back_to(outer, before)


def _give_back_to(reader: int | None, moment: str) -> None:
    if reader is None:
        _ask("SELECT sight.leave(), set_config('sight.moment', %s, true)", moment)
    else:
        _ask(ENTER, reader, moment)


def _ask(question: str, *parameters: int | str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question, parameters)
        return cursor.fetchone()


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
