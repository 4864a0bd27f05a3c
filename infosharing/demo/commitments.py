"""Playing a city's commitments: proposed, answered, begun, blocked, done, verified, given up."""

from typing import TYPE_CHECKING, Any

from accounts.people.actor import Actor
from foundation.files.services import check
from infosharing.demo.agreements import clause_of
from infosharing.demo.script import Table, file_of
from infosharing.demo.timeline import Timeline, day
from infosharing.notes.evidence.services import add_note
from infosharing.notes.models import Note
from partnership.commitments import recurrence
from partnership.commitments import services as commitments
from partnership.commitments.models import Commitment
from partnership.membership.sight import sight

if TYPE_CHECKING:
    from infosharing.demo.play import Play

STEPS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "accepted": (commitments.accept_commitment, ()),
    "declined": (commitments.decline_commitment, ("reason",)),
    "started": (commitments.start_commitment, ()),
    "blocked": (commitments.block_commitment, ("reason",)),
    "goes_on": (commitments.unblock_commitment, ()),
    "done": (commitments.claim_done, ("evidence",)),
    "verified": (commitments.verify_commitment, ()),
    "sent_back": (commitments.send_back, ("reason",)),
    "dropped": (commitments.drop_commitment, ("reason",)),
    "replanned": (commitments.replan_commitment, ("due_on", "reason")),
    "date_asked": (commitments.ask_for_date, ("due_on", "reason")),
    "needs": (commitments.add_need, ()),
}
Promises = dict[str, Commitment]


def schedule_commitments(city: "Play", timeline: Timeline) -> None:
    """Put everything that the script says of commitments on the timeline."""
    promises: Promises = {}
    for number, row in enumerate(city.script["commitments"]):
        key = row.get("key", str(number))
        for step in row["history"]:
            timeline.add(step["day"], lambda row=row, step=step, key=key: _take(city, row, step, key, promises))  # type: ignore[misc]


def _take(city: "Play", row: Table, step: Table, key: str, promises: Promises) -> None:
    """Take one step of a commitment: propose it, or change what was proposed.

    Raises:
        KeyError: the script names a step that does not exist.
    """
    actor = city.cast.actor(step["by"])
    if step["step"] == "proposed":
        promises[key] = _propose(city, row, actor)
        return
    if step["step"] == "shown":
        _show(city, step, actor, promises[key])
        return
    service, takes = STEPS[step["step"]]
    given = {name: step[name] for name in takes}
    if "due_on" in given:
        given["due_on"] = day(given["due_on"])
    if "waits_for" in step:
        # a member by its code, or something else in words
        member = city.members.get(step["waits_for"])
        given |= {"blocker": member} if member else {"blocker_words": step["waits_for"]}
    if "needs" in step:
        given["needs"] = promises[step["needs"]]
    if "link" in step:
        given["evidence_link"] = step["link"]
    service(actor=actor, commitment=promises[key], **given)


def _show(city: "Play", step: Table, actor: Actor, commitment: Commitment) -> None:
    """Add evidence: a link, a file of the city's folder, or a note by its title."""
    if "note" in step:
        with sight(actor.person_id):
            note = Note.objects.get(partnership=city.partnership, title=step["note"])
            add_note(actor=actor, commitment=commitment, note=note)
        return
    name = step.get("file")
    file = check(name, file_of(city.script["partnership"]["city"].lower(), name)) if name else None
    commitments.add_evidence(
        actor=actor, commitment=commitment, title=step["title"], link=step.get("link", ""), file=file
    )


def _propose(city: "Play", row: Table, actor: Actor) -> Commitment:
    due_on = day(row["due_on"])
    return commitments.propose_commitment(
        actor=actor,
        partnership=city.partnership,
        promise=row["promise"],
        owner=city.members[row["owner"]],
        due_on=due_on,
        done_when=row["done_when"],
        person=city.cast.people[f"{row['person']}@{row['owner']}"],
        responsibility=city.duties[row["duty"]] if "duty" in row else None,
        clause=clause_of(city, *row["clause"]) if "clause" in row else None,
        input=city.inputs[row["input"]] if "input" in row else None,
        contributors=[city.members[code] for code in row.get("contributors", [])],
        approaches=row.get("approaches", []),
        competence=city.competences[row["competence"]] if "competence" in row else None,
        rule=recurrence.rule_for(row.get("every", ""), due_on),
    )
