"""Reads of requests that pages and programs need."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, models
from django.utils.text import capfirst

from accounts.people.actor import Actor
from foundation import clock
from infosharing.notes.models import Note
from infosharing.requests.models import DECIDED, Asked, InformationRequest, Status
from partnership.membership.models import Membership, MembershipStatus, Partnership


def requests(actor: Actor, partnership: Partnership | None = None) -> models.QuerySet[InformationRequest]:
    """Return the requests that an actor sees, newest first, with all that a list shows of them."""
    found = InformationRequest.objects.visible_to(actor)
    if partnership is not None:
        found = found.filter(partnership=partnership)
    names = ("partnership__coordinator", "asker__agency", "asked_by__agency", "competence__partnership")
    return found.select_related(*names).newest_first()


@dataclass(frozen=True, slots=True)
class Sign:
    """How a member stands to a request, in a word and a tone."""

    word: str
    tone: str


TONES = {
    Status.WAITING: "neutral",
    Status.ANSWERED: "good",
    Status.PARTLY: "good",
    Status.COUNTER_OFFER: "attention",
    # a refusal counts against nobody
    Status.REFUSED: "neutral",
    Status.WITHDRAWN: "neutral",
    Status.LEFT: "neutral",
}
NOT_IN_TIME = Sign("Not answered in time", "act")


def is_late(row: Asked, due_on: date) -> bool:
    """Whether a member let the day pass without a word: no refusal, and no answer either."""
    return row.status == Status.WAITING and due_on < clock.today()


def sign(row: Asked, due_on: date) -> Sign:
    """Return how a row stands. That it is late is told, not stored: a late answer is still one."""
    if is_late(row, due_on):
        return NOT_IN_TIME
    word = capfirst(row.get_status_display())
    if row.status in DECIDED and row.status != Status.REFUSED and row.decided_on and row.decided_on > due_on:
        word += ", late"
    return Sign(word, TONES[Status(row.status)])


@dataclass(slots=True)
class Shown:
    """A request as an actor sees it.

    Attributes:
        rows: what members decided, as far as the actor sees it: all of them for the asker, else the own one.
        beside: members that were asked too, of whom the actor may know no more than that.
        notes: by the row's key, the note that answers it, where the actor sees it.
        is_ours: whether the actor's agency asks.
        as_data: whom it asks, as a program is told.
    """

    request: InformationRequest
    is_ours: bool
    rows: list[Asked] = field(default_factory=list)
    beside: list[Membership] = field(default_factory=list)
    notes: dict[int, Note] = field(default_factory=dict)
    as_data: list[dict[str, Any]] = field(default_factory=list)

    @property
    def own(self) -> Asked | None:
        """The own row, of a member that was asked."""
        return None if self.is_ours or not self.rows else self.rows[0]

    @property
    def asked(self) -> list[Membership]:
        """The members that the actor may know were asked, by name."""
        everybody = [row.member for row in self.rows] + self.beside
        return sorted(everybody, key=lambda member: (member.agency.name, member.pk))

    @property
    def hides_others(self) -> bool:
        """Whether others may have been asked of whom the actor does not learn."""
        return not self.is_ours and not self.request.asked_know_each_other

    @property
    def is_open(self) -> bool:
        return any(row.status == Status.WAITING for row in self.rows)

    @property
    def state(self) -> str:
        """How it stands, for a program."""
        if self.request.withdrawn_at is not None:
            return "withdrawn"
        return "open" if self.is_open else "closed"

    @property
    def sign(self) -> Sign:
        """How it stands as a whole: the own row; for the asker, how many are waited for."""
        if self.request.withdrawn_at is not None and (self.is_ours or self.own is None):
            return Sign("Taken back", "neutral")
        if len(self.rows) == 1:
            return sign(self.rows[0], self.request.due_on)
        waited = sum(row.status == Status.WAITING for row in self.rows)
        if not waited:
            return Sign(f"All {len(self.rows)} have decided", "good")
        late = self.request.due_on < clock.today()
        return Sign(f"{waited} of {len(self.rows)} not heard{' in time' if late else ''}", "act" if late else "neutral")

    @property
    def signed_rows(self) -> list[dict[str, object]]:
        """The rows as a page shows them."""
        return [
            {"row": row, "sign": sign(row, self.request.due_on), "note": self.notes.get(row.pk)} for row in self.rows
        ]


def shown(actor: Actor, found: Iterable[InformationRequest]) -> list[Shown]:
    """Return requests as an actor sees them: four queries, however many there are."""
    listed = list(found)
    ours = set(
        InformationRequest.objects.asked_by_us(actor)
        .filter(pk__in=[each.pk for each in listed])
        .values_list("pk", flat=True)
    )
    rows: dict[int, list[Asked]] = defaultdict(list)
    visible = Asked.objects.visible_to(actor).filter(request__in=[each.pk for each in listed])
    for row in visible.select_related("member__agency", "decided_by__agency").order_by("member__agency__name", "pk"):
        rows[row.request_id].append(row)
    known, notes = beside(actor, listed), _notes(actor, rows)
    return [
        Shown(
            each,
            is_ours=each.pk in ours,
            rows=rows[each.pk],
            beside=known.get(each.pk, []),
            notes={row.pk: notes[row.note_id] for row in rows[each.pk] if row.note_id in notes},
        )
        for each in listed
    ]


def _notes(actor: Actor, rows: dict[int, list[Asked]]) -> dict[int | None, Note]:
    """Return the notes that answer, as far as the actor sees them: a link shows nobody more than the note does."""
    keys = [row.note_id for listed in rows.values() for row in listed if row.note_id]
    if not keys:
        return {}
    return {note.pk: note for note in Note.objects.visible_to(actor).live().filter(pk__in=keys)}


def beside(actor: Actor, found: Iterable[InformationRequest]) -> dict[int, list[Membership]]:
    """Return, by request, who else was asked, to somebody who was asked and may know: two queries.

    The database gives the keys of these members, past the wall around what they decided; it asks the same again.
    """
    may_know = InformationRequest.objects.asked_of_us(actor).filter(
        pk__in=[each.pk for each in found], asked_know_each_other=True
    )
    keys = list(may_know.values_list("pk", flat=True))
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT request_id, member_id FROM sight.asked_beside(%s)", [keys])
        pairs = cursor.fetchall()
    members = Membership.objects.visible_to(actor).select_related("agency").in_bulk({member for _key, member in pairs})
    known: dict[int, list[Membership]] = defaultdict(list)
    for key, member in pairs:
        if member in members:
            known[key].append(members[member])
    return known


HEAD = (
    "title", "marking", "asked by", "asked of", "answer by", "state", "answered", "late", "refused on", "asked on",
)  # fmt: skip


def csv_row(each: Shown) -> Sequence[object]:
    """Return a request as a line of a table: neither the question nor an answer."""
    found = each.request
    return (
        found.title,
        found.get_tlp_display(),
        found.asker.agency.name,
        "; ".join(member.agency.name for member in each.asked),
        found.due_on,
        each.sign.word,
        sum(row.status in DECIDED for row in each.rows),
        sum(is_late(row, found.due_on) for row in each.rows),
        " ".join(sorted({row.ground for row in each.rows if row.ground})),
        found.created_at.isoformat(),
    )


def facts(each: Shown) -> list[dict[str, object]]:
    """Return what a request's page states of it, in order."""
    found = each.request
    competence = found.competence
    asked = ", ".join(member.agency.name for member in each.asked)
    return [
        {"key": "Asked by", "value": f"{found.asker.agency.name}, {found.asked_by.name}"},
        {"key": "Asked of", "value": f"{asked}. Whether others are asked, the asker keeps to itself."
         if each.hides_others else asked},
        {"key": "Purpose", "value": found.purpose},
        {"key": "Legal basis", "value": found.legal_basis},
        {"key": "About", "value": capfirst(found.get_category_display()) if found.category else ""},
        {
            "key": "Competence",
            "value": competence.name if competence else "",
            "action": "Open",
            "url": competence.get_absolute_url() if competence else "",
        },
    ]  # fmt: skip


def askable(actor: Actor, partnership: Partnership) -> models.QuerySet[Membership]:
    """Return the members that an actor can ask: all active ones but the own."""
    members = Membership.objects.visible_to(actor).filter(partnership=partnership, status=MembershipStatus.ACTIVE)
    return members.exclude(agency_id=actor.agency_key).select_related("agency").by_agency_name()
