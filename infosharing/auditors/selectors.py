"""Reads that the pages of auditors need. Nothing here reads what a note says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import models
from django.utils.dateparse import parse_datetime

from accounts.people.actor import Actor
from infosharing.auditors.models import Auditor
from infosharing.notes.markings import Tlp
from infosharing.notes.models import Note
from infosharing.readers.models import How, NoteFootprint, Reading
from infosharing.readers.querysets import ReadingQuerySet
from partnership.membership.models import Partnership

# so many readings of one moment there may be: a program is given a whole page of notes at once
MOST_AT_ONCE = 1000


def auditors(actor: Actor, partnership: Partnership) -> models.QuerySet[Auditor]:
    """Return whom the actor's agency appointed in a partnership, and the actor's own appointments; newest first."""
    return (
        Auditor.objects.visible_to(actor)
        .filter(partnership=partnership)
        .select_related(
            "partnership", "appointer__agency", "through__agency", "person__agency", "appointed_by", "ended_by"
        )
        .order_by(models.F("ended_at").desc(nulls_first=True), "-pk")
    )


def auditors_of(actor: Actor, owner: int) -> list[Auditor]:
    """Return who looks now at who read the notes of the actor's own member, by name."""
    rows = Auditor.objects.appointed_by_us(actor).standing().filter(appointer=owner)
    found = rows.select_related("appointer", "through", "person__agency").order_by("person__name", "pk")
    return [auditor for auditor in found if auditor.standing == "counts"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: a moment, and how many readings of that moment stood on the page before.

    Keys of readings would tell how many there are in all.
    """

    at: datetime
    passed: int

    @classmethod
    def of(cls, text: str) -> "Place | None":
        """Return what an address says; nothing where that is nonsense."""
        moment, _, passed = text.partition("~")
        if not (passed.isascii() and passed.isdigit() and len(passed) < len(str(MOST_AT_ONCE))):
            return None
        try:
            at = parse_datetime(moment)
            # as the database keeps it; at the ends of time there is no such moment
            at = at.astimezone(UTC) if at is not None and at.tzinfo is not None else None
        except (ValueError, OverflowError):
            return None
        return cls(at, int(passed)) if at is not None else None

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.passed}"


@dataclass(frozen=True, slots=True)
class Line:
    """A reading as its auditor gets it.

    Attributes:
        note: the note's id.
        is_seen: whether the auditor sees that note, as anybody of their agency.
    """

    note: UUID
    tlp: str
    status: str
    is_seen: bool
    reader: str
    is_program: bool
    agency: str
    at: datetime
    how: str
    version: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an auditor looks for; all of it, where nothing is chosen.

    Attributes:
        agency: of the readers.
        since, until: from a moment on, and before one.
        note: by its id.
    """

    agency: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    note: UUID | None = None


def readings(
    actor: Actor, auditor: Auditor, chosen: Chosen, *, before: Place | None = None, limit: int
) -> tuple[list[Line], Place | None]:
    """Return a page of the readings that an auditor looks at, newest first, and where the next one begins."""
    rows = Reading.objects.audited_by(actor).filter(owner=auditor.appointer_id)
    rows = _narrowed(actor, rows, chosen)
    passed = 0
    if before is not None:
        rows, passed = rows.filter(at__lte=before.at), before.passed
    ordered = rows.select_related("person", "member__agency").order_by("-at", "-pk")
    found = list(ordered[passed : passed + limit + 1])
    shown = found[:limit]
    return _lines(actor, shown), _place_after(shown, before) if len(found) > limit else None


def _narrowed(actor: Actor, rows: ReadingQuerySet, chosen: Chosen) -> ReadingQuerySet:
    if chosen.agency:
        rows = rows.filter(member__agency__public_id=chosen.agency)
    if chosen.since:
        rows = rows.filter(at__gte=chosen.since)
    if chosen.until:
        rows = rows.filter(at__lt=chosen.until)
    if chosen.note:
        rows = rows.filter(note__in=NoteFootprint.objects.visible_to(actor).filter(public_id=chosen.note).values("pk"))
    return rows


def _place_after(shown: Sequence[Reading], before: Place | None) -> Place:
    last = shown[-1].at
    here = sum(reading.at == last for reading in shown)
    return Place(last, here + (before.passed if before is not None and before.at == last else 0))


def _lines(actor: Actor, shown: Iterable[Reading]) -> list[Line]:
    found = list(shown)
    keys = {reading.note_id for reading in found}
    notes = NoteFootprint.objects.visible_to(actor).in_bulk(keys)
    seen = set(Note.objects.visible_to(actor).filter(pk__in=keys).values_list("pk", flat=True))
    return [
        Line(
            note=notes[reading.note_id].public_id,
            tlp=str(Tlp(notes[reading.note_id].tlp).label),
            status=notes[reading.note_id].status,
            is_seen=reading.note_id in seen,
            reader=reading.person.name,
            is_program=reading.person.is_service,
            agency=reading.member.agency.name if reading.member else "",
            at=reading.at,
            how=str(How(reading.how).label),
            version=reading.version,
        )
        for reading in found
        # taken out of sight between the two questions
        if reading.note_id in notes
    ]


HEAD = ("note", "marking", "status", "reader", "program", "agency", "when", "how", "version")


def row(line: Line) -> tuple[object, ...]:
    """Return a reading as a line of a table."""
    is_program = "yes" if line.is_program else "no"
    read = (line.reader, is_program, line.agency, line.at.isoformat(), line.how, line.version)
    return (line.note, line.tlp, line.status, *read)


AUDITOR_HEAD = (
    "auditor",
    "agency",
    "appointed by",
    "reason",
    "since",
    "until",
    "state",
    "last looked",
    "ended because",
)


def auditor_row(auditor: Auditor) -> tuple[object, ...]:
    """Return an appointment as a line of a table."""
    looked = auditor.looked_at.isoformat() if auditor.looked_at else ""
    return (
        auditor.person.name,
        auditor.through.agency.name,
        auditor.appointer.agency.name,
        auditor.reason,
        auditor.appointed_at.isoformat(),
        auditor.until.isoformat(),
        auditor.standing,
        looked,
        auditor.end_reason,
    )
