"""States as a table of transitions: the one place that says what may follow what."""

from collections.abc import Mapping

from foundation.errors import OutOfTurn

Transitions = Mapping[str, frozenset[str]]


def table(**rows: str) -> Transitions:
    """Return a transition table from `state="next other"` rows; a state without a successor maps to ``""``."""
    return {state: frozenset(successors.split()) for state, successors in rows.items()}


def require(transitions: Transitions, *, before: str, after: str, thing: str) -> None:
    """Refuse a step that the table does not hold.

    Raises:
        OutOfTurn: `after` may not follow `before`.
    """
    if after not in transitions[before]:
        state = before.replace("_", " ")
        raise OutOfTurn(f"This {thing} is {state}, so that cannot be done, or no longer. See first how it stands now.")
