"""Where requests stand among a partnership's pages."""

from partnership.membership.navigation import Entry, register

REQUESTS = register(Entry(65, "Requests", "requests/"))
