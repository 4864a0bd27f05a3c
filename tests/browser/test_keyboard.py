"""Working with the keyboard alone."""

from playwright.sync_api import Page, expect

from tests.browser.people import PARTNERSHIP, People

AT_MOST = 30


def _tab_to(page: Page, selector: str) -> int:
    """Press Tab until an element has the focus; return how often."""
    for presses in range(1, AT_MOST + 1):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return presses
    raise AssertionError(f"{AT_MOST} times Tab did not reach {selector}")


def test_the_first_stop_skips_to_the_content_and_the_next_is_the_first_task(people: People) -> None:
    page = people.someone("coordinator@municipality")
    page.goto("/")
    assert _tab_to(page, ".govuk-skip-link") == 1
    expect(page.get_by_role("link", name="Skip to main content")).to_be_visible()

    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()
    assert _tab_to(page, "main .task a") == 1
    assert _tab_to(page, "main .task a.govuk-button") == 1


def test_one_signs_in_without_a_mouse(people: People) -> None:
    page = people.nobody()
    page.goto("/accounts/login/")
    _tab_to(page, "[name=login]")
    page.keyboard.type("staff@harbour.rotterdam.example")
    _tab_to(page, "[name=password]")
    page.keyboard.type("concord-demo-2026")
    _tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="My work")).to_be_visible()


def test_the_main_action_of_a_list_is_the_first_one_in_its_content(people: People) -> None:
    page = people.someone("coordinator@municipality")
    for room, action in (("members", "Invite an agency"), ("commitments", "Propose a commitment")):
        page.goto(f"{PARTNERSHIP}{room}/")
        page.locator("main").focus() if page.locator("main[tabindex]").count() else _tab_to(page, ".govuk-skip-link")
        page.keyboard.press("Enter")
        _tab_to(page, "main a")
        assert page.evaluate("document.activeElement.textContent") == action


def test_single_keys_filter_go_and_explain_themselves_and_can_be_turned_off(people: People) -> None:
    page = people.someone("staff@police")
    page.goto(f"{PARTNERSHIP}commitments/")

    page.keyboard.press("/")
    expect(page.locator("[name=whose]")).to_be_focused()

    page.locator("h1").click()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    expect(dialog).to_contain_text("Search or filter this page")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    page.keyboard.press("g")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="Notes that you may see")).to_be_visible()

    page.keyboard.press("?")
    dialog.get_by_role("button", name="Turn single keys off").click()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("[name=tlp]")).not_to_be_focused()


def test_what_is_typed_is_never_taken_for_a_key(people: People) -> None:
    page = people.someone("staff@police")
    page.goto(f"{PARTNERSHIP}notes/new/")
    page.get_by_label("Title").press_sequentially("gn / ?")

    expect(page.get_by_label("Title")).to_have_value("gn / ?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()
