"""Importing a register: shown first, then done whole or not at all, and confirmed by those whom it is about."""

import html
import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from foundation import clock
from foundation.audit.models import Event
from foundation.errors import NotAllowed, OutOfTurn
from foundation.notifications.models import Notice
from partnership.competences import exporting, tables
from partnership.competences.facts import Facts
from partnership.competences.importing import Plan, plan
from partnership.competences.models import Change, Competence, Entry, Holding
from partnership.competences.services import catalogue, register
from partnership.competences.services.importing import import_register
from tests.access.callers import caller
from tests.world import World
from tests.world.competences import hold

PAGE = "/partnerships/haven/competences/import/"
APPLY = f"{PAGE}apply/"
TAGS = re.compile(r"<[^>]+>")


def lines(text: str) -> list[tables.Line]:
    return tables.read("x.csv", text.encode())


def planned(world: World, text: str, persona: str = "coordinator") -> Plan:
    return plan(world.actor(persona), world.partnerships["haven"], lines(text))


def imported(world: World, text: str, persona: str = "coordinator") -> Plan:
    return import_register(
        actor=world.actor(persona),
        partnership=world.partnerships["haven"],
        lines=lines(text),
        fingerprint=planned(world, text, persona).fingerprint,
    )


def upload(browser: Client, text: str | bytes, name: str = "register.csv") -> HttpResponse:
    raw = text if isinstance(text, bytes) else text.encode()
    return browser.post(PAGE, {"file": SimpleUploadedFile(name, raw)})


def ticket_of(answer: HttpResponse) -> str:
    return html.unescape(re.findall(r'name="ticket" value="([^"]*)"', answer.content.decode())[0])


def held(world: World) -> dict[tuple[str, str], Facts]:
    lasting = Holding.objects.held(clock.today()).filter(partnership=world.partnerships["haven"])
    told = lasting.select_related("competence", "membership__agency").prefetch_related("need_rows__competence")
    return {(one.membership.agency.code, one.competence.name): Facts.of(one) for one in told}


ALL = """agency,competence,approaches,extent,decided_by,lead_days,capacity,limits,needs,needs_words,valid_until
police,Can watch,CJ VF,on request,District chief,3,Two a week,Never at night,Can search; C01,A question,2027-12-31
municipality,C01,,fully,,,,,,,
municipality,Can close,,partly,,14,,,Can report,,
tax,Can search,CJ,,,5,,,,,
,Can shelter,,,,,,,,,
customs,Can search,,fully,,2,,,,,
"""


def test_a_dry_run_names_what_each_row_would_do_and_does_nothing(world: World) -> None:
    before = Change.objects.count(), Competence.objects.count(), Event.objects.count()
    found = planned(world, ALL)
    assert found.faults == []
    assert [(step.number, step.enters, bool(step.before), step.after is not None) for step in found.steps] == [
        (2, True, False, True),
        (3, True, False, True),
        (4, False, True, True),
        (5, False, False, True),
        (6, False, False, False),
        (7, False, True, False),
    ]
    assert found.steps[2].differences == [("Holds it", "Fully", "Partly")]
    assert {target.name: target.entry is not None for target in found.targets} == {
        "Can watch": False, world.entries["closure"].name: True,
    }  # fmt: skip
    assert (Change.objects.count(), Competence.objects.count(), Event.objects.count()) == before


