"""One city for all races: a copy of the database, so that what twenty people leave behind is thrown away with it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from foundation.notifications import tasks
from tests.races.crew import Crew
from tests.world import World
from tests.world.cache import read_back
from tests.world.roles import as_owner


@pytest.fixture(scope="package")
def db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database that all races share, in place of a transaction for each test; no worker sends what is queued."""
    with django_db_blocker.unblock(), _copy(), pytest.MonkeyPatch.context() as patch:
        # as while the broker is away: the next tick would carry it out
        patch.setattr(tasks.deliver, "delay", lambda: None)
        yield


@pytest.fixture(scope="package")
def world(db: None) -> World:
    """The populated city, committed."""
    with as_owner():
        return read_back()


@pytest.fixture(scope="package")
def crew(world: World) -> Iterator[Crew]:
    crew = Crew()
    yield crew
    crew.dismiss()


@contextmanager
def _copy() -> Iterator[None]:
    """Work in a copy of the test database, which costs less than emptying the tables and building a city anew."""
    settings = connection.settings_dict
    original, copy = settings["NAME"], f"{settings['NAME']}_races"
    connection.close()
    _as_server(f'DROP DATABASE IF EXISTS "{copy}"', f'CREATE DATABASE "{copy}" TEMPLATE "{original}"')
    settings["NAME"] = copy
    try:
        yield
    finally:
        connection.close()
        settings["NAME"] = original
        _as_server(f'DROP DATABASE "{copy}" WITH (FORCE)')


def _as_server(*statements: str) -> None:
    parameters = {**connection.get_connection_params(), "dbname": "postgres"}
    server = connection.Database.connect(**parameters)
    server.autocommit = True
    with closing(server), server.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
