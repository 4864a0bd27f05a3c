"""Reads of departures that pages need."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import models

from accounts.people.actor import Actor
from partnership.membership import leaving
from partnership.membership.departures import policy
from partnership.membership.models import Departure, DepartureStatus, HandOver, HandOverStatus, Partnership

TONES = {
    HandOverStatus.OFFERED: "attention",
    HandOverStatus.AGREED: "good",
    HandOverStatus.DECLINED: "act",
    HandOverStatus.HANDED_OVER: "good",
}
SETTLED = (HandOverStatus.AGREED, HandOverStatus.ENDS)


def departures(actor: Actor, partnership: Partnership) -> models.QuerySet[Departure]:
    """Return a partnership's departures that an actor sees, soonest first."""
    seen = Departure.objects.visible_to(actor).filter(partnership=partnership)
    return seen.select_related("partnership", "membership__agency", "membership__partnership", "announced_by")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing on the hand-over list, as a page shows it.

    Attributes:
        item: what was decided about it; None while nothing was.
        is_settled: somebody agreed, or it ends with a reason.
        may_answer: whether the reader's agency is asked.
    """

    room: str
    subject: UUID
    thing: leaving.Thing
    item: HandOver | None
    word: str
    tone: str
    is_settled: bool
    may_answer: bool = False


def lines(actor: Actor, departure: Departure) -> list[Line]:
    """Return the hand-over list: while it is announced all that is open now, afterwards what became of it."""
    known = HandOver.objects.visible_to(actor).filter(departure=departure).select_related("taker__agency")
    items = {(item.room, item.subject_id): item for item in known.order_by("pk")}
    found: list[Line] = []
    for every in leaving.lists():
        kept = [subject for room, subject in items if room == every.room]
        is_announced = departure.status == DepartureStatus.ANNOUNCED
        subjects = every.open_of(departure.membership) if is_announced else kept
        things = every.describe(actor, departure.partnership, subjects)
        found += [
            _line(actor, every.room, subject, things[subject], items.get((every.room, subject)))
            for subject in subjects
            if subject in things
        ]
    return found


def _line(actor: Actor, room: str, subject: UUID, thing: leaving.Thing, item: HandOver | None) -> Line:
    if item is None:
        return Line(room, subject, thing, None, "Nobody asked yet", "attention", is_settled=False)
    status = HandOverStatus(item.status)
    return Line(
        room,
        subject,
        thing,
        item,
        str(status.label).capitalize(),
        TONES.get(status, "neutral"),
        is_settled=status in SETTLED,
        may_answer=policy.may_answer(actor, item),
    )


def unsettled(departure: Departure) -> tuple[int, int]:
    """Return how many things on the list wait for a taker or a reason, and how many there are."""
    open_now = {(every.room, subject) for every in leaving.lists() for subject in every.open_of(departure.membership)}
    settled = HandOver.objects.filter(departure=departure, status__in=SETTLED).values_list("room", "subject_id")
    return len(open_now - set(settled)), len(open_now)


def counted(number: int) -> str:
    """Return a number of things in words of the only room that has a list, or plainly of all."""
    names = [(every.one, every.many) for every in leaving.lists()]
    one, many = names[0] if len(names) == 1 else ("thing", "things")
    return f"{number} {one if number == 1 else many}"


def decisions(departure: Departure) -> list[str]:
    """Return what was decided about the rest, a sentence each."""
    return [
        str(question.told[departure.choices[question.room]])
        for question in leaving.questions()
        if departure.choices.get(question.room) in question.told
    ]


def effects(actor: Actor, departure: Departure) -> list[str]:
    """Return what its decisions do in numbers, to people of the leaving member alone: numbers tell of contents."""
    if actor.agency_id != departure.membership.agency_id or departure.status != DepartureStatus.ANNOUNCED:
        return []
    return [
        question.effect(actor, departure.membership, departure.choices[question.room])
        for question in leaving.questions()
        if question.room in departure.choices
    ]


def facts(departure: Departure) -> Sequence[dict[str, object]]:
    """Return what a departure's page states, in order."""
    by = departure.announced_by
    return [
        {"key": "Notice given", "value": departure.noticed_on},
        {"key": "Announced by", "value": by.name if by else ""},
        {"key": "Reason", "value": departure.reason},
        {"key": "Taken back because", "value": departure.taken_back_reason},
    ]