def test_what_the_coordinator_imports_waits_for_each_members_lead_who_is_told_once(world: World) -> None:
    before = held(world)
    told = Notice.objects.filter(recipient=world.people["lead_police"]).count()
    imported(world, ALL + "police,Can close,,,,,,,,,\npolice,Can search,,fully,,1,,,,,\n")
    # the coordinator is staff of the municipality, not its lead
    assert held(world) == before
    waiting = Change.objects.waiting().filter(note="From an imported table")
    assert sorted(waiting.values_list("membership__agency__code", flat=True)) == [
        "municipality", "municipality", "police", "police", "police", "tax",
    ]  # fmt: skip
    new = Notice.objects.filter(recipient=world.people["lead_police"])
    assert new.count() == told + 1
    assert (new.latest("pk").kind, new.latest("pk").facts["number"]) == ("competences.several_to_confirm", "3")
    tax = Notice.objects.filter(recipient=world.people["lead_tax"]).latest("pk")
    assert (tax.kind, tax.facts["competence"]) == ("competences.to_confirm", "Can search")
    assert Competence.objects.get(name="Can watch").approaches == ["CJ", "VF"]
    for change in waiting.filter(membership__agency__code="police"):
        register.confirm_change(actor=world.actor("lead_police"), change=change)
    assert held(world)["police", "Can watch"] == Facts(
        extent="on_request",
        decided_by="District chief",
        lead_days=3,
        capacity="Two a week",
        limits="Never at night",
        needs=("Can search", world.entries["closure"].name),
        needs_words="A question",
        valid_until=date(2027, 12, 31),
    )


def test_what_a_lead_imports_for_the_own_agency_stands_at_once_and_asks_the_others_anew(world: World) -> None:
    statements = world.partnerships["haven"].statements
    assert statements.count() == 1
    imported(world, "agency,competence,lead_days\npolice,Can close,4\npolice,Can report,11\n", "lead_police")
    assert held(world)["police", "Can close"] == Facts(lead_days=4)
    assert held(world)["police", "Can report"].lead_days == 11
    assert statements.count() == 2  # one more, not one for each row


def test_a_column_that_is_not_there_leaves_what_the_register_says_and_an_empty_cell_empties_it(world: World) -> None:
    hold(world, "close", "police", "lead_police", Facts(lead_days=4, limits="None", needs=("Can report",)))
    imported(world, "agency,competence,capacity\npolice,Can close,One\n", "lead_police")
    assert held(world)["police", "Can close"] == Facts(
        lead_days=4, limits="None", capacity="One", needs=("Can report",)
    )
    imported(world, "agency,competence,limits,needs,lead_days\npolice,Can close,,,\n", "lead_police")
    assert held(world)["police", "Can close"] == Facts(capacity="One")


def test_importing_the_same_table_again_proposes_nothing_again(world: World) -> None:
    imported(world, ALL)
    again = planned(world, ALL)
    assert not again.faults
    assert not again.does_something
    assert [step.is_asked for step in again.steps] == [True, True, True, True, False, False]


WRONG = {
    "nobody,Can close,,,,,,,,,": ("agency", "No active member"),
    "suspended,Can close,,,,,,,,,": ("agency", "No active member"),
    "elsewhere,Can close,,,,,,,,,": ("agency", "No active member"),
    ",Can close,,fully,,,,,,,": ("agency", "Say which member"),
    "police,,,,,,,,,,": ("competence", "Name the competence"),
    "police,can CLOSE,AD,,,,,,,,": ("competence", "“Can close”. Write it in the same way"),
    "police,Can fly,,,,,,,,,": ("approaches", "at least one approach"),
    "police,Can fly,XX,,,,,,,,": ("approaches", "Write CJ, AD or VF"),
    "police,Can close,VF,,,,,,,,": ("approaches", "The register says AD"),
    "police,Can close,,always,,,,,,,": ("extent", "fully, partly or on request"),
    "police,Can close,,,,soon,,,,,": ("lead_days", "a number of days"),
    "police,Can close,,,,-1,,,,,": ("lead_days", "a number of days"),
    "police,Can close,,,,3651,,,,,": ("lead_days", "a number of days"),
    "police,Can close,,,,2.5,,,,,": ("lead_days", "a number of days"),
    "police,Can close,,,,²,,,,,": ("lead_days", "a number of days"),
    "police,Can close,,,,,,,,,31/12/2027": ("valid_until", "as 2027-12-31"),
    "police,Can close,,,,,,,,,2027-02-30": ("valid_until", "as 2027-12-31"),
    "police,Can close,,,,,,,,,2020-01-01": ("valid_until", "has passed"),
    "police,Can close,,,,,,,Can close,,": ("needs", "cannot need itself"),
    "police,Can close,,,,,,,Can report; Can fly,,": ("needs", "no “Can fly”"),
    "police,Can close,,,,,,,C02,,": ("needs", "no “C02”"),
    "customs,Can report,,,,,,,,,": ("competence", "waiting for its answer"),
    "customs,Can search,,,,,,,,,\ncustoms,Can search,,partly,,,,,,,": ("competence", "Row 2 is about the same"),
    f"police,Can close,,,{'x' * 201},,,,,,": ("decided_by", "201 characters; at most 200"),
    f"police,{'x' * 301},AD,,,,,,,,": ("competence", "301 characters; at most 300"),
    "police,Can close,,,a\0b,,,,,,": ("decided_by", "cannot be shown"),
    "police,Can close,,,a\x1bb,,,,,,": ("decided_by", "cannot be shown"),
}


