"""Playing a city's requests for information: who asked whom, and what each answered."""

from typing import TYPE_CHECKING

from infosharing.demo.script import Table
from infosharing.demo.timeline import Timeline, day
from infosharing.notes.models import Note
from infosharing.requests import services
from infosharing.requests.models import InformationRequest
from partnership.membership.sight import sight

if TYPE_CHECKING:
    from infosharing.demo.play import Play

SAID = ("title", "question", "purpose", "legal_basis", "tlp", "category")


def schedule_requests(city: "Play", timeline: Timeline) -> None:
    """Put everything that the script says of requests on the timeline."""
    for row in city.script.get("requests", []):
        made: list[InformationRequest] = []
        timeline.add(row["day"], lambda row=row, made=made: made.append(_ask(city, row)))  # type: ignore[misc]
        for told in row.get("answers", []):
            timeline.add(told["day"], lambda told=told, made=made: _answer(city, told, made[0]))  # type: ignore[misc]


def _ask(city: "Play", row: Table) -> InformationRequest:
    actor = city.cast.actor(row["by"])
    said = {name: row[name] for name in SAID if name in row}
    competence = city.competences[row["competence"]] if "competence" in row else None
    with sight(actor.person_id):
        return services.ask_members(
            actor=actor,
            partnership=city.partnership,
            members=[city.members[code] for code in row["to"]],
            words=services.Words(**said, due_on=day(row["due"]), competence=competence),
        )


def _answer(city: "Play", told: Table, found: InformationRequest) -> None:
    actor = city.cast.actor(told["by"])
    with sight(actor.person_id):
        if "ground" in told:
            services.refuse_request(actor=actor, found=found, ground=told["ground"], reason=told["reason"])
            return
        note = Note.objects.visible_to(actor).live().get(title=told["note"]) if "note" in told else None
        services.answer_request(
            actor=actor,
            found=found,
            outcome=told.get("outcome", "answered"),
            answer=told.get("answer", ""),
            note=note,
            reason=told.get("reason", ""),
        )
