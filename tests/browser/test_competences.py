"""Looking at what members can do: the matrix by keyboard and on paper, and the drawings."""

import re

from playwright.sync_api import Page, expect

from tests.browser.people import PARTNERSHIP, People
from tests.browser.waiting import wait_until

MATRIX = f"{PARTNERSHIP}competences/"
GRAPH = f"{MATRIX}graph/"
PHONE = {"width": 320, "height": 640}
# whether something was drawn: another picture than an empty canvas of that size
DRAWN = """canvases => canvases.some(canvas => {
  const empty = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
  return canvas.width > 0 && canvas.toDataURL() !== empty.toDataURL();
})"""
CORNER = "one => [one.getBoundingClientRect().left, one.getBoundingClientRect().top]"
FOCUSED = "[document.activeElement.closest('tr').rowIndex, document.activeElement.closest('td').cellIndex]"
# that the cell in focus lies beside the first column and below the head, and within the box
IN_SIGHT = """() => {
  const [cell, box] = [document.activeElement, document.querySelector(".scroll")].map(
    one => one.getBoundingClientRect());
  const first = document.activeElement.closest("tr").cells[0].getBoundingClientRect();
  const head = document.querySelector(".matrix thead").rows[0].cells[1].getBoundingClientRect();
  return cell.left >= first.right && cell.top >= head.bottom && cell.right <= box.right && cell.bottom <= box.bottom;
}"""


def _wait_until_drawn(page: Page, canvases: str) -> None:
    expect(page.locator(canvases).first).to_be_visible()
    wait_until(page, f"canvases => ({DRAWN})([...document.querySelectorAll(canvases)])", canvases)


def _walk(page: Page, *keys: str) -> list[int]:
    for key in keys:
        page.keyboard.press(key)
    place: list[int] = page.evaluate(FOCUSED)
    assert page.evaluate(IN_SIGHT)
    return place


def test_the_matrix_names_its_gap_and_its_single_dependence(people: People) -> None:
    page = people.someone("staff@police")
    page.goto(MATRIX)
    expect(page.locator(".finding")).to_contain_text("Nobody can act on “Transport inland”.")
    expect(page.locator(".finding")).to_contain_text("can act on “Laundering the proceeds”.")
    expect(page.locator(".matrix .gap")).to_contain_text("Nobody can act")
    hatched = page.locator(".matrix .gap > td").first.evaluate("cell => getComputedStyle(cell).backgroundImage")
    assert hatched.startswith("repeating-linear-gradient")


def test_the_arrow_keys_go_from_cell_to_cell_and_enter_opens_what_the_member_can_do(people: People) -> None:
    page = people.someone("staff@police")
    page.goto(MATRIX)
    page.locator(".scroll").focus()
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.cell')"):
            break
    start = _walk(page)
    assert _walk(page, "ArrowRight")[0] == start[0]
    assert _walk(page, "End")[1] > start[1]
    assert _walk(page, "Home") == start
    assert _walk(page, "ArrowDown")[0] > start[0]
    # the gap has no cell to stand on
    assert all(_walk(page, "ArrowDown")[0] != page.locator(".gap").evaluate("row => row.rowIndex") for _ in range(4))
    # one stop for Tab, not one for each cell
    assert page.locator(".matrix .cell[tabindex='0']").count() == 1

    anchor = page.evaluate("document.activeElement.hash")
    page.keyboard.press("Enter")
    expect(page.locator(f"[id='{anchor[1:]}']")).to_be_in_viewport()


def test_head_and_first_column_stay_while_the_matrix_is_scrolled(people: People) -> None:
    page = people.someone("staff@police")
    for window in (None, PHONE):
        if window:
            page.set_viewport_size(window)
        page.goto(MATRIX)
        box = page.locator(".scroll")
        box.evaluate("box => box.scrollTo(box.scrollWidth, box.scrollHeight)")
        assert box.evaluate("box => box.scrollLeft > 0 && box.scrollTop > 0")
        left, top = box.evaluate(CORNER)
        assert page.locator(".matrix thead th").first.evaluate(CORNER) == [left, top]
        assert page.locator(".matrix tbody th[scope=row]").last.evaluate(CORNER)[0] == left


