"""Reading a list: one entry a line. What is wrong is said by the number of its line, never by its words."""

import re
from collections.abc import Iterable, Iterator

from infosharing.identifiers.models import MOST_ENTRIES
from infosharing.identifiers.normalising import normalised

MOST_WORDS, MOST_LETTERS, LEAST_LETTERS = 4, 80, 3
MOST_BYTES = 1_000_000
TOLD = 5
LINE_END = re.compile(r"\r\n|\r|\n")


class Unreadable(Exception):
    """A list that cannot be taken.

    Args:
        faults: sentences, each with the line that it is about, where it is about one.
    """

    def __init__(self, *faults: str) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


def text_of(name: str, raw: bytes) -> str:
    """Return the text of a file.

    Raises:
        Unreadable: it is too large, of another kind, or no text.
    """
    if len(raw) > MOST_BYTES:
        raise Unreadable("The file is larger than 1 MB. Split it.")
    if not name.lower().endswith((".txt", ".csv")):
        raise Unreadable("Choose a file whose name ends in .txt or .csv.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("The file is not text in UTF-8. Save it as UTF-8, and choose it again.") from None


def read(text: str, *, where: str = "") -> set[str]:
    """Return the entries of a text, normalised; a line without a letter is none.

    Args:
        where: of which text, for who is told of a line.

    Raises:
        Unreadable: with what is wrong in which line.
    """
    found: set[str] = set()
    faults: list[str] = []
    for number, line in enumerate(LINE_END.split(text), 1):
        words = normalised(line)
        if fault := _fault(words):
            faults.append(f"Line {number}{where} {fault}")
        elif words:
            found.add(words)
    if faults:
        raise Unreadable(*_told(faults))
    return found


def require_some(entries: Iterable[str]) -> list[str]:
    """Return entries as a list.

    Raises:
        Unreadable: there are none, or too many.
    """
    found = list(entries)
    if not found:
        raise Unreadable("Give at least one entry, in the field or as a file.")
    if len(found) > MOST_ENTRIES:
        raise Unreadable(f"These are {len(found):,} entries. A list takes {MOST_ENTRIES:,}: split it.")
    return found


def _fault(words: str) -> str:
    if len(words) > MOST_LETTERS:
        return f"has more than {MOST_LETTERS} letters."
    if words.count(" ") >= MOST_WORDS:
        return f"has more than {MOST_WORDS} words."
    if words and len(words.replace(" ", "")) < LEAST_LETTERS:
        return f"has fewer than {LEAST_LETTERS} letters: it would be found everywhere."
    return ""


def _told(faults: list[str]) -> Iterator[str]:
    yield from faults[:TOLD]
    if len(faults) > TOLD:
        yield f"So have {len(faults) - TOLD:,} more lines."
