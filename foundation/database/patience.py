"""How long the web server waits for PostgreSQL: a server that is frozen gives neither an answer nor an error.

The server's own `statement_timeout` ends what is slow, but not what a stopped process or a lost machine leaves open.
psycopg2 asks this callback to wait in its place; when it raises, the connection is closed, and the next request opens
another.
"""

import select
import time
from typing import Any

import psycopg2  # type: ignore[import-untyped]
from psycopg2 import extensions

CONNECT_WITHIN = 3.0
ANSWER_WITHIN = 5.0


def bound_waiting() -> None:
    """Let no query of this process wait for longer than ANSWER_WITHIN. COPY does not work from then on."""
    extensions.set_wait_callback(wait)


def wait(connection: Any) -> None:
    """Wait until the server has answered.

    Raises:
        psycopg2.OperationalError: it did not in time. Django's error of that name is answered 503.
    """
    patience = CONNECT_WITHIN if connection.status == extensions.STATUS_SETUP else ANSWER_WITHIN
    deadline = time.monotonic() + patience
    while (state := connection.poll()) != extensions.POLL_OK:
        poller = select.poll()
        poller.register(connection.fileno(), select.POLLIN if state == extensions.POLL_READ else select.POLLOUT)
        if not poller.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise psycopg2.OperationalError(f"the database did not answer within {patience:.0f} seconds")
