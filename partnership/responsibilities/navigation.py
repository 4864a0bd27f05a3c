"""Where responsibilities stand among a partnership's pages."""

from partnership.membership.navigation import Entry, register

RESPONSIBILITIES = register(Entry(20, "Responsibilities", "responsibilities/"))
