"""What fills in the addresses of meetings, and bodies that they take."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from foundation import clock
from tests.world import World

BASE = "/partnerships/<slug:slug>/meetings/"
ONE = BASE + "<uuid:meeting>/"
ITEM = ONE + "items/<uuid:item>/"
SITTING = {"meeting": "sitting_meeting"}

# by how a route ends: the meeting, item or decision that is in the right state for it
OTHER_OBJECTS = {
    ONE + "call/": {"meeting": "planned_meeting"},
    ONE + "start/": {"meeting": "due_meeting"},
    ONE + "session/": SITTING,
    ONE + "attendance/": SITTING,
    ONE + "decide/": SITTING,
    ONE + "commit/": SITTING,
    ONE + "close/": SITTING,
    ONE + "minutes/": {"meeting": "closed_meeting"},
    ONE + "minutes/pdf/": {"meeting": "closed_meeting"},
    ITEM + "outcome/": {**SITTING, "item": "sitting_item"},
    BASE + "decisions/<uuid:decision>/edit/": {"decision": "sitting_decision"},
    BASE + "decisions/<uuid:decision>/dissent/": {"decision": "sitting_decision"},
}


def values(world: World) -> dict[str, Any]:
    return {
        **{f"{name}_meeting": meeting.public_id for name, meeting in world.meetings.items()},
        "meeting": world.meetings["called"].public_id,
        "series": world.series["monthly"].public_id,
        "item": world.items["patrol"].public_id,
        "sitting_item": world.items["sitting"].public_id,
        "paper": world.papers["plan"].public_id,
        "decision": world.decisions["closed"].public_id,
        "sitting_decision": world.decisions["sitting"].public_id,
    }


def bodies(world: World) -> dict[str, dict[str, Any]]:
    later = timezone.localtime(clock.now() + timedelta(days=60)).strftime("%Y-%m-%dT%H:%M")
    police, tax = world.memberships["police"].pk, world.memberships["tax"].pk
    common = {"title": "Table", "minutes": 60, "chair": police, "quorum_rule": "share", "quorum_percent": 50}
    series = {"every": "FREQ=MONTHLY", "nth": "2", "weekday": "TU", "starts_at": "10:00", "first_on": later[:10]}
    item = {"title": "Cranes", "kind": "discuss", "minutes": 10, "presenter": police}
    words = {"text": "We do it", "rule": "consensus"}
    reason = {"reason": "Because it is tested"}
    sitting = world.memberships["police"].public_id
    return {
        BASE + "new/": {**common, "starts_at": later},
        BASE + "series/new/": {**common, **series},
        BASE + "series/<uuid:series>/end/": reason,
        BASE + "series/<uuid:series>/edit/": {
            **common,
            **{name: value for name, value in series.items() if name != "first_on"},
            **reason,
            "since": (clock.today() + timedelta(days=2)).isoformat(),
        },
        ONE + "edit/": {**common, "starts_at": later},
        ONE + "cancel/": reason,
        ONE + "answer/": {"announced": "deputy"},
        ONE + "attendance/": {f"status-{sitting}": "deputy"},
        ONE + "decide/": words,
        ONE + "commit/": {
            "promise": "To look",
            "owner": police,
            "due_on": later[:10],
            "done_when": "Seen",
        },
        ONE + "items/new/": item,
        ITEM + "edit/": item,
        ITEM + "move/": {"to": "down"},
        ITEM + "withdraw/": reason,
        ITEM + "outcome/": {"status": "done", "outcome": "Settled"},
        ITEM + "papers/new/": {"title": "Map", "text": "North is up"},
        BASE + "decisions/<uuid:decision>/edit/": words,
        BASE + "decisions/<uuid:decision>/dissent/": {"member": tax, "text": "Too costly"},
    }
