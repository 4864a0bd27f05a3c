"""What fills in the addresses of agreements, and bodies that they take."""

from datetime import timedelta
from typing import Any

from foundation import clock
from tests.world import PASSWORD, World

BASE = "/partnerships/<slug:slug>/agreement/"
VERSION = BASE + "<uuid:agreement>/<int:number>/"

# by how a route ends: the agreement that is in the right state for it
OTHER_OBJECTS = {
    VERSION + "revise/": {"agreement": "draft_agreement"},
    VERSION + "clauses/new/": {"agreement": "draft_agreement"},
    VERSION + "clauses/<uuid:clause>/": {"agreement": "draft_agreement"},
    VERSION + "clauses/<uuid:clause>/remove/": {"agreement": "draft_agreement"},
    VERSION + "signatories/new/": {"agreement": "draft_agreement"},
    VERSION + "signatories/<int:place>/remove/": {"agreement": "draft_agreement"},
    VERSION + "consult/": {"agreement": "draft_agreement"},
    VERSION + "remark/": {"agreement": "terms_agreement"},
    VERSION + "open/": {"agreement": "terms_agreement"},
    VERSION + "redraft/": {"agreement": "terms_agreement"},
    VERSION + "sign/": {"agreement": "sharing_agreement"},
    VERSION + "force/": {"agreement": "guide_agreement", "number": "next_number"},
    VERSION + "confirm/": {"agreement": "guide_agreement"},
}


def values(world: World) -> dict[str, Any]:
    agreements = {f"{name}_agreement": world.versions[name].agreement.public_id for name in world.versions}
    covenant = world.versions["covenant"].agreement
    return {
        **agreements,
        "agreement": covenant.public_id,
        "number": 1,
        "next_number": 2,
        "earlier": 1,
        "place": 1,
        "clause": world.versions["draft"].clauses.get(number=1).public_id,
        "annex": covenant.annexes.get().public_id,
    }


def bodies(world: World) -> dict[str, dict[str, Any]]:
    later = (clock.today() + timedelta(days=60)).isoformat()
    clause = {"kind": "duty", "heading": "Watching", "text": "Everybody watches."}
    reason = {"reason": "Because it is tested"}
    return {
        BASE + "new/": {"kind": "covenant", "title": "New", "review_on": later, "with_usual_headings": "on"},
        BASE + "<uuid:agreement>/new-version/": {"change_note": "More", "is_material": "yes", "review_on": later},
        BASE + "<uuid:agreement>/annexes/new/": {"name": "Map", "text": "North is up"},
        VERSION + "revise/": {"review_on": later},
        VERSION + "clauses/new/": clause,
        VERSION + "clauses/<uuid:clause>/": {**clause, "number": 2},
        VERSION + "signatories/new/": {"membership": world.memberships["tax"].pk, "function": "Director"},
        VERSION + "remark/": {"text": "Shorter"},
        VERSION + "redraft/": reason,
        VERSION + "sign/": {
            "version_hash": world.versions["sharing"].content_hash,
            "function": "Director",
            "mandate_basis": "Decision 3",
            "password": PASSWORD,
        },
        VERSION + "force/": reason,
        VERSION + "confirm/": {**reason, "review_on": later},
        VERSION + "end/": reason,
    }
