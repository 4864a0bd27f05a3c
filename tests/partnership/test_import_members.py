"""Importing an agreed list of members: all of it or nothing, and a clear line for each bad row."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.agencies.models import Agency
from accounts.people.models import Person
from foundation.audit.models import Event
from partnership.membership import services
from partnership.membership.member_list import LARGEST, OPTIONAL, REQUIRED
from partnership.membership.models import Membership, MembershipChange
from tests.world import World

HARBOUR = {
    "agency_name": "Haven Harbour Authority",
    "agency_code": "harbour",
    "city": "Haven",
    "kind": "harbour",
    "sector": "public",
    "level": "local",
    "country": "NL",
    "contact": "desk@harbour.haven.example",
    "role": "core",
    "joined_on": "2024-03-01",
    "representative_name": "Lead, harbour security",
    "representative_email": "lead@harbour.haven.example",
    "representative_function": "Head of port security",
    "mandate": "May commit patrol vessels.",
    "deputy_name": "Security officer",
    "deputy_email": "deputy@harbour.haven.example",
    "deputy_function": "Port facility security officer",
    "deputy_mandate": "May commit staff.",
}
# as the world has it, who speaks for it included
CUSTOMS = {
    "agency_name": "Haven Customs",
    "agency_code": "customs",
    "city": "Haven",
    "kind": "customs",
    "sector": "public",
    "level": "national",
    "country": "NL",
    "role": "core",
    "joined_on": "2024-03-01",
    "representative_email": "lead_customs@haven.example",
}

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, world: World) -> Write:
    """Write rows as a list; `changed` columns of the harbour's row, unless whole rows are given."""

    def written(*rows: dict[str, str], delimiter: str = ",", encoding: str = "utf-8", **changed: str) -> Path:
        path = tmp_path / "members.csv"
        columns = [*REQUIRED, *OPTIONAL]
        lines = [columns, *([row.get(column, "") for column in columns] for row in rows or (HARBOUR | changed,))]
        quoted = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines]
        path.write_bytes(("\r\n".join(quoted) + "\r\n").encode(encoding))
        return path

    return written


def run(path: Path, *options: str, partnership: str = "haven") -> str:
    out = StringIO()
    call_command("import_members", str(path), "--partnership", partnership, *options, stdout=out)
    return out.getvalue()


def refusal(path: Path, *options: str) -> str:
    """Return what is said on refusal; nothing may have changed."""
    err, before = StringIO(), counts()
    with pytest.raises(CommandError) as refused:
        call_command("import_members", str(path), "--partnership", "haven", "--apply", *options, stderr=err)
    assert counts() == before
    assert refused.value.returncode == 1
    return f"{err.getvalue()}{refused.value}"


def counts() -> tuple[int, ...]:
    models = (Agency, Person, Membership, MembershipChange, Event)
    return tuple(model._base_manager.count() for model in models)


def harbour() -> Membership:
    return Membership.objects.get(partnership__slug="haven", agency__code="harbour")


# --- what it does --------------------------------------------------------------------------------
def test_without_apply_it_says_what_it_would_do_and_writes_nothing(write: Write) -> None:
    before = counts()
    said = run(write(HARBOUR, CUSTOMS))
    assert "line 2: new agency and member: Haven Harbour Authority (harbour, Haven), core since 2024-03-01" in said
    assert "new to the portal: lead@harbour.haven.example, deputy@harbour.haven.example" in said
    assert "line 3: unchanged: Haven Customs" in said
    assert "Nothing was written. Add --apply to import." in said
    assert counts() == before


def test_a_listed_agency_becomes_an_active_member_since_the_day_of_the_list(write: Write) -> None:
    said = run(write(), "--apply")
    member = harbour()
    assert "1 new, 0 changed, 0 unchanged." in said
    assert "Nothing was written" not in said
    assert (member.status, member.role, str(member.joined_on)) == ("active", "core", "2024-03-01")
    assert (member.agency.kind, member.agency.contact) == ("harbour", "desk@harbour.haven.example")
    assert (member.representative_mandate, member.deputy_mandate) == ("May commit patrol vessels.", "May commit staff.")


