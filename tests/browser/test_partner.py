"""What the staff of partner agencies do: keep what they promised, and decide who reads what they write."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from foundation import clock
from tests.browser.people import PARTNERSHIP, People, path_of, propose_commitment, send, table_of

SOON = (clock.today() + timedelta(days=12)).isoformat()
CUSTOMS = "Customs, Rotterdam port"


def test_customs_accepts_and_keeps_a_commitment_and_the_police_verifies_it(people: People) -> None:
    promise = "Customs will scan the empty containers of the Eemhaven for two weeks."
    path = propose_commitment(people.someone("coordinator@municipality"), promise, member=CUSTOMS, due_on=SOON)

    customs = people.someone("staff@customs")
    customs.goto("/")
    customs.locator("main .task", has_text=promise).get_by_role("link", name="Accept or decline").click()
    assert path_of(customs) == path
    customs.get_by_role("link", name="Accept for my agency").click()
    send(customs, "Accept")
    customs.get_by_role("link", name="It is done").click()
    customs.get_by_label("What shows that it is done").fill("The log of the two weeks.")
    send(customs, "Claim it done")
    expect(customs.get_by_role("button", name="Verify")).to_have_count(0)

    police = people.someone("staff@police")
    police.goto(path)
    send(police, "Verify: it is done")
    expect(police.locator("main .state", has_text="Verified")).to_be_visible()
    history = police.locator(".timeline").first
    expect(history).to_contain_text("Port liaison officer (customs)")
    expect(history.locator(".timeline__title").first).to_have_text("Verified")


def _write(page: Page, title: str) -> None:
    """Fill in a note up to the choice of its audience."""
    page.goto(f"{PARTNERSHIP}notes/")
    page.get_by_role("link", name="Write a note").click()
    page.get_by_label("Title").fill(title)
    page.get_by_label("Text").fill("Two vans stood at **the fence** of the Waalhaven, three nights in a row.")
    # the agreement says by category who can receive it
    page.get_by_label("What it is about").select_option("place")


def test_a_note_for_customs_alone_is_found_by_customs_never_by_tax_and_ends_when_withdrawn(people: People) -> None:
    title = "Two vans at the fence of the Waalhaven"
    police = people.someone("staff@police")
    _write(police, title)
    expect(police.get_by_label(CUSTOMS, exact=True)).to_have_count(1)
    police.get_by_label("Agencies and circles that I name").check()
    police.get_by_label(CUSTOMS, exact=True).check()
    expect(police.locator("#who-sees")).to_have_text(f"{CUSTOMS} and your own agency will see this, nobody else.")
    send(police, "Share this note")
    path = path_of(police)

    _customs_reads(people, title, path)
    _tax_finds_nothing(people, title, path)

    police.get_by_role("link", name="Withdraw").click()
    expect(police.locator(".confirm")).to_contain_text(
        f"1 other will no longer see it anywhere, from this moment on: {CUSTOMS}."
    )
    police.get_by_label("Reason").fill("They belonged to a contractor.")
    send(police, "Withdraw it")

    customs = people.someone("staff@customs")
    assert customs.goto(path).status == 404
    customs.goto("/notes/")
    expect(customs.get_by_role("link", name=title)).to_have_count(0)


def _customs_reads(people: People, title: str, path: str) -> None:
    page = people.someone("staff@customs")
    page.goto("/")
    page.get_by_role("link", name=title).click()
    assert path_of(page) == path
    bars = page.locator(".marking__bar")
    expect(bars).to_have_count(2)
    expect(bars.first).to_contain_text("TLP:AMBER+STRICT")
    expect(bars.first).to_contain_text("They tell only those of their own people who need to know.")
    expect(page.locator(".prose strong")).to_have_text("the fence")
    names = page.get_by_role("region", name="Who can see this").locator("dt")
    assert names.all_inner_texts() == ["Seaport Police Rotterdam", CUSTOMS]
    expect(page.get_by_role("link", name="Withdraw")).to_have_count(0)
    page.goto("/inbox/")
    notice = page.locator("main .task", has_text="Seaport Police Rotterdam shared a note").first
    notice.get_by_role("button", name="Open").click()
    assert path_of(page) == path


def _tax_finds_nothing(people: People, title: str, path: str) -> None:
    page = people.someone("staff@tax")
    assert page.goto(path).status == 404
    expect(page.get_by_role("heading", name="There is nothing here for you")).to_be_visible()
    for place in ("/", "/notes/", f"{PARTNERSHIP}notes/", PARTNERSHIP, "/inbox/"):
        page.goto(place)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("main")).not_to_contain_text(title)
        expect(page.locator(f"a[href='{path}'], form[action*='{path}']")).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text("Seaport Police Rotterdam shared")
    assert title not in [row[0] for row in table_of(page, "/notes/")]


def test_another_marking_offers_other_audiences_and_loses_neither_focus_nor_text(people: People) -> None:
    page = people.someone("staff@police")
    _write(page, "A question of markings")
    audience = page.get_by_role("group", name="Who may see it")
    assert audience.get_by_role("radio").all() != []
    expect(audience.get_by_label("My own agency only")).to_be_visible()
    expect(page.get_by_label("Which agencies")).to_be_hidden()

    red = page.get_by_label("TLP:RED", exact=True)
    red.focus()
    page.keyboard.press("Space")

    expect(audience.get_by_label("People that I name")).to_be_checked()
    expect(audience.get_by_label("My own agency only")).to_have_count(0)
    expect(red).to_be_focused()
    expect(page.get_by_label("Title")).to_have_value("A question of markings")
    page.get_by_label("Lead, Customs Rotterdam port").check()
    expect(page.locator("#who-sees")).to_contain_text("Lead, Customs Rotterdam port")
    expect(page.get_by_label("Lead, Customs Rotterdam port")).to_be_focused()

    page.get_by_label("TLP:GREEN", exact=True).check()
    expect(page.locator("#who-sees")).to_have_text("Every member of the partnership will see this.")
    expect(page.get_by_role("group", name="Which people")).to_have_count(0)


def test_the_form_of_a_note_works_by_its_buttons_where_there_is_no_script(people: People) -> None:
    page = people.someone("staff@harbour", java_script_enabled=False)
    _write(page, "Written without a script")
    page.get_by_label("TLP:CLEAR", exact=True).check()
    page.get_by_role("button", name="Show who can receive a note like this").click()

    expect(page.locator(".govuk-error-summary")).to_have_count(0)
    expect(page.get_by_label("Title")).to_have_value("Written without a script")
    expect(page.get_by_label("TLP:CLEAR", exact=True)).to_be_checked()
    page.get_by_label("The whole partnership").check()
    send(page, "Share this note")
    expect(page.locator(".marking__bar").first).to_contain_text("TLP:CLEAR")


IDENTIFIERS = {
    "Write to someone@port.example about it": "an e-mail address",
    "Paid to NL91 ABNA 0417 1643 00 in cash": "a bank account",
    "Known under 111222333 since then": "a citizen service number",
    "Called from +31 6 12345678 at night": "a phone number",
    "A van with plate 12-ABC-3 waited": "a number plate",
    "A van with plate B-MW 1234 waited": "a number plate",
    "The driver, 04-05-1987, left": "a date of birth",
}
HARMLESS = (
    "Container MSKU1234567 of 27-11-2026, berth 12, 40 pallets", "Paid to NL91 ABNA 0417 1643 01 in cash",
    "Reference 123456789 of the owning system", "Decision 2026-03, rule AB-12",
)  # fmt: skip


def test_what_may_identify_somebody_is_pointed_out_while_one_writes_and_sent_nowhere(people: People) -> None:
    police = people.someone("staff@police")
    police.goto(f"{PARTNERSHIP}notes/new/")
    text, hint = police.get_by_label("Text", exact=True), police.locator("textarea + .identifiers")
    asked: list[str] = []
    police.on("request", lambda request: asked.append(request.url))
    for written, kind in IDENTIFIERS.items():
        text.fill(written)
        expect(hint).to_contain_text(f"This looks like {kind}")
    for written in HARMLESS:
        text.fill(written)
        expect(hint).to_be_empty()
    # the browser fetches its icon when it likes
    assert [url for url in asked if "/static/" not in url] == []


def test_what_stands_in_a_list_of_the_own_agency_is_pointed_out_and_sent_nowhere(people: People) -> None:
    lead = people.someone("lead@police")
    lead.goto("/settings/")
    lead.get_by_role("link", name="Lists of my agency").click()
    expect(lead.get_by_role("row", name="Code words of cases")).to_contain_text("4")
    lead.get_by_role("link", name="Give a list").click()
    lead.get_by_label("Name").fill("Names of the quay")
    lead.get_by_label("Entries").fill("O\u2019Leary, Se\u00e1n\nGolden Lane 12-A")
    send(lead, "Give it")

    police = people.someone("staff@police")
    police.goto(f"{PARTNERSHIP}notes/new/")
    text, hint = police.get_by_label("Text", exact=True), police.locator("textarea + .identifiers")
    asked: list[str] = []
    police.on("request", lambda request: asked.append(request.url))
    for written, found in {
        "The GOLDEN  anchor came in at night": "a word of your list Code words of cases (golden anchor)",
        "They met at golden lane 12a, or 12-a": None,
        "They met at Golden Lane 12 A": "a word of your list Names of the quay (golden lane 12 a)",
        "Se\u00e1n O'Leary spoke to o'leary sean": "a word of your list Names of the quay (o leary sean)",
        "An anchor of gold": None,
    }.items():
        text.fill(written)
        expect(hint).to_contain_text(found) if found else expect(hint).not_to_contain_text("golden")
    expect(hint).to_be_empty()
    police.get_by_label("Title").fill("Blauwe-Reiger")
    expect(police.locator("input + .identifiers")).to_contain_text("list Code words of cases (blauwe reiger)")
    assert [url for url in asked if "/static/" not in url] == []

    customs = people.someone("staff@customs")
    customs.goto(f"{PARTNERSHIP}notes/new/")
    expect(customs.locator("#given-lists")).to_have_count(0)
