"""When a server behind us is away, people and programs are told plainly, wherever in the request it shows."""

import pytest
import redis.exceptions
from django.db import OperationalError
from django.test import Client

from accounts.people import middleware
from foundation.work import web
from tests.access.callers import caller
from tests.world import World


def away(error: Exception) -> object:
    def fail(*args: object, **kwargs: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize("error", [OperationalError("gone"), redis.exceptions.ConnectionError("gone")])
def test_a_page_says_503_when_a_view_finds_a_server_away(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    client = caller(world, "coordinator")
    monkeypatch.setattr(web, "needs_of", away(error))
    answer = client.get("/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "15"
    assert "gone" not in answer.content.decode()


def test_a_page_says_503_when_a_middleware_finds_the_database_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "_actor_of_session", away(OperationalError("gone")))
    answer = Client(raise_request_exception=False).get("/partnerships/")
    assert answer.status_code == 503


def test_a_program_gets_a_problem_when_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "actor_of_token", away(OperationalError("gone")))
    answer = Client(raise_request_exception=False).get("/api/v1/memberships")
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "unavailable"