def test_a_new_representative_is_a_lead_and_a_new_deputy_staff_and_neither_has_a_password(write: Write) -> None:
    run(write(), "--apply")
    member = harbour()
    assert member.representative
    assert member.deputy
    assert (member.representative.role, member.deputy.role) == ("lead", "staff")
    assert not member.representative.has_usable_password()
    assert not member.deputy.has_usable_password()


def test_people_of_an_imported_member_belong_to_its_audience_at_once(write: Write) -> None:
    run(write(), "--apply")
    member = harbour()
    groups = set(Person.objects.get(email="lead@harbour.haven.example").groups.values_list("pk", flat=True))
    assert groups == {member.group_id, member.partnership.group_id}


def test_importing_the_same_list_again_changes_nothing(write: Write) -> None:
    path = write(HARBOUR, CUSTOMS)
    run(path, "--apply")
    agencies, people, members, changes, _events = counts()
    said = run(path, "--apply")
    assert "0 new, 0 changed, 2 unchanged." in said
    assert counts()[:4] == (agencies, people, members, changes)


def test_of_a_present_member_only_representative_and_mandate_change(write: Write, world: World) -> None:
    row = CUSTOMS | {"role": "observer", "level": "local", "mandate": "May commit scans."}
    said = run(write(row | {"deputy_email": "staff_customs@haven.example"}), "--apply")
    member = Membership.objects.get(pk=world.memberships["customs"].pk)
    assert "changed: Haven Customs (customs, Haven), mandate, deputy" in said
    assert "the portal keeps its own level, role, joined_on" in said
    assert (member.representative_mandate, member.deputy) == ("May commit scans.", world.people["staff_customs"])
    assert (member.role, member.joined_on) == ("core", world.memberships["customs"].joined_on)
    assert member.agency.level == "national"


def test_an_empty_cell_takes_nothing_away(write: Write, world: World) -> None:
    run(write(CUSTOMS | {"representative_email": ""}), "--apply")
    assert Membership.objects.get(pk=world.memberships["customs"].pk).representative == world.people["lead_customs"]


def test_a_member_that_withdrew_and_is_listed_again_gets_a_new_membership(write: Write, world: World) -> None:
    old = world.memberships["former"]
    agency = world.agencies["former"]
    run(write(CUSTOMS | {"agency_name": agency.name, "agency_code": "former", "representative_email": ""}), "--apply")
    new = Membership.objects.active().get(partnership__slug="haven", agency=agency)
    assert new.pk != old.pk
    assert Membership.objects.get(pk=old.pk).status == "withdrawn"


@pytest.mark.parametrize("state", ["suspended", "invited"])
def test_who_is_suspended_or_has_not_answered_stays_so(write: Write, world: World, state: str) -> None:
    row = CUSTOMS | {"agency_code": state, "representative_email": ""}
    assert f"stays {state}" in run(write(row), "--apply")
    assert Membership.objects.get(pk=world.memberships[state].pk).status == state


def test_the_audit_trail_tells_who_imported_what(write: Write) -> None:
    run(write(), "--apply", "--actor", "coordinator@haven.example")
    verbs = list(Event.objects.order_by("-pk").values_list("verb", "person_label")[:5])
    assert [verb for verb, _who in reversed(verbs)] == [
        "agencies.registered",
        "people.registered",
        "people.registered",
        "membership.imported",
        "membership.list_imported",
    ]
    assert {who for _verb, who in verbs} == {"Person coordinator"}
    assert harbour().changes.filter(by__email="coordinator@haven.example").count() == 1


def test_without_an_actor_it_is_recorded_as_the_work_of_the_system(write: Write) -> None:
    run(write(), "--apply")
    assert Event.objects.latest("pk").person_id is None
    assert harbour().changes.get().by is None


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_comma_or_semicolon_with_or_without_byte_order_mark(write: Write, delimiter: str, encoding: str) -> None:
    name = "Zürich; Hafen, Behörde"
    run(write(agency_name=name, delimiter=delimiter, encoding=encoding), "--apply")
    assert harbour().agency.name == name


