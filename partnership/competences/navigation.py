"""Where competences stand among a partnership's pages."""

from partnership.membership.navigation import Entry, register

COMPETENCES = register(Entry(50, "Competences", "competences/"))
