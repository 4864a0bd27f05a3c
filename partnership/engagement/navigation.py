"""Where engagement stands among a partnership's pages."""

from partnership.membership.navigation import Entry, register

ENGAGEMENT = register(Entry(80, "Engagement", "engagement/"))
