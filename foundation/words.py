"""What people have to say in words."""

from foundation.errors import Invalid

SAY_WHY = "Say why, so that the others know."


def required(text: str, *, field: str = "reason", message: str = SAY_WHY) -> str:
    """Return a text without blanks around it.

    Raises:
        Invalid: nothing is left.
    """
    if not text.strip():
        raise Invalid(message, field=field)
    return text.strip()
