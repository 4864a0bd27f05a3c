"""Where commitments stand among a partnership's pages."""

from partnership.membership.navigation import Entry, register

COMMITMENTS = register(Entry(30, "Commitments", "commitments/"))
