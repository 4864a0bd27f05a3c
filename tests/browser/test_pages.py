"""Every page: open to everybody, whatever their eyes, hands and windows."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.browser.people import DESK, PARTNERSHIP, People

PHONE = {"width": 320, "height": 640}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = "rules => axe.run({runOnly: rules, resultTypes: ['violations']}).then(found => found.violations)"

COORDINATOR, POLICE = "coordinator@municipality", "staff@police"
PAGES = {
    "sign in": ("", "/accounts/login/", "Sign in"),
    "reset the password": ("", "/accounts/password/reset/", "Reset your password"),
    "my work": (COORDINATOR, "/", "My work"),
    "partnerships": (COORDINATOR, "/partnerships/", "Partnerships of Municipality of Rotterdam"),
    "start a partnership": (COORDINATOR, "/partnerships/new/", "Start a partnership"),
    "partnership": (COORDINATOR, PARTNERSHIP, "Overview"),
    "members": (COORDINATOR, f"{PARTNERSHIP}members/", "Members"),
    "invite": (COORDINATOR, f"{PARTNERSHIP}members/invite/", "Invite an agency"),
    "responsibilities": (COORDINATOR, f"{PARTNERSHIP}responsibilities/", "Responsibilities"),
    "propose a responsibility": (COORDINATOR, f"{PARTNERSHIP}responsibilities/new/", "Propose a responsibility"),
    "commitments": (COORDINATOR, f"{PARTNERSHIP}commitments/", "Commitments"),
    "no commitments": (COORDINATOR, f"{PARTNERSHIP}commitments/?whose=mine&state=declined", "Commitments"),
    "propose a commitment": (COORDINATOR, f"{PARTNERSHIP}commitments/new/", "Propose a commitment"),
    "who covers what": (COORDINATOR, f"{PARTNERSHIP}competences/", "Who covers what"),
    "who covers what, in one approach": (POLICE, f"{PARTNERSHIP}competences/?approach=VF", "Who covers what"),
    "who needs whom": (COORDINATOR, f"{PARTNERSHIP}competences/graph/", "Who needs whom"),
    "describe a crime": (COORDINATOR, f"{PARTNERSHIP}competences/processes/new/", "Describe a crime as a process"),
    "copy from the catalogue": (COORDINATOR, f"{PARTNERSHIP}competences/copy/", "Copy from the catalogue"),
    "import a register": (COORDINATOR, f"{PARTNERSHIP}competences/import/", "Import a register"),
    "notes": (POLICE, "/notes/", "Notes that you may see"),
    "notes of a partnership": (POLICE, f"{PARTNERSHIP}notes/", "Notes that you may see"),
    "how notes are written": (COORDINATOR, f"{PARTNERSHIP}notes/conventions/", "How we write notes"),
    "notes kept longer": (COORDINATOR, f"{PARTNERSHIP}notes/prolongations/", "Notes kept longer"),
    "notes taken back": (POLICE, "/notes/recalls/", "Notes taken back"),
    "write a note": (POLICE, f"{PARTNERSHIP}notes/new/", "Write a note"),
    "inbox": (COORDINATOR, "/inbox/", "Inbox"),
    "settings": (COORDINATOR, "/settings/", "Settings"),
    "not found": (COORDINATOR, "/nothing/here/", "There is nothing here for you"),
    "forbidden": (POLICE, f"{PARTNERSHIP}members/invite/", "You may not do this"),
    "broken": ("", "/ui/?page=broken", "Something went wrong on our side"),
    "away": ("", "/ui/?page=away", "Concord is not available for a moment"),
}
# pages whose address one finds on another
FURTHER = {
    "member": (COORDINATOR, f"{PARTNERSHIP}members/", "Customs, Rotterdam port"),
    "responsibility": (COORDINATOR, f"{PARTNERSHIP}responsibilities/", "Scan selected containers"),
    "commitment": (COORDINATOR, f"{PARTNERSHIP}commitments/", "The harbour authority will list the unlit quays"),
    "agreement": (COORDINATOR, f"{PARTNERSHIP}agreement/", "Covenant of the Rotterdam port partnership"),
    "step of a crime": (COORDINATOR, f"{PARTNERSHIP}competences/", "Laundering the proceeds"),
    "note with a table": (POLICE, f"{PARTNERSHIP}notes/", "Extraction attempts: hours and basins to watch"),
}


def _violations(page: Page) -> list[str]:
    found: list[dict[str, Any]] = page.evaluate(RUN, RULES)
    return [f"{one['id']}: {one['help']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def _assert_open_to_everybody(page: Page) -> None:
    """At a desk and on a phone: nothing for axe-core to find, and nothing that makes the page wider than the window."""
    page.evaluate(AXE_SCRIPT)
    for window in (DESK, PHONE):
        page.set_viewport_size(window)
        assert _violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= window["width"]


@pytest.mark.parametrize("name", PAGES)
def test_page_is_open_to_everybody(people: People, name: str) -> None:
    who, path, heading = PAGES[name]
    page = people.someone(who) if who else people.nobody()
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    _assert_open_to_everybody(page)


@pytest.mark.parametrize("name", FURTHER)
def test_further_page_is_open_to_everybody(people: People, name: str) -> None:
    who, path, link = FURTHER[name]
    page = people.someone(who)
    page.goto(path)
    page.locator("main").get_by_role("link", name=link).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(link)
    _assert_open_to_everybody(page)


def _with_mistakes(page: Page) -> None:
    page.goto(f"{PARTNERSHIP}commitments/new/")
    page.get_by_role("button", name="Propose").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()


def _with_an_audience(page: Page) -> None:
    page.goto(f"{PARTNERSHIP}notes/new/")
    page.get_by_label("What it is about").select_option("place")
    expect(page.get_by_label("Customs, Rotterdam port", exact=True)).to_have_count(1)
    page.get_by_label("Agencies and circles that I name").check()
    page.get_by_label("Customs, Rotterdam port", exact=True).check()
    expect(page.locator("#who-sees")).to_contain_text("Customs, Rotterdam port")


def _with_its_menu(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto(PARTNERSHIP)
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("link", name="Inbox")).to_be_visible()


def _with_its_keys(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Keyboard").click()
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()


@pytest.mark.parametrize("open_it", [_with_mistakes, _with_an_audience, _with_its_menu, _with_its_keys])
def test_page_in_use_is_open_to_everybody(people: People, open_it: Callable[[Page], None]) -> None:
    page = people.someone(COORDINATOR)
    open_it(page)
    _assert_open_to_everybody(page)
