"""Addresses of the register of competences, each with a real object and a body that would be taken."""

from datetime import timedelta
from typing import Any

from foundation import clock
from tests.world import PASSWORD, World

BASE = "/partnerships/<slug:slug>/competences/"
ONE = BASE + "<uuid:competence>/"


def values(world: World) -> dict[str, Any]:
    """Return what to put in for each parameter: what customs holds, what police remarked, what waits for customs."""
    return {
        "competence": world.competences["search"].public_id,
        "holding": world.holdings["customs_search"].public_id,
        "change": world.changes["waiting"].public_id,
        "holding_remark": world.remarks["police"].public_id,
        "interest": world.interests["company"].public_id,
        "decided_on": world.subjects["press"].public_id,
    }


def bodies(world: World) -> dict[str, dict[str, Any]]:
    """Return, by route, a body that the right persona's POST is taken with."""
    reason = {"reason": "Because it is tested"}
    described = {"name": "Can test", "approaches": ["AD"]}
    members = world.memberships
    subject = {"name": "Who joins", f"right-{members['municipality'].public_id}": "decide"}
    later = (clock.today() + timedelta(days=60)).isoformat()
    return {
        BASE + "new/": described,
        ONE + "edit/": described,
        ONE + "confirm/": {"against": "The law"},
        ONE + "retire/": reason,
        ONE + "holdings/new/": {
            "membership": members["customs"].public_id, "extent": "partly", "lead_days": "3", "valid_until": later,
        },
        BASE + "holdings/<uuid:holding>/end/": reason,
        BASE + "holdings/<uuid:holding>/remarks/new/": {
            "text": "Ask the night desk", "readers": [members["police"].public_id],
        },
        BASE + "changes/<uuid:change>/decline/": reason,
        BASE + "members/<uuid:member>/changes/": {"shown": world.changes["waiting"].public_id},
        BASE + "interests/new/": {"text": "Owns a quay"},
        BASE + "rights/new/": subject,
        BASE + "rights/<uuid:decided_on>/edit/": subject,
        BASE + "rights/<uuid:decided_on>/remove/": reason,
        BASE + "acknowledgement/sign/": {
            "fingerprint": world.statements["haven"].fingerprint, "password": PASSWORD,
        },
    }  # fmt: skip
