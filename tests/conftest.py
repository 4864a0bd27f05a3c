"""The suite runs as the application does: under the role that row-level security binds."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests.world import World
from tests.world.cache import build_once, read_back
from tests.world.roles import APP_ROLE, as_owner, become_app

# what takes longest comes first, so that no worker of a parallel run waits for another at the end
LONGEST = ("faults", "browser", "access")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which tests stay together on one worker of a parallel run, and begin with those that take long.

    Those of a file, since they may share what is made for it; those of the browser, which share one demo. Those of
    access share nothing but the world. What is not among the longest keeps its random order.
    """
    for item in items:
        folder = item.path.parent.name
        group = {"browser": folder, "access": item.nodeid}.get(folder, str(item.path))
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: LONGEST.index(folder) if (folder := item.path.parent.name) in LONGEST else len(LONGEST))


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
