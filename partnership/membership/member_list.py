"""Reading a list of members: a CSV file that somebody keeps elsewhere (docs/demo.md, "A list of your own").

Reads and checks, asks no database. Every row is looked at, so that one reading names all that is wrong.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import models

from accounts.agencies.models import Agency, Kind, Level, Sector
from accounts.people.models import Person
from foundation import clock
from partnership.membership.models import Membership, MembershipRole

LARGEST = 5_000_000
REQUIRED = ("agency_name", "agency_code", "city", "kind", "sector", "level", "country", "role", "joined_on")
OPTIONAL = (
    "contact",
    "representative_name", "representative_email", "representative_function", "mandate",
    "deputy_name", "deputy_email", "deputy_function", "deputy_mandate",
)  # fmt: skip
CHOICES: dict[str, type[models.TextChoices]] = {
    "kind": Kind,
    "sector": Sector,
    "level": Level,
    "role": MembershipRole,
}
# where a column's text ends up: that field's own rules hold for it
DESTINATIONS: dict[str, tuple[type[models.Model], str]] = {
    "agency_name": (Agency, "name"),
    "agency_code": (Agency, "code"),
    "city": (Agency, "city"),
    "contact": (Agency, "contact"),
    "representative_name": (Person, "name"),
    "representative_email": (Person, "email"),
    "representative_function": (Person, "function"),
    "mandate": (Membership, "representative_mandate"),
    "deputy_name": (Person, "name"),
    "deputy_email": (Person, "email"),
    "deputy_function": (Person, "function"),
    "deputy_mandate": (Membership, "deputy_mandate"),
}


class Unreadable(Exception):
    """The file as a whole cannot be read; says why, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one row."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class Spokesperson:
    """Somebody named to speak for a member. All empty where the row names nobody."""

    name: str = ""
    email: str = ""
    function: str = ""
    mandate: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One member as the list states it."""

    line: int
    name: str
    code: str
    city: str
    kind: str
    sector: str
    level: str
    country: str
    contact: str
    role: str
    joined_on: date
    representative: Spokesperson
    deputy: Spokesperson

    @property
    def key(self) -> tuple[str, str]:
        """By what an agency is known."""
        return self.city.casefold(), self.code.casefold()


@dataclass(slots=True)
class MemberList:
    """All rows that hold together, and what is wrong with the others."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_list(path: Path) -> MemberList:
    """Read a file.

    Raises:
        Unreadable: it is missing, no file, too large, empty, of another encoding, or lacks a column.
    """
    text = _decoded(path)
    records = _records(path, text)
    _line, header = next(records, (0, []))
    columns = _columns(path, header)
    result = MemberList()
    for line, cells in records:
        if not any(cells):
            continue
        row, problems = _row(line, columns, cells)
        if row is None:
            result.faults.append(Fault(line, "; ".join(problems)))
        else:
            result.rows.append(row)
    if not (result.rows or result.faults):
        raise Unreadable(f"{path} lists no members: it has column names and nothing below them.")
    _refuse_repeats(result)
    return result