@pytest.mark.parametrize("row", WRONG)
def test_what_is_wrong_is_named_with_its_row_and_column_and_then_nothing_is_imported(world: World, row: str) -> None:
    column, words = WRONG[row]
    text = f"{','.join(tables.COLUMNS)}\n{row}\ntax,Can close,,,,,,,,,\n"
    found = planned(world, text)
    (fault,) = found.faults
    assert (fault.number, fault.column) == (2 + row.count("\n"), column)
    assert words in fault.text
    before = Change.objects.count()
    with pytest.raises(OutOfTurn):
        imported(world, text)
    answer = upload(caller(world, "coordinator"), text)
    assert answer.status_code == 422
    assert "Nothing was imported" in answer.content.decode()
    assert html.escape(fault.text) in answer.content.decode()
    assert Change.objects.count() == before


def test_all_that_is_wrong_in_a_row_is_named_at_once(world: World) -> None:
    head = "agency,competence,approaches,extent,lead_days,valid_until\n"
    faults = planned(world, f"{head}nobody,Can close,XX,always,soon,tomorrow\npolice,Can close,,,,\n").faults
    assert {fault.number for fault in faults} == {2}
    assert sorted(fault.column for fault in faults) == ["approaches", "extent", "lead_days", "valid_until"]
    faults = planned(world, f"{head}nobody,Can close,,always,soon,\n").faults
    assert sorted(fault.column for fault in faults) == ["agency", "extent", "lead_days"]
    assert [fault.column for fault in planned(world, f"{head},Can close,,,soon,\n").faults] == ["lead_days"]


def test_several_copies_of_an_entry_are_told_apart_by_name(world: World) -> None:
    catalogue.copy_entries(
        actor=world.actor("coordinator"),
        partnership=world.partnerships["haven"],
        entries=Entry.objects.filter(code="C01"),
    )
    Competence.objects.filter(name="Can shelter").update(entry=world.entries["closure"])
    (fault,) = planned(world, "agency,competence\npolice,C01\n").faults
    assert "several copies of C01" in fault.text
    assert not planned(world, "agency,competence\npolice,Can shelter\n").faults


@pytest.mark.parametrize(
    ("persona", "row", "words"),
    [
        ("staff_customs", "police,Can close,", "nothing of another member"),
        ("lead_customs", "municipality,Can close,", "nothing of another member"),
        ("lead_customs", "customs,Can fly,AD", "Ask the coordinator"),
        ("lead_customs", "customs,C01,", "Ask the coordinator"),
        ("lead_customs", ",Can fly,AD", "Ask the coordinator"),
    ],
)
def test_a_member_imports_what_is_its_own_and_nothing_else(world: World, persona: str, row: str, words: str) -> None:
    (fault,) = planned(world, f"agency,competence,approaches\n{row}\n", persona).faults
    assert words in fault.text


