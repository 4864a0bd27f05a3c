"""Loading the catalogue from its file: safe to do again, whenever the file has changed."""

import csv
from pathlib import Path
from typing import Any

from django.db import transaction

from partnership.competences.models import Entry

FILE = Path(__file__).parent / "data" / "catalogue.csv"
PLAIN = ("name", "holder", "legal_basis", "decided_by", "needs_first", "output", "checked", "check_note", "source")


def rows() -> list[dict[str, Any]]:
    """Return the rows of the file as columns of `Entry`."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [
            {name: row[name] for name in ("code", *PLAIN)}
            | {"approaches": row["approaches"].split(), "countries": row["countries"].split()}
            for row in csv.DictReader(file)
        ]


@transaction.atomic
def load() -> tuple[int, int]:
    """Bring the catalogue in line with the file. What partnerships made of it stays as they made it.

    Returns:
        How many entries were added, and how many there were already.
    """
    added = 0
    found = rows()
    for row in found:
        _entry, is_new = Entry.objects.update_or_create(code=row["code"], defaults=row)
        added += is_new
    return added, len(found) - added
