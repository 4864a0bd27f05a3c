"""The pages of a partnership, in the order of the five conditions. Rooms register their own."""

from dataclasses import dataclass

from partnership.membership.models import Partnership


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A page of every partnership: its place, its name, and its path below the partnership's address."""

    order: int
    label: str
    path: str


_entries: list[Entry] = []


def register(entry: Entry) -> Entry:
    """Add a page to the side navigation."""
    _entries.append(entry)
    return entry


def entries_for(partnership: Partnership, current: str) -> list[dict[str, object]]:
    """Return the side navigation of a partnership, with the current page marked by its path."""
    base = partnership.get_absolute_url()
    return [
        {"label": entry.label, "url": base + entry.path, "current": entry.path == current} for entry in sorted(_entries)
    ]


OVERVIEW = register(Entry(0, "Overview", ""))
MEMBERS = register(Entry(10, "Members", "members/"))