def test_columns_may_stand_in_any_order_and_optional_ones_may_be_left_out(write: Write, tmp_path: Path) -> None:
    path = tmp_path / "short.csv"
    path.write_text(
        "Role;Level;joined_on;country;sector;kind;city;agency_code;agency_name\n\n"
        "core member;LOCAL;2024-03-01;nl;public;harbour authority;Haven;harbour;Haven Harbour\n"
    )
    run(path, "--apply")
    assert (harbour().role, harbour().agency.country, harbour().representative) == ("core", "NL", None)


def test_what_looks_like_a_formula_is_kept_as_text(write: Write) -> None:
    run(write(agency_name='=HYPERLINK("http://x")', mandate="+1+1"), "--apply")
    assert harbour().agency.name == '=HYPERLINK("http://x")'
    assert harbour().representative_mandate == "+1+1"


# --- what it refuses -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"level": "lokal"}, 'line 2: level "lokal" is not one of local, regional, national, European'),
        ({"role": "boss"}, 'line 2: role "boss" is not one of coordinator, core member,'),
        ({"kind": ""}, "line 2: kind is empty"),
        ({"joined_on": "01-03-2024"}, 'line 2: joined_on "01-03-2024" is not a date; write it as 2025-12-31'),
        ({"joined_on": "2024-02-30"}, 'line 2: joined_on "2024-02-30" is not a date'),
        ({"joined_on": "20240301"}, 'line 2: joined_on "20240301" is not a date'),
        ({"joined_on": "2999-01-01"}, "line 2: joined_on 2999-01-01 lies in the future"),
        ({"representative_email": "nobody"}, 'line 2: representative_email "nobody": Enter a valid email'),
        ({"contact": "a b"}, 'line 2: contact "a b": Enter a valid email'),
        ({"country": "NLD"}, 'line 2: country "NLD" is not a code of two letters'),
        ({"agency_code": "two words"}, 'line 2: agency_code "two words": Enter a valid'),
        ({"agency_name": "x" * 201}, "at most 200 characters"),
        ({"mandate": "x" * 301}, "at most 300 characters"),
        ({"agency_name": "Haven\0Harbour"}, "line 2: agency_name holds a NUL character"),
        ({"role": "coordinator"}, "cannot be coordinator too: Haven City is"),
        ({"representative_email": ""}, "line 2: representative_email is empty, so nobody is named"),
        ({"representative_name": ""}, "lead@harbour.haven.example is new to the portal: give a name too"),
        ({"representative_email": "lead_tax@haven.example"}, "is known already, as somebody of another agency"),
        ({"representative_email": "LEAD_TAX@haven.example"}, "is known already, as somebody of another agency"),
        ({"representative_email": "id-client_police@clients.invalid"}, "is not somebody who can speak for an agency"),
        ({"deputy_email": "Lead@harbour.haven.example"}, "the deputy must be somebody else"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_a_bad_cell_is_named_with_its_line(write: Write, changed: dict[str, str], line: str) -> None:
    assert line in refusal(write(**changed))


def test_every_bad_row_is_named_and_not_even_the_good_ones_are_imported(write: Write) -> None:
    rows = [
        HARBOUR,
        HARBOUR | {"agency_code": "b", "level": "lokal", "sector": "?"},
        CUSTOMS | {"representative_email": "lead_tax@haven.example"},
        HARBOUR | {"agency_code": "c", "joined_on": "soon"},
    ]
    said = refusal(write(*rows))
    assert [text.partition(":")[0] for text in said.splitlines()[:-1]] == ["line 3", "line 4", "line 5"]
    assert 'level "lokal"' in said
    assert 'sector "?"' in said
    assert said.endswith("Nothing was imported: 3 bad rows.")


def test_an_agency_listed_twice_is_refused_whatever_its_capitals(write: Write) -> None:
    said = refusal(write(HARBOUR, HARBOUR | {"city": "HAVEN", "agency_name": "Again"}))
    assert "line 3: harbour of HAVEN is listed already on line 2" in said


def test_one_person_cannot_be_named_for_two_agencies(write: Write) -> None:
    said = refusal(write(HARBOUR, HARBOUR | {"agency_code": "b"}))
    assert "line 3: lead@harbour.haven.example is named already on line 2, for another agency" in said


def test_who_speaks_at_present_cannot_become_their_own_deputy(write: Write) -> None:
    said = refusal(write(CUSTOMS | {"representative_email": "", "deputy_email": "lead_customs@haven.example"}))
    assert "would be representative and deputy; name another deputy" in said


def test_a_row_with_too_many_or_too_few_cells_is_named(write: Write) -> None:
    path = write()
    path.write_text(path.read_text() + '"one","two"\n')
    assert "line 3: it has 2 cells where 18 belong" in refusal(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n", "is empty"),
        (",".join(REQUIRED).encode(), "lists no members"),
        (b"agency_name;agency_code\nx;y\n", "lacks the columns city, kind, sector, level, country, role, joined_on"),
        (",".join([*REQUIRED, "mandat"]).encode(), "has columns that mean nothing here: mandat"),
        (",".join([*REQUIRED, "city"]).encode(), "has a column twice"),
        ("Zürich".encode("latin-1"), "is not UTF-8 (line 1)"),
        ("agency_name".encode("utf-16"), "is not UTF-8"),
        (",".join(REQUIRED).encode() + b'\n"open,x\n', "line 2: unexpected end of data. Is a quotation mark missing?"),
        (b"x" * (LARGEST + 1), "is larger than 5 MB"),
    ],
    ids=[
        "empty",
        "mark alone",
        "names alone",
        "columns missing",
        "typo",
        "twice",
        "latin-1",
        "utf-16",
        "quote",
        "huge",
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    world: World, tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "members.csv"
    path.write_bytes(content)
    assert said in refusal(path)


def test_a_directory_or_nothing_at_all_is_refused(world: World, tmp_path: Path) -> None:
    assert "is a directory" in refusal(tmp_path)
    assert "There is no file" in refusal(tmp_path / "absent.csv")


def test_what_would_steer_a_terminal_is_not_printed(write: Write) -> None:
    assert "\x1b" not in refusal(write(level="\x1b[2Jlocal"))


def test_an_unknown_partnership_is_refused(write: Write) -> None:
    with pytest.raises(CommandError, match="no partnership at the address nowhere"):
        run(write(), partnership="nowhere")


def test_nobody_joins_a_partnership_that_has_ended(write: Write, world: World) -> None:
    partnership = world.partnerships["haven"]
    partnership.status = "ended"
    partnership.save()
    assert "has ended" in refusal(write())


@pytest.mark.parametrize("email", ["lead_tax@haven.example", "lead_elsewhere@haven.example", "admin@haven.example"])
def test_only_somebody_of_the_coordinator_may_be_recorded_as_importing(write: Write, email: str) -> None:
    assert "Only the coordinator" in refusal(write(), "--actor", email)


def test_an_actor_who_is_not_there_is_refused(write: Write) -> None:
    assert "Nobody active has the e-mail" in refusal(write(), "--actor", "nobody@haven.example")


def test_a_failure_half_way_leaves_nothing_behind(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = dict.fromkeys([column for column in OPTIONAL if "_" in column], "")
    path, before = write(HARBOUR, HARBOUR | silent | {"agency_code": "b"}), counts()
    made = services.new_group

    def failing(kind: str) -> object:
        if Agency.objects.filter(code="b").exists():
            raise ConnectionError("the network went away")
        return made(kind)

    monkeypatch.setattr("partnership.membership.importing.new_group", failing)
    with pytest.raises(ConnectionError):
        run(path, "--apply")
    assert counts() == before
