"""Where notes stand among a partnership's pages."""

from partnership.membership.navigation import Entry, register

NOTES = register(Entry(60, "Notes", "notes/"))
