"""How an entry of a list, and what somebody writes, become the same words.

`static/js/lists.js` does the same in the page; a test holds them together.
"""

import hashlib
import unicodedata

# letters that lose no accent when they are taken apart, and are written without one all the same
FOLDED = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ς": "σ"})
FINGERPRINT_BYTES = 16


def words_of(text: str) -> list[str]:
    """Return the words of a text: letters and digits, in lower case, without accents.

    Whatever else stands between them only separates: "O’Brien-Smith" is three words.
    """
    lower = unicodedata.normalize("NFKC", text).lower()
    plain = unicodedata.normalize("NFD", lower).translate(FOLDED)
    return [word for word in "".join(map(_kept, plain)).split(" ") if word]


def _kept(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind[0] in "LN":
        return sign
    # accents, and signs that nobody sees, stand within a word
    return "" if kind[0] == "M" or kind == "Cf" else " "


def normalised(text: str) -> str:
    """Return a text as its words, one blank between them."""
    return " ".join(words_of(text))


def fingerprint(salt: bytes, words: str) -> bytes:
    """Return the fingerprint of normalised words: the first half of SHA-256 over salt and words."""
    return hashlib.sha256(salt + words.encode()).digest()[:FINGERPRINT_BYTES]
