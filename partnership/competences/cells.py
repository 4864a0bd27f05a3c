"""What stands in the cells of a table: each either understood or refused, with how to write it."""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import date

from partnership.approaches import Approach
from partnership.competences.models import Extent
from partnership.competences.services.changes import LONGEST_LEAD
from partnership.competences.tables import Line

# as the columns of the register have room for it
LONGEST = {"competence": 300, "decided_by": 200, "capacity": 200, "limits": 500, "needs_words": 300}
LONGEST_OTHER = 5_000
# a name in a cell of several: in quotation marks, those within doubled, or as it stands up to the next semicolon
PIECE = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*|([^;]*))(?:;|$)')
HARD = re.compile(r'[;"]')
QUOTE = '"'
# in one cell; beyond, nobody looks for names that hold semicolons
MOST_NAMES = 40


class Wrong(Exception):
    """A cell that cannot be taken; says in which column, and how to mend it."""

    def __init__(self, column: str, text: str) -> None:
        super().__init__(text)
        self.column, self.text = column, text


def require_plain(line: Line) -> None:
    """Refuse a row with a character that no page shows, or with a text that is too long."""
    for column, text in line.cells.items():
        if any(
            not character.isprintable() and character not in "\n\t" and ord(character) < ord(" ") for character in text
        ):
            raise Wrong(column, "There is a character in it that cannot be shown. Type it anew.")
        if len(text) > (longest := LONGEST.get(column, LONGEST_OTHER)):
            raise Wrong(column, f"This has {len(text):,} characters; at most {longest:,} fit.")


def wrongs_of(line: Line) -> list[Wrong]:
    """Return what is wrong in the cells of a row, each looked at by itself."""
    cells = line.cells
    checks: list[Callable[[], object]] = [
        lambda: require_plain(line),
        lambda: approaches_of(line),
        lambda: extent_of(cells.get("extent") or Extent.FULLY),
        lambda: days_of(cells.get("lead_days", "")),
        lambda: day_of(cells.get("valid_until", "")),
    ]
    found: dict[str, Wrong] = {}
    for check in checks:
        try:
            check()
        except Wrong as wrong:
            found.setdefault(wrong.column, wrong)
    return list(found.values())


def approaches_of(line: Line) -> list[str]:
    """Return the codes in the column of approaches, each once."""
    codes = line.cells.get("approaches", "").upper().replace(",", " ").replace(";", " ").split()
    if not set(codes) <= set(Approach.values):
        raise Wrong("approaches", "Write CJ, AD or VF, with a space between several.")
    return sorted(set(codes))


def extent_of(text: str) -> str:
    """Return an `Extent`, from its value or its words."""
    extent = text.lower().replace(" ", "_")
    if extent not in Extent.values:
        raise Wrong("extent", "Write fully, partly or on request.")
    return extent


def days_of(text: str) -> int | None:
    """Return a number of days; None where the cell is empty."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text) <= LONGEST_LEAD):
        raise Wrong("lead_days", f"Write a number of days from 0, for at once, to {LONGEST_LEAD}.")
    return int(text)


def day_of(text: str) -> date | None:
    """Return a day; None where the cell is empty."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Wrong("valid_until", "Write the day as 2027-12-31.") from None


def split_names(text: str, known: Collection[str]) -> list[str]:
    """Return the names in a cell, which are separated by semicolons, though some hold semicolons themselves.

    A name that does is best put into quotation marks; without them, the longest name that is known is taken.
    """
    quoted = [name for name in map(_unquoted, PIECE.findall(text)) if name]
    if all(name in known for name in quoted) or len(quoted) > MOST_NAMES:
        return quoted
    pieces, found = text.split(";"), []
    while pieces:
        candidates = (";".join(pieces[:count]).strip() for count in range(len(pieces), 0, -1))
        name, taken = next(
            ((name, len(pieces) - skipped) for skipped, name in enumerate(candidates) if name in known),
            (pieces[0].strip(), 1),
        )
        found += [name] if name else []
        del pieces[:taken]
    return found


def join_names(names: Iterable[str]) -> str:
    """Return names as a cell that `split_names` takes apart again."""
    return "; ".join(f'"{name.replace(QUOTE, QUOTE * 2)}"' if HARD.search(name) else name for name in names)


def _unquoted(piece: tuple[str, str]) -> str:
    quoted, plain = piece
    return quoted.replace(QUOTE * 2, QUOTE) if quoted else plain.strip()
