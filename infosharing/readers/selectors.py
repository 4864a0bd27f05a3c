"""Reads of this room that pages and programs need."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import F, Max

from accounts.people.actor import Actor
from infosharing.readers.models import How, Reading, Recall

if TYPE_CHECKING:
    # the room of notes builds on this one
    from infosharing.notes.models import Note


def last_version_read(actor: Actor, note: "Note") -> int | None:
    """Return the newest version of a note whose text the actor was given; None if none yet."""
    own = Reading.objects.visible_to(actor).filter(note=note, person_id=actor.person_id).of_text()
    return own.aggregate(last=Max("version"))["last"]


def readers_of(note: "Note") -> list[int]:
    """Return the ids of those who were given a note, for its originator."""
    return list(Reading.objects.filter(note=note).values_list("person_id", flat=True).distinct())


def downloaders_of(note: "Note", attachment: int) -> list[int]:
    """Return the ids of those who had a file of a note, by the key of the file; for its originator."""
    # readings are found by their note: the portal keeps no other way to them
    return list(Reading.objects.filter(note=note, attachment=attachment).values_list("person_id", flat=True).distinct())


@dataclass(slots=True)
class Footprint:
    """One person's readings of a note.

    Attributes:
        version: the newest that they were given.
        times: how often.
        recall: what they were told when they lost it, if they did.
    """

    name: str
    agency: str
    is_program: bool
    first_at: datetime
    last_at: datetime
    version: int
    times: int
    recall: Recall | None = None
    ways: list[str] = field(default_factory=list)

    @property
    def how(self) -> str:
        return "; ".join(self.ways)

    @property
    def standing(self) -> str:
        """What became of it, in words; empty while they see the note."""
        if self.recall is None:
            return ""
        if self.recall.acknowledged_at is None:
            return "has not acknowledged"
        return "acknowledged"


def footprints(actor: Actor, note: "Note") -> list[Footprint]:
    """Return who was given a note, by agency and name: three queries, however many readers."""
    readings = (
        Reading.objects.of_own_notes(actor)
        .filter(note=note)
        .select_related("person", "member__agency", "attachment")
        .order_by("member__agency__name", "person__name", "person_id", "at", "pk")
    )
    recalls = {one.person_id: one for one in Recall.objects.of_own_notes(actor).filter(note=note).order_by("pk")}
    found: dict[int, Footprint] = {}
    for reading in readings:
        _add(found, reading)
    for person, footprint in found.items():
        recall = recalls.get(person)
        if recall is not None and recall.last_read_at >= footprint.last_at:
            footprint.recall = recall
    return list(found.values())


def _add(found: dict[int, Footprint], reading: Reading) -> None:
    person, way = reading.person, _way(reading)
    footprint = found.setdefault(
        person.pk,
        Footprint(
            person.name,
            reading.member.agency.name if reading.member else "",
            person.is_service,
            reading.at,
            reading.at,
            reading.version,
            0,
        ),
    )
    footprint.last_at, footprint.version = reading.at, max(footprint.version, reading.version)
    footprint.times += 1
    if way not in footprint.ways:
        footprint.ways.append(way)


def _way(reading: Reading) -> str:
    # the name as it is now: of a note that was destroyed, gone
    return f"downloaded {reading.attachment.name}" if reading.attachment else str(How(reading.how).label)


HEAD = ("agency", "reader", "program", "how", "first", "last", "times", "version", "recalled", "acknowledged")


def row(footprint: Footprint) -> tuple[object, ...]:
    """Return a footprint as a line of a table."""
    recall = footprint.recall
    return (
        footprint.agency,
        footprint.name,
        "yes" if footprint.is_program else "no",
        footprint.how,
        footprint.first_at.isoformat(),
        footprint.last_at.isoformat(),
        footprint.times,
        footprint.version,
        recall.at.isoformat() if recall else "",
        recall.acknowledged_at.isoformat() if recall and recall.acknowledged_at else "",
    )


def recalls_of(actor: Actor) -> Iterable[Recall]:
    """Return the recalls that the actor is to acknowledge, and then those that were; the newest first in each."""
    found = Recall.objects.for_reader(actor).select_related("partnership", "originator__agency", "person")
    return found.order_by(F("acknowledged_at").desc(nulls_first=True), "-at", "-pk")
