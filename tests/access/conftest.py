"""What is refused thousands of times in a test is not kept: a line of the log holds its request, body and all."""

import logging
import pickle
from collections.abc import Iterator

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from accounts.people.models import Person
from accounts.signin.backends import PersonBackend


@pytest.fixture(autouse=True)
def refusals_are_not_kept() -> Iterator[None]:
    """Defects are still logged, with their traceback."""
    loggers = [logging.getLogger(name) for name in ("django.request", "django.security")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
def callers_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Session and person are read for the first request of each caller, and given anew to the thousands that follow.

    For a test that takes back all that a request did: a second look would find the same. That each request does look
    is tested in tests/accounts/test_signed_in.py.
    """
    read_session, sessions = SessionStore._get_session_from_db, dict[str, Session]()
    read_person, people = PersonBackend.get_user, dict[int, bytes]()

    def session(self: SessionStore) -> Session | None:
        if (key := self.session_key) in sessions:
            return sessions[key]
        found: Session | None = read_session(self)
        if found:
            sessions[key] = found
        return found

    def person(self: PersonBackend, user_id: int) -> Person | None:
        if user_id not in people:
            people[user_id] = pickle.dumps(read_person(self, user_id))
        again: Person | None = pickle.loads(people[user_id])
        return again

    monkeypatch.setattr(SessionStore, "_get_session_from_db", session)
    monkeypatch.setattr(PersonBackend, "get_user", person)
