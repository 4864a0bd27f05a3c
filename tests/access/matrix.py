"""The committed table of who gets what answer where: docs/access.csv, a line for each route and method."""

import csv
from pathlib import Path

from tests.world.cast import PERSONAS

FILE = Path(__file__).resolve().parents[2] / "docs" / "access.csv"
HEAD = ("route", "method", *PERSONAS)
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")

Cells = dict[tuple[str, str], dict[str, str]]


def read() -> Cells:
    """Return the statuses by persona, by route and method."""
    with FILE.open(newline="") as file:
        return {(row["route"], row["method"]): {name: row[name] for name in PERSONAS} for row in csv.DictReader(file)}


def write(cells: Cells) -> None:
    """Write the table anew, sorted, for somebody to read every line of the difference."""
    with FILE.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD)
        for (route, method), statuses in sorted(
            cells.items(), key=lambda cell: (cell[0][0], METHODS.index(cell[0][1]))
        ):
            writer.writerow([route, method, *(statuses[persona] for persona in PERSONAS)])
