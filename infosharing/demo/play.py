"""Turning a city's script into a timeline of services, called as its people would."""

from dataclasses import dataclass, field

from accounts.people.actor import Actor
from foundation.files.services import check
from infosharing.attachments.models import FileAudience
from infosharing.attachments.services import add_file
from infosharing.circles.models import Circle
from infosharing.demo.agreements import clause_of, schedule_agreements
from infosharing.demo.auditors import schedule_auditors
from infosharing.demo.cast import Cast, engage
from infosharing.demo.circles import schedule_circles
from infosharing.demo.commitments import schedule_commitments
from infosharing.demo.competences import schedule_competences
from infosharing.demo.departures import schedule_departure
from infosharing.demo.drafts import schedule_drafts
from infosharing.demo.engagement import schedule_engagement
from infosharing.demo.identifiers import schedule_lists
from infosharing.demo.meetings import schedule_meetings
from infosharing.demo.requests import schedule_requests
from infosharing.demo.script import Table, file_of
from infosharing.demo.timeline import Timeline, day
from infosharing.grants.terms import Terms
from infosharing.notes.audiences import Choice
from infosharing.notes.basis import Basis
from infosharing.notes.models import Note
from infosharing.notes.services import share_note, withdraw_note
from partnership.competences.models import Competence
from partnership.engagement.models import Input
from partnership.membership import services as membership
from partnership.membership.models import Membership, Partnership
from partnership.membership.sight import sight
from partnership.responsibilities import services as responsibilities
from partnership.responsibilities.models import Part, Responsibility

DECLARED = ("category", "purpose", "legal_basis", "handling")


@dataclass(slots=True)
class Play:
    """One city while it is being played: who is there, and what has come about so far."""

    script: Table
    cast: Cast
    partnership: Partnership = field(init=False)
    members: dict[str, Membership] = field(default_factory=dict)
    duties: dict[str, Responsibility] = field(default_factory=dict)
    inputs: dict[str, Input] = field(default_factory=dict)
    competences: dict[str, Competence] = field(default_factory=dict)
    circles: dict[str, Circle] = field(default_factory=dict)

    @property
    def coordinator(self) -> Actor:
        return self.cast.actor(self.script["partnership"]["coordinator"])

    def lead(self, code: str) -> Actor:
        return self.cast.actor(f"lead@{code}")


def play(script: Table) -> Partnership:
    """Play a city from the founding of its partnership until today, and return the partnership."""
    city = Play(script, engage(script))
    timeline = Timeline()
    timeline.add(script["partnership"]["founded"], lambda: _found(city))
    for row in script["agencies"]:
        _schedule_member(city, timeline, row)
    schedule_agreements(city, timeline)
    for row in script["responsibilities"]:
        _schedule_responsibility(city, timeline, row)
    schedule_competences(city, timeline)
    schedule_engagement(city, timeline)
    schedule_commitments(city, timeline)
    schedule_meetings(city, timeline)
    schedule_circles(city, timeline)
    for row in script["notes"]:
        _schedule_note(city, timeline, row)
    schedule_auditors(city, timeline)
    schedule_lists(city, timeline)
    schedule_drafts(city, timeline)
    schedule_requests(city, timeline)
    timeline.play()
    return city.partnership


# --- members -------------------------------------------------------------------------------------
def _found(city: Play) -> None:
    row = city.script["partnership"]
    city.partnership = membership.found_partnership(
        actor=city.coordinator,
        name=row["name"],
        slug=row["slug"],
        city=row["city"],
        purpose=row["purpose"],
        review_date=day(row["review"]),
    )
    code = row["coordinator"].partition("@")[2]
    city.members[code] = Membership.objects.get(partnership=city.partnership, agency=city.cast.agencies[code])


def _schedule_member(city: Play, timeline: Timeline, row: Table) -> None:
    code = row["code"]
    if "invited" in row:
        timeline.add(row["invited"], lambda: _invite(city, row))
    if "joined" in row:
        timeline.add(row["joined"], lambda: _join(city, code))
    if "spoken_for" in row:
        founded = city.script["partnership"]["founded"]
        timeline.add(row.get("joined", founded), lambda: _name_representatives(city, code, row["spoken_for"]))
    if "suspended" in row:
        timeline.add(row["suspended"]["day"], lambda: _suspend(city, code, row["suspended"]["reason"]))
    if "leaving" in row:
        schedule_departure(city, timeline, code, row["leaving"])


def _invite(city: Play, row: Table) -> None:
    city.members[row["code"]] = membership.invite_member(
        actor=city.coordinator,
        partnership=city.partnership,
        agency=city.cast.agencies[row["code"]],
        role=row["role"],
    )