def test_staff_propose_by_import_what_their_lead_confirms(world: World) -> None:
    done = imported(world, "agency,competence\nHaven Customs,Can close\n", "staff_customs")
    assert done.waits
    assert (
        Change.objects.waiting().filter(membership=world.memberships["customs"], note__startswith="From").count() == 1
    )


def test_whoever_is_read_only_or_no_member_imports_nothing(world: World) -> None:
    for persona in ("reader_police", "lead_elsewhere", "lead_suspended", "lead_former"):
        with pytest.raises(NotAllowed):
            import_register(
                actor=world.actor(persona), partnership=world.partnerships["haven"], lines=lines(ALL), fingerprint=""
            )


# --- through the page -----------------------------------------------------------------------------
def test_what_was_shown_is_done_without_the_file_and_once(world: World) -> None:
    browser = caller(world, "coordinator")
    shown = upload(browser, ALL)
    assert shown.status_code == 200
    assert not Competence.objects.filter(name="Can watch").exists()
    ticket = ticket_of(shown)
    done = browser.post(APPLY, {"ticket": ticket}, follow=True)
    assert "2 competences were entered." in done.content.decode()
    assert "Haven City, Haven Police, Haven Tax" in TAGS.sub("", done.content.decode())
    again = browser.post(APPLY, {"ticket": ticket})
    assert (again.status_code, "has changed since" in again.content.decode()) == (422, True)


def test_when_the_register_has_changed_since_it_was_shown_nothing_is_done(world: World) -> None:
    browser = caller(world, "coordinator")
    ticket = ticket_of(upload(browser, "agency,competence,lead_days\npolice,Can report,20\n"))
    hold(world, "report", "police", "lead_police", Facts(lead_days=12))
    assert browser.post(APPLY, {"ticket": ticket}).status_code == 422
    assert not Change.objects.waiting().filter(membership=world.memberships["police"]).exists()


