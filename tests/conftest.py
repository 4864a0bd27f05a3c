"""The suite runs as the application does: under the role that row-level security binds."""

import gc
import os
from collections.abc import Generator, Iterator

import pytest
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker
from xdist.scheduler import LoadScopeScheduling

from config.embedded.pytest_plugin import OURS
from tests.world import World
from tests.world.cache import build_once, read_back
from tests.world.migrated import SharedSchema
from tests.world.roles import APP_ROLE, as_owner, become_app

# What takes longest comes first, so that no worker of a parallel run waits for another at the end. The running demo is
# the very first: it needs no database of the tests, and mostly waits, while the next worker migrates.
LONGEST = (
    "faults/test_running_demo.py", "faults", "browser", "access/test_bad_input.py", "access/test_matrix.py", "access",
    "infosharing/test_explaining_pages.py",
)  # fmt: skip
# each of their files makes something that takes long, a demo, a database or a city; of these rooms all files make one
TOGETHER = ("tests/faults/", "tests/demo/", "tests/embedded/", "tests/infosharing/test_plans.py")
IN_ONE = ("tests/browser/", "tests/races/")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take longest; all others keep their random order."""
    items.sort(key=_begins_with)


class Groups(LoadScopeScheduling):
    """Says which tests stay together on one worker. All others share nothing but the world, and go to whoever is free.

    In place of xdist's own groups, which reach nobody since pytest 9.2: they are written into names that it computes.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if room := next((room for room in IN_ONE if file.startswith(room)), ""):
            return room
        return file if file.startswith(TOGETHER) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Groups | None:
    return Groups(config, log) if config.getoption("dist") == "loadgroup" else None


@pytest.hookimpl(optionalhook=True, wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One more than there are cores: whoever looks after a demo mostly waits, for mail and for the dead to return."""
    cores = yield
    return cores if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else cores + 1


def _begins_with(item: pytest.Item) -> int:
    return next(
        (place for place, start in enumerate(LONGEST) if item.nodeid.startswith(f"tests/{start}")), len(LONGEST)
    )


@pytest.fixture(scope="session")
def shared_schema(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SharedSchema | None]:
    """What the workers of a parallel run share: a migrated database. None for one process, or one server for all."""
    if "PYTEST_XDIST_WORKER" not in os.environ or "DATABASE_URL" not in os.environ.get(OURS, "").split():
        yield None
        return
    shared = SharedSchema(tmp_path_factory.getbasetemp().parent)
    yield shared
    shared.release()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(shared_schema: SharedSchema | None) -> None:
    """Hook of pytest-django: what comes before the test database is made."""


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, shared_schema: SharedSchema | None
) -> Iterator[None]:
    """Fill the test database, made and migrated by its owner, and hand it to the application's role."""
    if shared_schema:
        shared_schema.keep()
    options = connection.settings_dict["OPTIONS"]
    with django_db_blocker.unblock():
        build_once()
        become_app()
    options["assume_role"] = APP_ROLE
    # what is there now stays: not to be looked through again each time that what tests leave behind is collected
    gc.collect()
    gc.freeze()
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
