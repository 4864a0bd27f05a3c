"""The catalogue of competences: found by all, copied by coordinators, never said to be checked when it was not."""

import csv
import io
import re

import pytest
from django.http import HttpResponse
from django.test import Client

from partnership.competences import cataloguing
from partnership.competences.models import Competence, Entry
from tests.access.callers import caller
from tests.world import World

COPY = "/partnerships/haven/competences/copy/"


def codes(answer: HttpResponse) -> set[str]:
    return set(re.findall(r'href="/competences/(C\d\d)/"', answer.content.decode()))


def table(answer: HttpResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("persona", ["lead_company", "lead_elsewhere", "lead_invited", "site_admin"])
def test_everybody_who_signed_in_reads_the_whole_catalogue(world: World, persona: str) -> None:
    assert codes(caller(world, persona).get("/competences/")) == {f"C{number:02}" for number in range(1, 51)}


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("q=DRUG+police+REPORT", lambda row: row["code"] == "C01"),
        ("approach=VF", lambda row: "VF" in row["approaches"].split()),
        ("country=EU", lambda row: "EU" in row["countries"].split()),
        ("holder=Customs", lambda row: row["usually held by"] == "Customs"),
        ("checked=to_check", lambda row: row["checked"] == "to be checked locally"),
        ("approach=AD&country=GB", lambda row: "AD" in row["approaches"] and row["countries"] == "GB"),
        ("approach=nonsense&country=XX&checked=perhaps", lambda row: True),
    ],
)
def test_what_is_chosen_in_the_address_narrows_the_page_and_the_table_alike(
    world: World, query: str, rule: object
) -> None:
    everything = table(caller(world, "lead_tax").get("/competences/?format=csv"))
    expected = {row["code"] for row in everything if rule(row)}  # type: ignore[operator]
    assert expected
    assert codes(caller(world, "lead_tax").get(f"/competences/?{query}")) == expected
    assert {
        row["code"] for row in table(caller(world, "lead_tax").get(f"/competences/?{query}&format=csv"))
    } == expected


def test_every_row_says_how_far_it_was_checked_as_the_file_says(world: World) -> None:
    told = {row["code"]: row["checked"] for row in table(caller(world, "lead_tax").get("/competences/?format=csv"))}
    for row in cataloguing.rows():
        words = {"checked": "source checked", "partly": "partly checked", "to_check": "to be checked locally"}
        note = f": {row['check_note']}" if row["check_note"] else ""
        assert told[row["code"]] == words[row["checked"]] + note


def test_an_entry_names_the_readers_own_partnerships_and_who_holds_its_copy_there(world: World) -> None:
    Competence.objects.filter(pk=world.competences["search"].pk).update(entry=world.entries["closure"])
    inside = caller(world, "lead_company").get("/competences/C01/").content.decode()
    assert "Haven Customs, Haven Police" in inside
    assert "Can search" in inside
    outside = caller(world, "lead_elsewhere").get("/competences/C01/").content.decode()
    assert "Can search" not in outside
    assert "Haven Customs" not in outside


def test_a_coordinator_copies_several_entries_at_once_and_none_twice(world: World) -> None:
    browser = caller(world, "coordinator")
    assert browser.post(COPY, {"entries": ["C01", "C04"]}).status_code == 302
    copied = Competence.objects.filter(partnership__slug="haven", entry__code__in=["C01", "C04"])
    assert {competence.name for competence in copied} == {
        entry.name for entry in Entry.objects.filter(code__in=["C01", "C04"])
    }
    again = browser.post(COPY, {"entries": ["C01", "C02"]})
    assert again.status_code == 422
    assert "C01 was copied already" in again.content.decode()
    assert not Competence.objects.filter(entry__code="C02").exists()
    assert box(browser, "C01").count("disabled") == 1
    # also where the copy was given another name, or one of its name was written anew
    copied.filter(entry__code="C01").update(name="Renamed")
    copied.filter(entry__code="C04").update(entry=None)
    assert all("disabled" in box(browser, code) for code in ("C01", "C04"))
    assert "disabled" not in box(browser, "C02")


def box(browser: Client, code: str) -> str:
    (found,) = re.findall(rf'<input[^>]* value="{code}"[^>]*>', browser.get(f"{COPY}?country=").content.decode())
    return found


def test_copying_begins_with_what_holds_in_the_coordinators_country_and_what_was_asked_for(world: World) -> None:
    def offered(query: str) -> set[str]:
        page = caller(world, "coordinator").get(f"{COPY}{query}").content.decode()
        return set(re.findall(r'name="entries" value="(C\d\d)"', page))

    dutch = set(Entry.objects.filter(countries__contains=["NL"]).values_list("code", flat=True))
    foreign = Entry.objects.filter(countries=["IT"]).earliest("code").code
    assert offered("") == dutch
    assert offered(f"?entry={foreign}") == dutch | {foreign}
    assert len(offered("?country=")) == 50
    page = caller(world, "coordinator").get(f"{COPY}?entry={foreign}").content.decode()
    assert re.search(rf'value="{foreign}"[^>]* checked', page)


def test_a_site_administrator_keeps_the_catalogue_and_deletes_nothing_of_it(world: World) -> None:
    browser, entry = caller(world, "site_admin"), world.entries["closure"]
    page = f"/admin/competences/entry/{entry.pk}/"
    form = browser.get(f"{page}change/").context["adminform"].form
    sent = {name: form[name].value() for name in form.fields} | {"decided_by": "Mayor", "approaches": "AD,CJ"}
    assert browser.post(f"{page}change/", sent).status_code == 302
    entry.refresh_from_db()
    assert (entry.decided_by, entry.approaches) == ("Mayor", ["AD", "CJ"])
    assert browser.post(f"{page}change/", sent | {"approaches": "XX"}).status_code == 200
    assert browser.post(f"{page}delete/", {"post": "yes"}).status_code == 403
