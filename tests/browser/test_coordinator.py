"""What a municipal coordinator does."""

from datetime import timedelta

from playwright.sync_api import expect

from foundation import clock
from tests.browser.people import PARTNERSHIP, People, path_of, propose_commitment, send, sign_in, table_of

SOON = (clock.today() + timedelta(days=20)).isoformat()


def test_signs_in_sees_what_waits_and_opens_the_partnership(people: People) -> None:
    page = people.nobody()
    page.goto("/")
    assert path_of(page).startswith("/accounts/login/")

    sign_in(page, "coordinator@municipality")

    expect(page.locator(".message")).to_have_count(0)
    waiting = page.locator("main .task", has_text="The association will send guidance on recruitment")
    expect(waiting).to_contain_text("Trade association of port companies says that it is done")
    expect(waiting.get_by_role("link", name="Verify")).to_be_visible()
    page.get_by_role("link", name="Partnerships", exact=True).click()
    page.get_by_role("link", name="Rotterdam port partnership").click()
    expect(page.get_by_text("Your role: coordinator")).to_be_visible()
    expect(page.get_by_role("heading", name="Needs you here")).to_be_visible()


def test_a_wrong_password_is_refused_kindly_and_what_was_typed_stays(people: People) -> None:
    page = people.nobody()
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill("nobody@municipality.rotterdam.example")
    page.locator("[name=password]").fill("not the password")
    page.get_by_role("button", name="Sign in").click()

    expect(page.locator(".govuk-error-summary")).to_contain_text("do not belong together")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    expect(page.locator("[name=login]")).to_have_value("nobody@municipality.rotterdam.example")


def test_invites_an_agency_whose_lead_finds_the_invitation(people: People) -> None:
    page = people.someone("coordinator@municipality")
    page.goto(f"{PARTNERSHIP}members/")
    page.get_by_role("link", name="Invite an agency").click()
    page.get_by_label("Agency").select_option(label="Tax Office for Neukölln, Berlin")
    page.get_by_label("Observer").check()
    send(page, "Invite")

    page.goto(f"{PARTNERSHIP}members/?status=invited")
    row = page.locator("main tbody tr", has_text="Tax Office for Neukölln")
    expect(row).to_contain_text("Observer")
    expect(row).to_contain_text("Invited")


def test_proposes_a_responsibility_and_finds_it_in_the_list_of_its_member(people: People) -> None:
    duty = "Count the lorries that wait before the Eemhaven at night."
    page = people.someone("coordinator@municipality")
    page.goto(f"{PARTNERSHIP}responsibilities/")
    page.get_by_role("link", name="Propose a responsibility").click()
    page.get_by_label("Duty").fill(duty)
    page.get_by_label("Measure").fill("A number each week.")
    page.get_by_label("How often").select_option("weekly")
    page.get_by_label("Accountable").select_option(label="Harbour Authority of Rotterdam")
    page.get_by_role("group", name="Informed").get_by_label("Seaport Police Rotterdam").check()
    send(page, "Propose")

    page.goto(f"{PARTNERSHIP}responsibilities/?status=proposed")
    row = page.locator("main tbody tr", has_text=duty)
    expect(row).to_contain_text("Harbour Authority of Rotterdam")
    expect(row).to_contain_text("Informed: Seaport Police Rotterdam")
    page.get_by_label("Status").select_option("accepted")
    page.get_by_role("button", name="Filter").click()
    assert "status=accepted" in path_of(page)
    expect(row).to_have_count(0)


def test_proposes_a_commitment_filters_by_the_address_and_downloads_what_is_listed(people: People) -> None:
    promise = "The harbour authority will mark the berths of the Botlek."
    page = people.someone("coordinator@municipality")
    propose_commitment(page, promise, member="Harbour Authority of Rotterdam", due_on=SOON)

    head, *proposed = table_of(page, f"{PARTNERSHIP}commitments/?state=proposed")
    assert head[0] == "promise"
    assert promise in [row[0] for row in proposed]
    assert {row[head.index("status")] for row in proposed} == {"proposed"}
    expect(page.locator("main tbody th", has_text=promise)).to_be_visible()
    expect(page.locator("[name=state]")).to_have_value("proposed")

    _head, *verified = table_of(page, f"{PARTNERSHIP}commitments/?state=verified")
    assert promise not in [row[0] for row in verified]


def test_a_form_says_what_is_missing_at_the_top_and_at_the_field(people: People) -> None:
    page = people.someone("coordinator@municipality")
    page.goto(f"{PARTNERSHIP}commitments/new/")
    page.get_by_label("Done when").fill("Half the quays are lit.")
    page.get_by_role("button", name="Propose").click()

    assert page.title().startswith("Error: ")
    page.get_by_role("link", name="Due: give a date.").click()
    expect(page.get_by_label("Due")).to_be_focused()
    expect(page.get_by_label("Done when")).to_have_value("Half the quays are lit.")
