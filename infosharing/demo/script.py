"""The demo's script: what the data files say, read but not yet played.

Each city is a folder under `data`; its TOML files together are one script. Days count from the day of loading:
`-14` is two weeks ago, `7` in a week.
"""

import tomllib
from pathlib import Path
from typing import Any

Table = dict[str, Any]

DATA = Path(__file__).parent / "data"
CITIES = ("rotterdam", "amsterdam", "berlin")


def file_of(city: str, name: str) -> bytes:
    """Return a file that somebody of a city adds as evidence, or to a note."""
    return (DATA / city / "files" / name).read_bytes()


def read(city: str) -> Table:
    """Return everything that the files of a city say.

    Raises:
        ValueError: two of its files have a section of the same name.
    """
    script: Table = {}
    for path in sorted((DATA / city).glob("*.toml")):
        sections = tomllib.loads(path.read_text(encoding="utf-8"))
        if twice := script.keys() & sections.keys():
            raise ValueError(f"{path} repeats {', '.join(sorted(twice))}")
        script |= sections
    return script
