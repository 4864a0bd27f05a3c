"""People at their browsers, and what they do on more than one page."""

import csv
import re
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from config.environment import DEMO_PASSWORD

PARTNERSHIP = "/partnerships/rotterdam-port/"
DESK = {"width": 1280, "height": 900}
# the browser's own line about a page that answers 403, 404 or 422, as some pages here are meant to
ANSWERED = re.compile(r"Failed to load resource: the server responded with a status of (403|404|422)")


class People:
    """Opens windows; collects what any page in them complains about."""

    def __init__(self, browser: Browser, url: str, sessions: dict[str, Any]) -> None:
        self.browser, self.url, self.sessions = browser, url, sessions
        self.complaints: list[str] = []
        self.contexts: list[BrowserContext] = []

    def nobody(self, **options: Any) -> Page:
        """Return a window in which nobody is signed in."""
        context = self.browser.new_context(
            base_url=self.url, viewport=DESK, reduced_motion="reduce", locale="en-GB", **options
        )
        context.set_default_timeout(10_000)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        context.on("request", self._request)
        self.contexts.append(context)
        return context.new_page()

    def someone(self, who: str, **options: Any) -> Page:
        """Return a window of one of the demo's people of Rotterdam, signed in: `staff@police`."""
        if who not in self.sessions:
            page = self.nobody()
            sign_in(page, who)
            self.sessions[who] = page.context.storage_state()
        return self.nobody(storage_state=self.sessions[who], **options)

    def leave(self) -> None:
        """Close every window."""
        for context in self.contexts:
            context.close()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not ANSWERED.match(message.text):
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", "data:")):
            self.complaints.append(f"another host: {request.url}")


def sign_in(page: Page, who: str) -> None:
    """Sign in by the form, as anybody does, and arrive at My work."""
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(f"{who}.rotterdam.example")
    page.locator("[name=password]").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="My work")).to_be_visible()


def send(page: Page, button: str) -> None:
    """Press a button of the page's own form, and read that it is done."""
    page.locator("main").get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".message--success")).to_be_visible()


def propose_commitment(page: Page, promise: str, *, member: str, due_on: str) -> str:
    """Propose a commitment by the form, or promise it for the own agency; return the path of its page."""
    page.goto(f"{PARTNERSHIP}commitments/new/")
    page.get_by_label("Promise", exact=True).fill(promise)
    page.get_by_label("Member who promises").select_option(label=member)
    page.get_by_label("Due").fill(due_on)
    page.get_by_label("Done when").fill("A note says so.")
    page.locator("main form[method=post] button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(promise)
    return path_of(page)


def path_of(page: Page) -> str:
    """Return the path of the page that a window shows."""
    return re.sub(r"^https?://[^/]+", "", page.url)


def table_of(page: Page, path: str) -> list[list[str]]:
    """Download a list as CSV and return its lines, the head first."""
    with page.expect_download() as download:
        page.goto(path)
        page.get_by_role("link", name="Download as CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    return list(csv.reader(text.splitlines()))
