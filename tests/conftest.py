"""The suite runs as the application does: under the role that row-level security binds."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests.world import World
from tests.world.cache import build_once, read_back
from tests.world.roles import APP_ROLE, as_owner, become_app


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file on one worker of a parallel run, and those of the browser: they share one demo."""
    for item in items:
        folder = item.path.parent.name
        item.add_marker(pytest.mark.xdist_group(folder if folder == "browser" else str(item.path)))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Fill the test database, made and migrated by its owner, and hand it to the application's role."""
    options = connection.settings_dict["OPTIONS"]
    with django_db_blocker.unblock():
        build_once()
        become_app()
    options["assume_role"] = APP_ROLE
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _as_owner(TransactionTestCase._fixture_teardown))
        yield
    del options["assume_role"]
    with django_db_blocker.unblock():
        connection.close()


def _as_owner(teardown: object) -> object:
    """Empty the tables as their owner: the application may not."""

    def wrapped(self: TransactionTestCase) -> None:
        with as_owner():
            teardown(self)  # type: ignore[operator]

    return wrapped


@pytest.fixture
def world(db: None) -> World:
    """One populated city, with near-miss strangers."""
    with as_owner():
        return read_back()