def _decoded(path: Path) -> str:
    if path.is_dir():
        raise Unreadable(f"{path} is a directory. Give the CSV file itself.")
    if not path.is_file():
        raise Unreadable(f"There is no file {path}.")
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from error
    if len(data) > LARGEST:
        raise Unreadable(f"{path} is larger than {LARGEST // 1_000_000} MB. That is no list of members.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(f'{path} is not UTF-8 (line {line}). Save it again as "CSV UTF-8".') from error


def _records(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Give each record with the line on which it begins."""
    header = text.lstrip().partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(f"{path}, line {line}: {error}. Is a quotation mark missing?") from error
        if cells:
            yield line, [cell.strip() for cell in cells]


def _columns(path: Path, header: list[str]) -> list[str]:
    columns = [name.casefold() for name in header]
    if not any(columns):
        raise Unreadable(f"{path} is empty.")
    known = {*REQUIRED, *OPTIONAL}
    if missing := [name for name in REQUIRED if name not in columns]:
        raise Unreadable(f"{path} lacks the columns {', '.join(missing)}.")
    if unknown := [_shown(name) for name in columns if name not in known]:
        raise Unreadable(f"{path} has columns that mean nothing here: {', '.join(unknown)}.")
    if len(set(columns)) != len(columns):
        raise Unreadable(f"{path} has a column twice.")
    return columns


def _row(line: int, columns: list[str], cells: list[str]) -> tuple[Row | None, list[str]]:
    if len(cells) != len(columns):
        return None, [f"it has {len(cells)} cells where {len(columns)} belong"]
    given = dict.fromkeys(OPTIONAL, "") | dict(zip(columns, cells, strict=True))
    problems = [problem for column in (*REQUIRED, *OPTIONAL) if (problem := _problem(column, given[column]))]
    problems += _problems_of_people(given)
    if problems:
        return None, problems
    return _made(line, given), []


def _problem(column: str, text: str) -> str:
    """Say what is wrong with one cell, or nothing."""
    if "\0" in text:
        return f"{column} holds a NUL character"
    if not text:
        return f"{column} is empty" if column in REQUIRED else ""
    if column in CHOICES:
        labels = ", ".join(str(label) for label in CHOICES[column].labels)
        return "" if _choice(column, text) else f'{column} "{_shown(text)}" is not one of {labels}'
    if column == "country":
        return "" if re.fullmatch("[A-Za-z]{2}", text) else f'country "{_shown(text)}" is not a code of two letters'
    if column == "joined_on":
        return _problem_of_date(text)
    model, name = DESTINATIONS[column]
    try:
        model._meta.get_field(name).clean(text, None)  # type: ignore[union-attr]
    except ValidationError as error:
        return f'{column} "{_shown(text)}": {" ".join(error.messages)}'
    return ""


def _problem_of_date(text: str) -> str:
    day = _day(text)
    if day is None:
        return f'joined_on "{_shown(text)}" is not a date; write it as 2025-12-31'
    return f"joined_on {day} lies in the future" if day > clock.today() else ""


def _day(text: str) -> date | None:
    # stricter than date.fromisoformat, which takes 20251231 and week dates too
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _choice(column: str, text: str) -> str:
    """Return the value that a text names, by its key or by its label."""
    for value, label in CHOICES[column].choices:
        if text.casefold() in (value, str(label).casefold()):
            return value
    return ""


def _problems_of_people(given: dict[str, str]) -> list[str]:
    problems = [
        f"{part}_email is empty, so nobody is named"
        for part in ("representative", "deputy")
        if not given[f"{part}_email"] and (given[f"{part}_name"] or given[f"{part}_function"])
    ]
    representative, deputy = given["representative_email"].casefold(), given["deputy_email"].casefold()
    if representative and representative == deputy:
        problems.append("the deputy must be somebody else than the representative")
    return problems


def _made(line: int, given: dict[str, str]) -> Row:
    return Row(
        line=line,
        name=given["agency_name"],
        code=given["agency_code"],
        city=given["city"],
        kind=_choice("kind", given["kind"]),
        sector=_choice("sector", given["sector"]),
        level=_choice("level", given["level"]),
        country=given["country"].upper(),
        contact=given["contact"],
        role=_choice("role", given["role"]),
        joined_on=date.fromisoformat(given["joined_on"]),
        representative=_spokesperson(given, "representative", given["mandate"]),
        deputy=_spokesperson(given, "deputy", given["deputy_mandate"]),
    )


def _spokesperson(given: dict[str, str], part: str, mandate: str) -> Spokesperson:
    return Spokesperson(
        name=given[f"{part}_name"],
        email=given[f"{part}_email"].lower(),
        function=given[f"{part}_function"],
        mandate=mandate,
    )


def _refuse_repeats(result: MemberList) -> None:
    """Find agencies listed twice, and people named for two agencies."""
    agencies: dict[tuple[str, str], int] = {}
    people: dict[str, int] = {}
    for row in result.rows:
        first = agencies.setdefault(row.key, row.line)
        if first != row.line:
            result.faults.append(Fault(row.line, f"{row.code} of {row.city} is listed already on line {first}"))
            continue
        for person in (row.representative, row.deputy):
            if person.email and people.setdefault(person.email, row.line) != row.line:
                named = f"{person.email} is named already on line {people[person.email]}, for another agency"
                result.faults.append(Fault(row.line, named))


def _shown(text: str) -> str:
    """Return a text fit for a terminal: short, and without what would steer it."""
    plain = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return plain if len(plain) <= 60 else f"{plain[:57]}..."
