"""The committed table of who gets what answer where: docs/access.csv, a line for each route and method."""

import csv
import fcntl
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


def write(cells: Cells, routes: set[str]) -> None:
    """Write these lines anew, sorted, for somebody to read every line of the difference.

    Lines of other routes stay if the routes are still there: several workers may each write a part.
    """
    with FILE.open("r+", newline="") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        kept = {cell: statuses for cell, statuses in read().items() if cell[0] in routes} | cells
        file.truncate()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD)
        for (route, method), statuses in sorted(kept.items(), key=lambda cell: (cell[0][0], METHODS.index(cell[0][1]))):
            writer.writerow([route, method, *(statuses[persona] for persona in PERSONAS)])
