"""Playing what a city's members agreed to: drafted, put to them, signed, reviewed."""

from typing import TYPE_CHECKING

from infosharing.demo.cast import PASSWORD
from infosharing.demo.script import Table
from infosharing.demo.timeline import Timeline, day
from partnership.agreements.models import Clause, Version
from partnership.agreements.services import drafting, sharing, steps

if TYPE_CHECKING:
    from infosharing.demo.play import Play

MANDATE = "Decision of the board on joining the partnership"


def schedule_agreements(city: "Play", timeline: Timeline) -> None:
    """Put everything that the script says of agreements on the timeline."""
    for row in city.script.get("agreements", []):
        made: list[Version] = []
        for version in row["versions"]:
            _schedule_version(city, timeline, row, version, made)


def _schedule_version(city: "Play", timeline: Timeline, row: Table, told: Table, made: list[Version]) -> None:
    number = row["versions"].index(told)
    timeline.add(told["drafted"], lambda: made.append(_draft(city, row, told, made)))
    for name, service in (
        ("consultation", steps.put_to_members),
        ("opened", steps.open_for_signature),
        ("reviewed", steps.begin_review),
    ):
        if name in told:
            timeline.add(
                told[name],
                lambda service=service: service(actor=city.coordinator, version=made[number]),  # type: ignore[misc]
            )
    for code, when in told.get("signed", {}).items():
        timeline.add(when, lambda code=code: _sign(city, code, made[number]))  # type: ignore[misc]
    for remark in told.get("remarks", []):
        timeline.add(remark["day"], lambda remark=remark: _remark(city, remark, made[number]))  # type: ignore[misc]
    for annex in told.get("annexes", []):
        timeline.add(annex["day"], lambda annex=annex: _publish(city, annex, made[number]))  # type: ignore[misc]


def clause_of(city: "Play", title: str, heading: str) -> Clause:
    """Return the clause of this heading in the newest version of the agreement of this title."""
    clauses = Clause.objects.filter(
        version__agreement__title=title, version__agreement__partnership=city.partnership, heading=heading
    )
    return clauses.order_by("-version__number")[0]


def _draft(city: "Play", row: Table, told: Table, made: list[Version]) -> Version:
    review_on, ends_on = day(told["review"]), day(told["ends"]) if "ends" in told else None
    if made:
        version = drafting.draft_version(
            actor=city.coordinator,
            agreement=made[0].agreement,
            change_note=told["change"],
            is_material=True,
            review_on=review_on,
            ends_on=ends_on,
        )
    else:
        version = drafting.draft_agreement(
            actor=city.coordinator,
            partnership=city.partnership,
            kind=row["kind"],
            title=row["title"],
            with_usual_headings=False,
            review_on=review_on,
            ends_on=ends_on,
            notice_days=told.get("notice_days"),
        )
    for kind, heading, text in told.get("clauses", []):
        drafting.write_clause(actor=city.coordinator, version=version, kind=kind, heading=heading, text=text)
    for change in told.get("rewritten", []):
        clause = version.clauses.get(heading=change["heading"])
        drafting.write_clause(
            actor=city.coordinator,
            version=version,
            kind=clause.kind,
            heading=clause.heading,
            text=change["text"],
            clause=clause,
        )
    for rule in told.get("rules", []):
        _add_rule(city, rule, version)
    for code, function in told["signatories"]:
        drafting.require_signatory(
            actor=city.coordinator, version=version, membership=city.members[code], function=function
        )
    return version


def _add_rule(city: "Play", row: Table, version: Version) -> None:
    sharing.add_rule(
        actor=city.coordinator,
        version=version,
        clause=version.clauses.get(heading=row["clause"]),
        givers=_members(city, row["from"]),
        receivers=_members(city, row["to"]),
        category=row["category"],
        purpose=row["purpose"],
        legal_basis=row["basis"],
        personal_data=row.get("data", []),
    )


def _members(city: "Play", codes: list[str] | str) -> sharing.Members:
    if isinstance(codes, str):
        return sharing.Members(any=True)
    return sharing.Members(named=[city.members[code] for code in codes])


def _sign(city: "Play", code: str, version: Version) -> None:
    function = version.signatories.get(membership=city.members[code]).function
    version.refresh_from_db()
    steps.sign(
        actor=city.lead(code),
        version=version,
        version_hash=version.content_hash,
        function=function,
        mandate_basis=MANDATE,
        password=PASSWORD,
    )


def _remark(city: "Play", row: Table, version: Version) -> None:
    clause = version.clauses.get(heading=row["heading"]) if "heading" in row else None
    version.refresh_from_db()
    drafting.remark(actor=city.cast.actor(row["by"]), version=version, text=row["text"], clause=clause)


def _publish(city: "Play", row: Table, version: Version) -> None:
    drafting.publish_annex(
        actor=city.coordinator,
        agreement=version.agreement,
        name=row["name"],
        text=row["text"],
        change_note=row.get("change", ""),
    )
