"""Tables of a register: what CSV and XLSX files hold is read exactly, and what they hide is refused."""

import csv
import io
import struct
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from partnership.competences import tables
from partnership.competences.cells import join_names, split_names
from partnership.competences.tables import COLUMNS, MOST_ROWS, Unreadable, as_csv, as_xlsx, read
from tests.world.files import archive

HEAD = ",".join(COLUMNS)


def book(*rows: list[object]) -> bytes:
    made, written = Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(written)
    return written.getvalue()


# --- what comes back ------------------------------------------------------------------------------
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=40).map(str.strip)
hard = st.sampled_from(
    ["=1+1", "'=1", "''-x", "+31", "@x", "a\nb", 'say "no"', "a; b", "a,b", "-", "'", "007", "1e5", "ünïcode"]
)
cells = st.one_of(texts, hard)


@given(
    st.lists(st.tuples(*[cells] * len(COLUMNS)).filter(any), min_size=1, max_size=6), st.sampled_from(["csv", "xlsx"])
)
def test_whatever_is_written_is_read_again(rows: list[tuple[str, ...]], form: str) -> None:
    raw = as_csv(rows) if form == "csv" else as_xlsx(rows)
    lines = read(f"register.{form}", raw)
    assert [tuple(line.cells.values()) for line in lines] == rows
    assert [line.number for line in lines] == list(range(2, len(rows) + 2))


@given(st.lists(cells.filter(bool), unique=True, max_size=5))
def test_whatever_names_are_joined_are_told_apart_again(names: list[str]) -> None:
    assert split_names(join_names(names), set(names)) == names


def test_names_that_hold_semicolons_are_found_without_quotation_marks() -> None:
    known = {"Arrest; search; seizure", "Arrest", "Close; reopen", "Tell"}
    assert split_names("Tell; Arrest; search; seizure; Close; reopen", known) == [
        "Tell", "Arrest; search; seizure", "Close; reopen",
    ]  # fmt: skip
    assert split_names('Tell; "Close; reopen"', known) == ["Tell", "Close; reopen"]
    assert split_names("Nobody knows it; Arrest", known) == ["Nobody knows it", "Arrest"]


def test_nothing_that_is_written_would_run_in_a_spreadsheet() -> None:
    row = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx", "'=1", "", "", "", "", ""]
    (_head, written) = csv.reader(io.StringIO(as_csv([row]).decode("utf-8-sig"), newline=""))
    assert all(cell == "" or cell.startswith("'") for cell in written)
    sheet = load_workbook(io.BytesIO(as_xlsx([row]))).active
    assert {cell.data_type for cell in sheet[2] if cell.value is not None} == {"s"}


def test_a_spreadsheets_own_kinds_of_cell_are_read_as_they_are_meant() -> None:
    raw = book(
        ["Agency", "Competence", "lead days", "Valid until", "limits"],
        ["police", "Can do", 3.0, datetime(2027, 12, 31), "=A1"],  # noqa: DTZ001 as a workbook holds it
        [None, None, None, None, None],
        ["customs", "Can do", 2.5, date(2027, 1, 2), True],
    )
    first, second = read("x.xlsx", raw)
    assert first.cells == {
        "agency": "police", "competence": "Can do", "lead_days": "3", "valid_until": "2027-12-31", "limits": "=A1",
    }  # fmt: skip
    assert (second.number, second.cells["lead_days"], second.cells["valid_until"]) == (4, "2.5", "2027-01-02")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_csv_is_read_as_spreadsheets_of_any_country_write_it(delimiter: str, mark: str) -> None:
    text = mark + delimiter.join(["agency", "competence", "limits"]) + "\r\n"
    text += delimiter.join(["police", "Can do", '"a; b, c"']) + "\r\n\r\n"
    (line,) = read("x.csv", text.encode())
    assert line.cells == {"agency": "police", "competence": "Can do", "limits": "a; b, c"}


# --- what is refused ------------------------------------------------------------------------------
def zipped(**parts: str) -> bytes:
    return archive(**parts)


def bomb() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return written.getvalue()