def test_the_matrix_is_zoomed_by_its_filter_and_the_address_keeps_it(people: People) -> None:
    page = people.someone("staff@police")
    page.goto(MATRIX)
    page.get_by_label("Approach").select_option(label="Victim-focused")
    page.get_by_label("Members", exact=True).select_option(label="Only those that can act")
    page.get_by_role("button", name="Filter").click()
    expect(page).to_have_url(re.compile(r"approach=VF.*members=acting"))
    assert set(page.locator(".matrix .approach__letters").all_inner_texts()) == {"VF"}


def test_the_whole_matrix_is_on_paper_across_with_its_letters(people: People) -> None:
    page = people.someone("staff@police")
    page.goto(MATRIX)
    _wait_until_drawn(page, "#chart")
    assert b"/MediaBox [0 0 841" in page.pdf(prefer_css_page_size=True)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1032, "height": 700})
    # the chart follows the width of the paper a moment later
    wait_until(page, "document.documentElement.scrollWidth <= 1032")
    expect(page.locator(".scroll")).to_have_css("overflow", "visible")
    expect(page.locator(".matrix .approach__letters").last).to_be_visible()
    expect(page.locator(".filter")).to_be_hidden()


def test_the_chart_is_drawn_and_says_the_same_as_its_table(people: People) -> None:
    page = people.someone("staff@police")
    for window in (None, PHONE):
        if window:
            page.set_viewport_size(window)
        page.goto(MATRIX)
        _wait_until_drawn(page, "#chart")
    chart = page.get_by_role("img", name="Nobody can act at “Transport inland”")
    expect(chart).to_have_attribute("aria-describedby", "chart-words")
    expect(page.locator("figure.chart table")).to_contain_text("Transport inland")


def test_who_needs_whom_is_drawn_moved_by_buttons_and_told_in_words(people: People) -> None:
    page = people.someone("lead@municipality")
    page.goto(GRAPH)
    _wait_until_drawn(page, "#graph canvas")
    shown = [page.locator("#graph").screenshot()]
    for name in ("Closer", "Left", "All of it"):
        page.get_by_role("button", name=name).focus()
        page.keyboard.press("Enter")
        page.wait_for_timeout(100)
        shown.append(page.locator("#graph").screenshot())
        assert shown[-1] != shown[-2]
    words = page.locator("#graph-words li").all_inner_texts()
    assert any("Municipality of Rotterdam needs" in sentence for sentence in words)
    expect(page.locator("main table tbody tr")).to_have_count(len(words))
    # the library added no style of its own
    assert page.locator("style").count() == 0


def test_without_a_script_the_same_is_there_in_words(people: People) -> None:
    page = people.someone("staff@police", java_script_enabled=False)
    page.goto(MATRIX)
    expect(page.locator(".chart__box")).to_be_hidden()
    expect(page.locator("figure.chart table")).to_be_visible()
    page.goto(GRAPH)
    expect(page.locator(".graph__box")).to_be_hidden()
    expect(page.locator("#graph-words li").first).to_be_visible()


def test_a_long_list_of_competences_is_narrowed_by_words(people: People) -> None:
    page = people.someone("coordinator@municipality")
    page.goto(MATRIX)
    page.get_by_role("link", name="Laundering the proceeds").click()
    page.get_by_role("link", name="Add a barrier").click()
    boxes = page.locator(".ticklist .govuk-checkboxes__item")
    everything = boxes.count()
    page.get_by_label("Audit, estimate, levy and recover tax").check()
    page.get_by_label("Show only those with these words").fill("containers search")
    shown = [box for box in boxes.all() if box.is_visible()]
    assert 0 < len(shown) < everything
    expect(page.get_by_label("Audit, estimate, levy and recover tax")).to_be_hidden()
    page.get_by_label("Show only those with these words").fill("")
    expect(page.get_by_label("Audit, estimate, levy and recover tax")).to_be_checked()
