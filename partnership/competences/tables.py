"""A register as a table that people edit elsewhere: read from CSV or XLSX with nothing trusted, and written as either.

Reads no meaning into it and asks no database: `partnership.competences.importing` does.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import ParseError

import tablib
from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils.exceptions import InvalidFileException

from foundation.spreadsheets import FORMULA_STARTS

COLUMNS = (
    "agency", "competence", "approaches", "extent", "decided_by", "lead_days", "capacity", "limits", "needs",
    "needs_words", "valid_until",
)  # fmt: skip
NEEDED = ("agency", "competence")
MOST_BYTES = 1_000_000
MOST_ROWS = 2_000
# what a file may hold once it is unpacked, and how far empty rows are followed
MOST_UNPACKED = 10_000_000
MOST_PARTS = 200
MOST_TAGS = 250_000
LAST_ROW = 20_000
MOST_COLUMNS = 100
FAR_MORE = "There is far more in this file than a table. Copy the table alone into a new one."
EXAMPLE = (
    "police", "C13", "", "fully", "District chief", 10, "Two a week", "Only about premises in the port", "",
    "A question in writing", "",
)  # fmt: skip


class Unreadable(Exception):
    """The file as a whole cannot be read; says why, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table.

    Attributes:
        number: as a spreadsheet counts it, the head being row 1.
        cells: text by column; a column that the table has not got is not there.
    """

    number: int
    cells: dict[str, str]


def read(name: str, raw: bytes) -> list[Line]:
    """Return the rows of a file, without those that are empty.

    Raises:
        Unreadable: it is no such table, too large, or more is in it than it seems.
    """
    if len(raw) > MOST_BYTES:
        raise Unreadable("The file is larger than 1 MB. Split it, or save the table alone.")
    rows = _of_xlsx(raw) if name.lower().endswith(".xlsx") or raw.startswith(b"PK") else _of_csv(raw)
    numbered = [(number, [_text(cell) for cell in row]) for number, row in enumerate(rows, 1)]
    filled = [(number, cells) for number, cells in numbered if any(cells)]
    if not filled:
        raise Unreadable("The file is empty. Its first row has to name the columns.")
    columns = _columns(filled[0][1])
    if len(filled) == 1:
        raise Unreadable("The table has a head and no row. Enter at least one competence.")
    if len(filled) > MOST_ROWS + 1:
        raise Unreadable(f"The table has more than {MOST_ROWS:,} rows. Split it.")
    return [Line(number, _cells(columns, number, cells)) for number, cells in filled[1:]]


def _cells(columns: Sequence[str], number: int, cells: Sequence[str]) -> dict[str, str]:
    heads = [*columns, *([""] * len(cells))]
    if any(cell and not head for head, cell in zip(heads, cells, strict=False)):
        raise Unreadable(f"Row {number} has a cell in a column without a name. Name it, or empty the cell.")
    padded = [*cells, *([""] * len(columns))]
    return {column: cell for column, cell in zip(columns, padded, strict=False) if column}


def _columns(head: Sequence[str]) -> list[str]:
    columns = [cell.strip().lower().replace(" ", "_") for cell in head]
    named = [column for column in columns if column]
    if unknown := sorted(set(named) - set(COLUMNS)):
        raise Unreadable(f"There is no column “{unknown[0][:40]}”. The columns are: {', '.join(COLUMNS)}.")
    if twice := sorted({column for column in named if named.count(column) > 1}):
        raise Unreadable(f"The column “{twice[0]}” is there twice. Keep one of them.")
    if missing := [column for column in NEEDED if column not in named]:
        raise Unreadable(f"The column “{missing[0]}” is missing. The first row has to name the columns.")
    while columns and not columns[-1]:
        columns.pop()
    return columns


def _text(cell: Any) -> str:
    """Return a cell as text: a day as ISO 8601, a whole number without its point, a formula as it is written."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        cell = cell.date() if not (cell.hour or cell.minute or cell.second) else cell
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).replace("\r\n", "\n").replace("\r", "\n").strip()
    return text[1:] if text.startswith("'") and _would_run(text) else text


def _would_run(text: str) -> bool:
    """Whether a spreadsheet would take it for a formula, apart from apostrophes before it."""
    return text.lstrip("'").startswith(FORMULA_STARTS)


# --- CSV ------------------------------------------------------------------------------------------
def _of_csv(raw: bytes) -> list[list[str]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("This is no text in UTF-8. Save it as “CSV UTF-8”, or as XLSX.") from None
    head = text.partition("\n")[0]
    # a spreadsheet writes semicolons where the comma stands for the decimal point
    delimiter = max(",;\t", key=head.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise Unreadable(
            "This is no table in CSV: a quotation mark is not closed, or a cell is far too long."
        ) from None


# --- XLSX -----------------------------------------------------------------------------------------
BROKEN = (
    zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError, AttributeError, IndexError,
    OSError, EOFError, NotImplementedError, RuntimeError, zlib.error,
)  # fmt: skip


def _of_xlsx(raw: bytes) -> list[Sequence[Any]]:
    try:
        _require_harmless(raw)
        # streamed; with formulas as text, because what they last gave is not what they would give here
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
        try:
            return list(_first_sheet(book))
        finally:
            book.close()
    except BROKEN:
        raise Unreadable(
            "This is no XLSX file that can be read. Save it anew in your spreadsheet, or as CSV."
        ) from None


def _first_sheet(book: Any) -> Iterator[Sequence[Any]]:
    if not book.worksheets:
        raise Unreadable("The file has no sheet.")
    sheet = book.worksheets[0]
    # what the file says of its own size may be wrong
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
        if number > LAST_ROW:
            raise Unreadable(f"The sheet goes on beyond row {LAST_ROW:,}. Delete the empty rows below the table.")
        yield row


def _require_harmless(raw: bytes) -> None:
    """Refuse an archive that unpacks to far more than a table needs, or whose XML defines things of its own."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise Unreadable(FAR_MORE)
        tags = 0
        for part in parts:
            content = archive.read(part)
            tags += content.count(b"<")
            if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
                raise Unreadable(
                    "This file defines things that a spreadsheet does not. Save it anew in your spreadsheet."
                )
            if tags > MOST_TAGS:
                raise Unreadable(FAR_MORE)
            if part.filename.endswith((".xml", ".rels")) and b"\0" in content:
                raise Unreadable(
                    "This file is written in a way that is not read here. Save it anew in your spreadsheet."
                )


# --- writing --------------------------------------------------------------------------------------
def as_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows of `COLUMNS` as CSV that a spreadsheet opens without running anything."""
    # without the mark Excel takes UTF-8 for something else
    return b"\xef\xbb\xbf" + str(_dataset(rows).export("csv")).encode()


def as_xlsx(rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows of `COLUMNS` as a workbook of one sheet."""
    return bytes(_dataset(rows).export("xlsx"))


def _dataset(rows: Iterable[Sequence[object]]) -> tablib.Dataset:
    dataset = tablib.Dataset(headers=list(COLUMNS), title="Register")
    for row in rows:
        dataset.append([_harmless(cell) for cell in row])
    return dataset


def _harmless(cell: object) -> object:
    if cell is None or isinstance(cell, int):
        return "" if cell is None else cell
    text = ILLEGAL_CHARACTERS_RE.sub("", str(cell))
    return f"'{text}" if _would_run(text) else text
