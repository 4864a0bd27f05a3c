"""What may become of a membership."""

from foundation.states import table

# A withdrawn membership has ended for good: who comes back gets a new one.
MEMBERSHIP = table(
    invited="active withdrawn",
    active="suspended withdrawn",
    suspended="active withdrawn",
    withdrawn="",
)
