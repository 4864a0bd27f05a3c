"""What needs a persona, asked as "My work" asks: in the sight of whoever reads it."""

from typing import Any

from accounts.people.actor import Actor
from foundation.work import needs
from partnership.membership.sight import sight


def needs_of(actor: Actor, **more: Any) -> list[needs.Need]:
    with sight(actor.person_id):
        return needs.needs_of(actor, **more)
