"""Waiting for something in a page that no locator names.

`Page.wait_for_function` evaluates words inside the page, which its content security policy refuses from the second
look on.
"""

import time

from playwright.sync_api import Page

PATIENCE = 10


def wait_until(page: Page, condition: str, argument: object = None) -> None:
    """Look until a condition, as JavaScript, is true in a page.

    Raises:
        AssertionError: it was not, for ten seconds.
    """
    end = time.monotonic() + PATIENCE
    while not page.evaluate(condition, argument):
        assert time.monotonic() < end, f"never true: {condition}"
        page.wait_for_timeout(50)
