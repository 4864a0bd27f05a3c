"""Where agreements stand among a partnership's pages."""

from partnership.membership.navigation import Entry, register

AGREEMENT = register(Entry(15, "Agreement", "agreement/"))
