"""Who may do what about lists."""

from accounts.people.actor import Actor

GIVES = "Only a lead of an agency gives its lists, replaces and removes them."


def may_give(actor: Actor) -> bool:
    """A lead, signed in."""
    return actor.is_lead and actor.scopes is None