def _join(city: Play, code: str) -> None:
    city.members[code] = membership.accept_invitation(actor=city.lead(code), membership=city.members[code])


def _name_representatives(city: Play, code: str, row: Table) -> None:
    city.members[code] = membership.name_representatives(
        actor=city.lead(code),
        membership=city.members[code],
        representative=city.cast.people[f"{row['representative']}@{code}"],
        representative_mandate=row["mandate"],
        deputy=city.cast.people[f"{row['deputy']}@{code}"],
        deputy_mandate=row["deputy_mandate"],
    )


def _suspend(city: Play, code: str, reason: str) -> None:
    city.members[code] = membership.suspend_member(actor=city.coordinator, membership=city.members[code], reason=reason)


# --- responsibilities ----------------------------------------------------------------------------
def _schedule_responsibility(city: Play, timeline: Timeline, row: Table) -> None:
    key, lead = row["key"], row["accountable"]
    timeline.add(row["proposed"], lambda: _propose_responsibility(city, row))
    if "accepted" in row:
        timeline.add(
            row["accepted"],
            lambda: responsibilities.accept_responsibility(actor=city.lead(lead), responsibility=city.duties[key]),
        )
    if "asked" in row:
        timeline.add(
            row["asked"]["day"],
            lambda: responsibilities.ask_for_change(
                actor=city.lead(lead), responsibility=city.duties[key], reason=row["asked"]["reason"]
            ),
        )
    if "declined" in row:
        timeline.add(
            row["declined"]["day"],
            lambda: responsibilities.decline_responsibility(
                actor=city.lead(lead), responsibility=city.duties[key], reason=row["declined"]["reason"]
            ),
        )
    if "ended" in row:
        timeline.add(
            row["ended"]["day"],
            lambda: responsibilities.end_responsibility(
                actor=city.coordinator, responsibility=city.duties[key], reason=row["ended"]["reason"]
            ),
        )


def _propose_responsibility(city: Play, row: Table) -> None:
    parts = {city.members[code]: part for part in Part for code in row.get(part.name.lower(), [])}
    wording = responsibilities.Wording(
        duty=row["duty"],
        measure=row["measure"],
        period=row["period"],
        accountable=city.members[row["accountable"]],
        parts=parts,
        approaches=row.get("approaches", []),
        clause=clause_of(city, *row["clause"]) if "clause" in row else None,
    )
    city.duties[row["key"]] = responsibilities.propose_responsibility(
        actor=city.coordinator, partnership=city.partnership, wording=wording
    )


# --- notes ---------------------------------------------------------------------------------------
def _schedule_note(city: Play, timeline: Timeline, row: Table) -> None:
    made: list[Note] = []
    timeline.add(row["day"], lambda: made.append(_share(city, row)))
    if "withdrawn" in row:
        timeline.add(row["withdrawn"]["day"], lambda: _withdraw(city, row, made[0]))


def _share(city: Play, row: Table) -> Note:
    actor = city.cast.actor(row["by"])
    with sight(actor.person_id):
        note = share_note(
            actor=actor,
            partnership=city.partnership,
            title=row["title"],
            body=row["text"].strip(),
            tlp=row["tlp"],
            audience=Choice(
                row["audience"],
                members=[city.members[code] for code in row.get("agencies", [])],
                circles=[city.circles[name] for name in row.get("circles", [])],
                terms=Terms(until=day(row["until"]) if "until" in row else None),
                persons=[city.cast.people[name] for name in row.get("people", [])],
            ),
            review_on=day(row["review"]),
            recipients_know_each_other=row.get("recipients_know_each_other", True),
            basis=Basis(**{name: row[name] for name in DECLARED if name in row}),
        )
        for file in row.get("files", []):
            _add_file(city, actor, note, file)
    return note


def _add_file(city: Play, actor: Actor, note: Note, file: Table) -> None:
    """Add a file of the city's folder to a note, for some of its members alone if the script says so."""
    members = [city.members[code] for code in file.get("for", [])]
    add_file(
        actor=actor,
        note=note,
        file=check(file["name"], file_of(city.script["partnership"]["city"].lower(), file["name"])),
        audience=FileAudience.NAMED if members else FileAudience.NOTE,
        members=members,
    )


def _withdraw(city: Play, row: Table, note: Note) -> None:
    actor = city.cast.actor(row["by"])
    with sight(actor.person_id):
        withdraw_note(actor=actor, note=note, reason=row["withdrawn"]["reason"])
