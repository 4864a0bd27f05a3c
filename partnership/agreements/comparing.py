"""Two texts side by side, word by word. Pure: no database."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and whether they stand on this side alone."""

    text: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Sides:
    """One text before and after, in pieces."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]

    @property
    def is_same(self) -> bool:
        return not any(piece.is_changed for piece in (*self.before, *self.after))


def compare(before: str, after: str) -> Sides:
    """Return both texts in pieces, those words marked that the other does not have there."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    left: list[Piece] = []
    right: list[Piece] = []
    # without autojunk: in a long text it would take the commonest words for noise, and mark too much
    for step, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same = step == "equal"
        _add(left, old[a:b], changed=not same)
        _add(right, new[c:d], changed=not same)
    return Sides(tuple(left), tuple(right))


def _add(pieces: list[Piece], words: Sequence[str], *, changed: bool) -> None:
    if words:
        pieces.append(Piece("".join(words), changed))
