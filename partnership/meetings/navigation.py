"""Where meetings stand among a partnership's pages."""

from partnership.membership.navigation import Entry, register

MEETINGS = register(Entry(40, "Meetings", "meetings/"))
