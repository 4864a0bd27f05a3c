"""A real browser before the real demo: gunicorn, PostgreSQL, Celery, the Redis protocol and a mail sink, all running.

The demo lives as long as the test run. The browser lives as long as one file of tests: while it runs, so does an event
loop in this thread, and Django would refuse the database to the tests of other folders.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.people import People
from tests.faults.loaded import demo_from_copy
from tests.faults.running import Demo

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser, by what it asks for."""
    for item in items:
        if HERE in item.path.parents and "people" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def program() -> str:
    """Return the path of a Chromium, or skip: no test of ours downloads one."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed here")
    return found


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo, freshly loaded; everything it started ends with the test run."""
    with demo_from_copy(tmp_path_factory) as running:
        yield running


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(program: str, playwright: Playwright) -> Iterator[Browser]:
    started = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
    yield started
    started.close()


@pytest.fixture(scope="session")
def sessions() -> dict[str, object]:
    """Who has signed in already, and with which cookies: each person signs in once."""
    return {}


@pytest.fixture
def people(browser: Browser, demo: Demo, sessions: dict[str, object]) -> Iterator[People]:
    """The people of the demo, each with a window of their own.

    After the test: no page said an error, none broke the content security policy, none asked another host.
    """
    gathered = People(browser, demo.url, sessions)
    yield gathered
    gathered.leave()
    assert gathered.complaints == []
