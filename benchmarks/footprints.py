"""What it costs a reader that their reading is recorded: the page of a note, until its last byte is there.

It is recorded when the server closes the answer, after that (docs/decisions/0012-readings-and-recalls.md). The server's
own time is measured too, and nothing is promised of it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any
from unittest.mock import patch

from django.contrib.auth import get_user_model
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test import Client, RequestFactory

from benchmarks.measure import Contender
from benchmarks.report import Case, Row, Target, WrongAnswer, at_most, promised
from benchmarks.steps import Desk

READING, SERVING = "reading a note, recorded", "serving it, and recording"
OF_UNRECORDED = 1.1
RECORDED = "SELECT count(*) FROM readers_reading WHERE note_id = %s AND person_id = %s"


class Visit:
    """A person of an agency that a note was shared with opens its page."""

    def __init__(self, desk: Desk) -> None:
        """Sign in."""
        agency = desk.note.partnership.memberships.exclude(pk=desk.note.owner_id).latest("pk").agency_id
        self.person = get_user_model().objects.filter(agency_id=agency).earliest("pk")
        self.desk, self.handler = desk, WSGIHandler()
        browser = Client()
        browser.force_login(self.person)
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
        self.request = (
            RequestFactory().get(desk.note.get_absolute_url(), headers={"cookie": cookies, "host": "localhost"}).environ
        )

    @contextmanager
    def asked(self, *, recorded: bool, closed: bool = False) -> Iterator[None]:
        """Prepare to ask; the answer is closed, and so recorded, untimed.

        Args:
            recorded: whether it is to be recorded.
            closed: whether closing is timed with it.
        """
        self.closed, self.answer = closed, None
        unrecorded = patch("infosharing.notes.web.record_after", lambda *_args, **_options: None)
        with nullcontext() if recorded else unrecorded:
            yield
            if self.answer is not None and not closed:
                self.answer.close()

    def read(self) -> bytes:
        """Return the page."""
        self.answer = self.handler(dict(self.request), _start)
        page = b"".join(self.answer)
        if self.closed:
            self.answer.close()
        return page

    def recorded(self) -> int:
        with connections[self.desk.owner].cursor() as cursor:
            cursor.execute(RECORDED, [self.desk.note.pk, self.person.pk])
            return int(cursor.fetchone()[0])


def cases(desk: Desk) -> Iterator[Case]:
    """Yield the page, recorded and, as `floor`, not.

    Raises:
        WrongAnswer: it does not show the note, or was not recorded where it is to be, or was where not.
    """
    visit = Visit(desk)
    for name, closed in ((READING, False), (SERVING, True)):
        case = Case(
            name,
            Contender(visit.read, within=partial(visit.asked, recorded=True, closed=closed)),
            Contender(visit.read, within=partial(visit.asked, recorded=False, closed=closed)),
        )
        for who, contender in case.contenders().items():
            before = visit.recorded()
            page: Any = contender.answer()
            if desk.note.title.encode() not in page or visit.recorded() - before != (who == "ours"):
                raise WrongAnswer(f"{name}: {who} was recorded {visit.recorded() - before} times")
        yield case


def targets(rows: Iterable[Row]) -> Iterator[Target]:
    """Yield what is promised of reading."""
    for row in promised(rows, READING):
        yield at_most(row, times=OF_UNRECORDED, of="unrecorded")


def _start(*_status_and_headers: object) -> None:
    """Take what WSGI hands over before the body."""
