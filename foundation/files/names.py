"""Names of files as people gave them: text to show, never a path to open."""

import unicodedata
from pathlib import PurePosixPath

from foundation.errors import Invalid
from foundation.files.kinds import TRAITS, Kind

LONGEST = 100


def clean_name(name: str, kind: Kind) -> str:
    """Return a name that is safe to show and to offer for saving.

    Left out are folders, control characters, and marks that turn the direction of writing, by which "exe.pdf" can look
    like something else.

    Raises:
        Invalid: its ending belongs to another kind of file.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(
        " " if character in '"<>:|?*' else character
        for character in unicodedata.normalize("NFC", last)
        if unicodedata.category(character)[0] != "C"
    )
    words = " ".join(shown.split()).lstrip(". ")
    ending = PurePosixPath(words).suffix.lower()
    endings = TRAITS[kind].endings
    if ending not in endings:
        raise Invalid(f"Its content is that of a {kind.label}. Give it a name that ends in {' or '.join(endings)}.")
    stem = words[: -len(ending)].rstrip(". ")[: LONGEST - len(ending)]
    return f"{stem or 'file'}{ending}"
