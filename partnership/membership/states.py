"""What may become of a membership."""

from foundation.states import table

# A withdrawn membership has ended for good: who comes back gets a new one.
MEMBERSHIP = table(
    invited="active withdrawn",
    active="suspended withdrawn",
    suspended="active withdrawn",
    withdrawn="",
)

# Announced with notice. On its day it takes effect, by itself; until then the member's lead may take it back.
DEPARTURE = table(
    announced="effective taken_back",
    effective="",
    taken_back="",
)

# What becomes of one thing that a leaving member hands over. What nobody takes over ends on the day.
HAND_OVER = table(
    offered="offered agreed declined ends ended",
    agreed="offered ends handed_over ended",
    declined="offered ends ended",
    ends="offered ends ended",
    handed_over="",
    ended="",
)
