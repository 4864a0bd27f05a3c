"""Where reminders stand among a partnership's pages."""

from partnership.membership.navigation import Entry, register

REMINDERS = register(Entry(35, "Reminders", "reminders/"))
