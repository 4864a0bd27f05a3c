"""What people have to say in words."""

from unicodedata import category

from foundation.errors import Invalid

# Signs that turn the direction of writing, unseen (Unicode's explicit formatting characters): with them a line can read
# as another one, and turn what stands beside it. They come along unnoticed with what is pasted, so nobody is blamed.
TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
# What begins a line elsewhere: no form sends it where one line is asked for.
BREAKS = dict.fromkeys(map(ord, "\r\n\v\f\x85\u2028\u2029"), " ")
SAY_WHY = "Say why, so that the others know."


def required(text: str, *, field: str = "reason", message: str = SAY_WHY) -> str:
    """Return a text without blanks around it.

    Raises:
        Invalid: nothing is left.
    """
    if not text.strip():
        raise Invalid(message, field=field)
    return text.strip()


def without_turns(text: str) -> str:
    """Return a text without the signs that turn the direction of writing. Scripts need none of them in one line."""
    return text.translate(TURNS)


def in_one_line(text: str) -> str:
    """Return a title or a name as one line without these signs; empty where nothing of it can be seen."""
    line = without_turns(text).translate(BREAKS)
    # controls and formats, blanks of all kinds
    return line if any(category(sign)[0] not in "CZ" for sign in line) else ""


def one_line(text: str, *, field: str, message: str) -> str:
    """Return a title or a name: in one line, without signs that turn the direction of writing, and no blanks around it.

    Raises:
        Invalid: nothing is left that can be seen.
    """
    return required(in_one_line(text), field=field, message=message)
