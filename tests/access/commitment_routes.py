"""What fills in the addresses of commitments and calendar feeds, and bodies that they take."""

from datetime import timedelta
from typing import Any

from foundation import clock
from tests.world import World
from tests.world.files import PDF, Sample
from tests.world.plans import calendar_token

BASE = "/partnerships/<slug:slug>/commitments/"
ONE = BASE + "<uuid:commitment>/"
API = "/api/v1/commitments/<uuid:commitment>/"

# by how a route ends: the commitment that is in the right state for it
OTHER_OBJECTS = {
    ONE + "accept/": {"commitment": "proposed"},
    ONE + "decline/": {"commitment": "proposed"},
    ONE + "ask-date/": {"commitment": "proposed"},
    ONE + "agree-date/": {"commitment": "asking"},
    ONE + "keep-date/": {"commitment": "asking"},
    ONE + "verify/": {"commitment": "claimed"},
    ONE + "send-back/": {"commitment": "claimed"},
    ONE + "unblock/": {"commitment": "blocked"},
    ONE + "stop-repeating/": {"commitment": "repeating"},
    API + "accept": {"commitment": "proposed_to_police"},
    API + "decline": {"commitment": "proposed_to_police"},
    API + "date": {"commitment": "proposed_to_police"},
    API + "date-answer": {"commitment": "asking"},
    API + "progress": {"commitment": "of_police"},
    API + "complete": {"commitment": "of_police"},
}


def values(world: World) -> dict[str, Any]:
    return {
        "commitment": world.commitments["report"].public_id,
        "proposed": world.commitments["camera"].public_id,
        "asking": world.commitments["asking"].public_id,
        "claimed": world.commitments["claimed"].public_id,
        "blocked": world.commitments["blocked"].public_id,
        "repeating": world.commitments["repeating"].public_id,
        "needed": world.commitments["check"].public_id,
        "of_police": world.commitments["check"].public_id,
        "proposed_to_police": world.commitments["guard"].public_id,
        "evidence": world.evidence["file"].public_id,
        "note_evidence": world.note_evidence["customs"].public_id,
        "feed": world.feeds["lead_customs"].public_id,
        "token": calendar_token("lead_customs"),
    }


def bodies(world: World) -> dict[str, dict[str, Any]]:
    later = (clock.today() + timedelta(days=60)).isoformat()
    members, people = world.memberships, world.people
    reason = {"reason": "Because it is tested"}
    return {
        BASE + "new/": {
            "promise": "To look",
            "owner": members["police"].pk,
            "due_on": later,
            "done_when": "Seen",
            "every": "month",
            "contributors": [members["tax"].pk],
            "approaches": ["CJ"],
        },
        BASE + "hand-over/": {
            "person": f"{members['customs'].public_id}.{people['staff_customs'].public_id}",
            "to": people["lead_customs"].public_id,
        },
        ONE + "accept/": {"person": people["lead_company"].pk},
        ONE + "decline/": reason,
        ONE + "ask-date/": {**reason, "due_on": later},
        ONE + "keep-date/": reason,
        ONE + "block/": {**reason, "blocker": members["tax"].pk},
        ONE + "done/": {"evidence": "The report", "evidence_link": "https://reports.example/7"},
        ONE + "evidence/note/": {"note": world.notes["by_customs"].public_id},
        ONE + "evidence/": {"title": "Scans", "file": Sample("scans.pdf", PDF)},
        ONE + "send-back/": reason,
        ONE + "replan/": {**reason, "due_on": later},
        ONE + "plan/": {"person": people["staff_customs"].pk, "contributors": [members["tax"].pk]},
        ONE + "needs/": {"needs": world.commitments["camera"].pk},
        ONE + "stop-repeating/": reason,
        ONE + "drop/": reason,
        API + "accept": {},
        API + "decline": reason,
        API + "date": {**reason, "due_on": later},
        API + "date-answer": {"agreed": True},
        API + "progress": {"status": "in_progress"},
        API + "complete": {"evidence": "The report"},
        "/settings/calendar/new/": {"scope": "mine"},
    }
