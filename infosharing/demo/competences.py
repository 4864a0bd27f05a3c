"""Playing what a city's members can do: the register, the barrier model, who decides, what each acknowledged."""

from typing import TYPE_CHECKING, Any

from accounts.people.actor import Actor
from infosharing.demo.cast import PASSWORD
from infosharing.demo.script import Table
from infosharing.demo.timeline import Timeline
from partnership.competences.facts import Facts
from partnership.competences.models import Entry, Holding, Right
from partnership.competences.services import barriers, catalogue, register, remarks, rights, statements
from partnership.membership.sight import sight

if TYPE_CHECKING:
    from infosharing.demo.play import Play

# days after the founding by which all first members have joined, and the register is drawn up
DRAWN_UP = 32


def schedule_competences(city: "Play", timeline: Timeline) -> None:
    """Put everything that the script says of competences on the timeline."""
    script = city.script
    drawn_up = script["partnership"]["founded"] + DRAWN_UP
    for row in script.get("competences", []):
        timeline.add(drawn_up, lambda row=row: _enter(city, row))  # type: ignore[misc]
    for row in script.get("competences", []):
        for held in row.get("holdings", []):
            timeline.add(drawn_up + 1, lambda row=row, held=held: _hold(city, row["key"], held))  # type: ignore[misc]
        if told := row.get("confirmed"):
            timeline.add(told["day"], lambda row=row, told=told: _confirm(city, row["key"], told))  # type: ignore[misc]
    for row in script.get("processes", []):
        timeline.add(drawn_up + 2, lambda row=row: _describe(city, row))  # type: ignore[misc]
    for row in script.get("rights", []):
        timeline.add(drawn_up + 3, lambda row=row: _give_rights(city, row))  # type: ignore[misc]
    for row in script.get("interests", []):
        timeline.add(row["day"], lambda row=row: _declare(city, row))  # type: ignore[misc]
    for row in script.get("remarks", []):
        timeline.add(row["day"], lambda row=row: _remark(city, row))  # type: ignore[misc]
    for row in script.get("register_changes", []):
        timeline.add(row["day"], lambda row=row: _change(city, row))  # type: ignore[misc]
    _schedule_statement(city, timeline)


def _schedule_statement(city: "Play", timeline: Timeline) -> None:
    if told := city.script.get("statement"):
        timeline.add(
            told["put"], lambda: statements.put_to_members(actor=city.coordinator, partnership=city.partnership)
        )
    for section in ("statement", "resigned"):
        for code, offset in city.script.get(section, {}).get("signed", {}).items():
            timeline.add(offset, lambda code=code: _acknowledge(city, city.lead(code)))  # type: ignore[misc]


def _enter(city: "Play", row: Table) -> None:
    entry = Entry.objects.get(code=row["entry"]) if "entry" in row else None
    given: dict[str, Any] = {name: row[name] for name in ("used_for", "legal_basis", "needs_first") if name in row}
    if entry is None:
        described = catalogue.Description(name=row["name"], approaches=row["approaches"], **given)
        city.competences[row["key"]] = catalogue.write_competence(
            actor=city.coordinator, partnership=city.partnership, description=described
        )
        return
    (copied,) = catalogue.copy_entries(actor=city.coordinator, partnership=city.partnership, entries=[entry])
    kept = {name: getattr(copied, name) for name in ("name", "approaches", "legal_basis", "needs_first", "output")}
    city.competences[row["key"]] = catalogue.describe_competence(
        actor=city.coordinator, competence=copied, description=catalogue.Description(**{**kept, **given})
    )


def _facts(city: "Play", row: Table) -> Facts:
    needs = tuple(city.competences[key].name for key in row.get("needs", []))
    given = {name: value for name, value in row.items() if name not in {"member", "needs"}}
    return Facts(**given, needs=needs)


def _hold(city: "Play", key: str, row: Table) -> None:
    register.propose_holding(
        actor=city.lead(row["member"]),
        competence=city.competences[key],
        membership=city.members[row["member"]],
        facts=_facts(city, row),
    )


def _change(city: "Play", row: Table) -> None:
    register.propose_holding(
        actor=city.cast.actor(row["by"]),
        competence=city.competences[row["competence"]],
        membership=city.members[row["member"]],
        facts=_facts(city, row["facts"]),
        note=row["note"],
    )


def _confirm(city: "Play", key: str, row: Table) -> None:
    catalogue.confirm_competence(
        actor=city.cast.actor(row["by"]), competence=city.competences[key], against=row["against"]
    )


def _describe(city: "Play", row: Table) -> None:
    process = barriers.write_process(
        actor=city.coordinator,
        partnership=city.partnership,
        name=row["name"],
        phenomenon=row["phenomenon"],
        summary=row.get("summary", ""),
    )
    for told in row["steps"]:
        step = barriers.write_step(
            actor=city.coordinator, process=process, name=told["name"], description=told["description"]
        )
        for barrier in told["barriers"]:
            barriers.write_barrier(
                actor=city.coordinator,
                step=step,
                name=barrier["name"],
                competences=[city.competences[key] for key in barrier["served_by"]],
            )


def _give_rights(city: "Play", row: Table) -> None:
    given = {city.members[code]: str(right) for right in Right for code in row.get(right, [])}
    rights.write_subject(
        actor=city.coordinator,
        partnership=city.partnership,
        name=row["name"],
        note=row.get("note", ""),
        rights=given,
    )


def _declare(city: "Play", row: Table) -> None:
    rights.declare_interest(actor=city.cast.actor(row["by"]), partnership=city.partnership, text=row["text"])


def _remark(city: "Play", row: Table) -> None:
    actor = city.cast.actor(row["by"])
    holding = Holding.objects.lasting().get(
        competence=city.competences[row["competence"]], membership=city.members[row["member"]]
    )
    with sight(actor.person_id):
        remarks.add_remark(
            actor=actor,
            holding=holding,
            text=row["text"],
            readers=[city.members[code] for code in row["readers"]],
        )


def _acknowledge(city: "Play", lead: Actor) -> None:
    newest = city.partnership.statements.latest("number")
    statements.acknowledge(actor=lead, statement=newest, fingerprint=newest.fingerprint, password=PASSWORD)