def test_a_ticket_is_good_for_one_person_one_register_and_one_hour(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "agency,competence\nmunicipality,Can search\n"
    ticket = ticket_of(upload(caller(world, "coordinator"), text))
    assert caller(world, "lead_municipality").post(APPLY, {"ticket": ticket}).status_code == 422
    for wrong in (ticket[:-1], ticket.replace(":", "", 1), "x" * 200_000, ""):
        assert caller(world, "coordinator").post(APPLY, {"ticket": wrong}).status_code == 422
    monkeypatch.setattr("partnership.competences.tickets.GOOD_FOR", -1)
    assert caller(world, "coordinator").post(APPLY, {"ticket": ticket}).status_code == 422
    monkeypatch.undo()
    assert caller(world, "coordinator").post(APPLY, {"ticket": ticket}).status_code == 302


@pytest.mark.parametrize("name", ["register.xlsx", "register.csv"])
def test_a_page_refuses_what_is_no_table(world: World, name: str) -> None:
    for content in (b"PK\x03\x04 nothing", b"%PDF-1.7\xff", b"agency\n", b"", b"x" * 1_100_000):
        answer = upload(caller(world, "coordinator"), content, name)
        assert answer.status_code == 422
        assert "govuk-error-summary" in answer.content.decode()


def test_the_template_is_a_table_that_can_be_imported(world: World) -> None:
    raw = caller(world, "lead_police").get(f"{PAGE}?format=template").content
    assert [cell.value for cell in load_workbook(BytesIO(raw)).active[1]] == list(tables.COLUMNS)
    (line,) = tables.read("x.xlsx", raw)
    assert line.cells["agency"] == "police"
    shown = upload(caller(world, "coordinator"), raw, "template.xlsx")
    assert shown.status_code == 200
    assert "Copied from the catalogue" in shown.content.decode()


# --- export, and back -----------------------------------------------------------------------------
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("persona", ["coordinator", "lead_police", "staff_customs"])
def test_what_is_exported_and_imported_again_changes_nothing(world: World, form: str, persona: str) -> None:
    raw = caller(world, persona).get(f"{PAGE}?format={form}").content
    exported = tables.read(f"x.{form}", raw)
    own = {"lead_police": {"police"}, "staff_customs": {"customs"}}.get(persona)
    assert {line.cells["agency"] for line in exported} == (own or {"police", "customs", "municipality", ""})
    found = plan(world.actor(persona), world.partnerships["haven"], exported)
    assert (found.faults, found.does_something) == ([], False)
    assert "Nothing: the register says all of this" in upload(caller(world, persona), raw, f"x.{form}").content.decode()


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30)
hard = st.sampled_from(["=1+1", "'=1", "+31", "a\nb", "a\r\nb", 'say "no"', "a; b", "-", "ünïcode", "  spaced  "])
needed = st.sets(st.sampled_from(["Can report", "Can search", "Arrest; search; seizure", 'Say "no"; go']), max_size=4)
facts = st.builds(
    Facts,
    extent=st.sampled_from(["fully", "partly", "on_request"]),
    decided_by=words | hard,
    lead_days=st.none() | st.integers(0, 3650),
    capacity=words | hard,
    limits=words | hard,
    needs=needed.map(lambda names: tuple(sorted(names))),
    needs_words=words | hard,
    valid_until=st.none() | st.dates(clock.today() + timedelta(days=1), date(2999, 1, 1)),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(said=facts, form=st.sampled_from(["csv", "xlsx"]))
def test_whatever_the_register_says_survives_export_and_import(world: World, said: Facts, form: str) -> None:
    haven, coordinator = world.partnerships["haven"], world.actor("coordinator")
    for name in ("Arrest; search; seizure", 'Say "no"; go'):
        if not haven.competences.filter(name=name).exists():
            catalogue.write_competence(
                actor=coordinator, partnership=haven, description=catalogue.Description(name, ["CJ"])
            )
    Holding.objects.filter(competence=world.competences["shelter"]).update(ended_at=clock.now())
    hold(world, "shelter", "tax", "lead_tax", said)
    rows = list(exporting.rows(coordinator, haven))
    raw = tables.as_csv(rows) if form == "csv" else tables.as_xlsx(rows)
    exported = tables.read(f"x.{form}", raw)
    unchanged = plan(coordinator, haven, exported)
    assert (unchanged.faults, unchanged.does_something) == ([], False)
    # and into a register that says nothing of it, the same comes back, but for the ends of lines
    before = held(world)["tax", "Can shelter"]
    Holding.objects.filter(competence=world.competences["shelter"]).update(ended_at=clock.now())
    row = [line for line in exported if line.cells["competence"] == "Can shelter"]
    tax = world.actor("lead_tax")
    import_register(actor=tax, partnership=haven, lines=row, fingerprint=plan(tax, haven, row).fingerprint)
    after = held(world)["tax", "Can shelter"].as_json()
    assert after == {
        name: value.replace("\r\n", "\n") if isinstance(value, str) else value
        for name, value in before.as_json().items()
    }


def test_what_a_table_leaves_as_it_is_is_not_written_anew(world: World) -> None:
    held_now = hold(world, "close", "police", "lead_police", Facts(lead_days=4, needs=("Can report", "Can search")))
    written = list(held_now.need_rows.order_by("pk").values_list("pk", flat=True))
    head = "agency,competence,capacity,needs\n"
    imported(world, f"{head}police,Can close,One,Can search; Can report\n", "lead_police")
    assert held(world)["police", "Can close"].capacity == "One"
    assert list(held_now.need_rows.order_by("pk").values_list("pk", flat=True)) == written
    imported(world, f"{head}police,Can close,One,Can report\n", "lead_police")
    assert held(world)["police", "Can close"].needs == ("Can report",)


def test_a_long_table_is_planned_with_as_many_queries_as_a_short_one(world: World) -> None:
    def queries(count: int) -> int:
        rows = "".join(f"police,Can do {number},AD\n" for number in range(count))
        with CaptureQueriesContext(connection) as asked:
            assert not planned(world, f"agency,competence,approaches\n{rows}").faults
        return len(asked)

    assert queries(2) == queries(500)
