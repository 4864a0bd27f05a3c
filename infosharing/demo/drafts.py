"""Playing a city's drafts: what somebody is writing, and what waits for a colleague."""

from typing import TYPE_CHECKING

from infosharing.demo.script import Table
from infosharing.demo.timeline import Timeline, day
from infosharing.drafts import services
from partnership.membership.sight import sight

if TYPE_CHECKING:
    from infosharing.demo.play import Play


def schedule_drafts(city: "Play", timeline: Timeline) -> None:
    """Put everything that the script says of drafts on the timeline."""
    for row in city.script.get("drafts", []):
        timeline.add(row["day"], lambda row=row: _begin(city, row))  # type: ignore[misc]


def _begin(city: "Play", row: Table) -> None:
    actor = city.cast.actor(row["by"])
    typed = {
        "title": [row["title"]],
        "body": [row["text"].strip()],
        "tlp": [row["tlp"]],
        "audience": [row["audience"]],
        "agencies": [str(city.members[code].pk) for code in row.get("agencies", [])],
        "category": [row.get("category", "")],
        "review_on": [day(row["review"]).isoformat()],
        "recipients_know_each_other": ["on"],
    }
    with sight(actor.person_id):
        draft = services.begin(actor=actor, partnership=city.partnership, data=typed)
        if "asked_of" in row:
            services.ask_release(actor=actor, draft=draft, of=city.cast.people[row["asked_of"]])