def lying_bomb() -> bytes:
    """A part that says that it unpacks to ten bytes."""
    raw = bytearray(bomb())
    true = struct.pack("<L", 60_000_000)
    while (place := raw.find(true)) >= 0:
        raw[place : place + 4] = struct.pack("<L", 10)
    return bytes(raw)


def with_entities(prefix: str) -> bytes:
    raw = book(["agency", "competence"], ["police", "Can do"])
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(written, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                content = prefix.encode() + content
            new.writestr(part.filename, content)
    return written.getvalue()


def far_below() -> bytes:
    made, written = Workbook(), io.BytesIO()
    made.active.append(["agency", "competence"])
    made.active["A1048576"] = "police"
    made.save(written)
    return written.getvalue()


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
REFUSED = {
    "nothing": (b"", "is empty"),
    "a head alone": (HEAD.encode(), "no row"),
    "no head": (b"police,Can do", "no column “can_do”"),
    "blank lines": (b"\n\n,,\n", "is empty"),
    "a column too many": (f"{HEAD},colour\n".encode(), "no column “colour”"),
    "a column twice": (b"agency,competence,limits,limits\nx,y,z,z", "is there twice"),
    "a column missing": (b"agency,limits\npolice,x", "“competence” is missing"),
    "a cell beyond the head": (b"agency,competence\npolice,Can do,more", "Row 2 has a cell in a column without a name"),
    "a column without a name": (b"agency,,competence\npolice,x,Can do", "Row 2 has a cell in a column without a name"),
    "another encoding": ("agency,competence\npolice,Café".encode("latin-1"), "no text in UTF-8"),
    "UTF-16": ("agency,competence\npolice,x".encode("utf-16"), "no text in UTF-8"),
    "an open quotation": (b'agency,competence\npolice,"Can do', "no table in CSV"),
    "a cell without end": (b"agency,competence\npolice," + b"x" * 200_000, "no table in CSV"),
    "too many bytes": (b"x" * 1_000_001, "larger than 1 MB"),
    "too many rows": (f"agency,competence\n{'a,b' + chr(10)}".encode() + b"a,b\n" * MOST_ROWS, "more than 2,000 rows"),
    "no workbook": (zipped(**{"hello.txt": "x"}), "no XLSX file"),
    "half a workbook": (book(["agency", "competence"])[:1000], "no XLSX file"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "no text in UTF-8"),
    "a bomb": (bomb(), "far more in this file"),
    "a bomb that lies": (lying_bomb(), "no XLSX file"),
    "many parts": (zipped(**{f"part{number}": "" for number in range(300)}), "far more in this file"),
    "entities": (with_entities(LAUGHS), "defines things"),
    "an outer entity": (with_entities('<!DOCTYPE x SYSTEM "file:///etc/passwd">'), "defines things"),
    "a row far below": (far_below(), "goes on beyond row"),
    "a PDF": (b"%PDF-1.7 \xff\xff", "no text in UTF-8"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_table_is_refused_with_what_to_do(what: str) -> None:
    raw, words = REFUSED[what]
    with pytest.raises(Unreadable, match=words):
        read("table.xlsx" if raw.startswith(b"PK") else "table.csv", raw)


def test_two_thousand_rows_are_taken() -> None:
    assert len(read("x.csv", b"agency,competence\n" + b"a,b\n" * MOST_ROWS)) == MOST_ROWS


def test_a_workbook_written_as_another_encoding_hides_nothing() -> None:
    raw = with_entities("")
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(written, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                content = (LAUGHS + content.decode()).encode("utf-16")
            new.writestr(part.filename, content)
    with pytest.raises(Unreadable, match="not read here"):
        read("x.xlsx", written.getvalue())


@given(st.binary(max_size=300), st.sampled_from(["x.csv", "x.xlsx"]), st.booleans())
def test_any_bytes_are_read_or_refused(raw: bytes, name: str, zip_like: bool) -> None:
    try:
        tables.read(name, (b"PK\x03\x04" if zip_like else b"agency,competence\n") + raw)
    except Unreadable as refused:
        said = str(refused)
    else:
        said = "It was read."
    assert said.endswith((".", "?"))
