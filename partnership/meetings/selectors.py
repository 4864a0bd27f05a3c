"""Reads of meetings that pages need."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Prefetch
from django.utils import timezone

from accounts.people.actor import Actor
from foundation import clock
from partnership.meetings.models import (
    ENDED,
    AgendaItem,
    Attendance,
    Decision,
    ItemStatus,
    Meeting,
    MeetingChange,
    MeetingCommitment,
    Paper,
    PaperReading,
    Presence,
    Status,
)
from partnership.membership.models import Membership, Partnership

ANNOUNCED = {"coming": "Will come", "deputy": "Deputy will come", "apology": "Cannot come"}
SIGNS = {Presence.PRESENT: "●", Presence.DEPUTY: "◐", Presence.APOLOGY: "○", Presence.ABSENT: "✕"}


def meetings(actor: Actor, partnership: Partnership) -> models.QuerySet[Meeting]:
    """Return a partnership's meetings with all that a list shows, soonest first."""
    return (
        Meeting.objects.visible_to(actor)
        .filter(partnership=partnership)
        .select_related("partnership__coordinator", "chair__agency", "series")
        .soonest_first()
    )


MEETING_HEAD = ("title", "starts", "ends", "place", "link", "chair", "status", "series", "reason")


def meeting_row(meeting: Meeting) -> Sequence[object]:
    return (
        meeting.title,
        timezone.localtime(meeting.starts_at).isoformat(),
        timezone.localtime(meeting.ends_at).isoformat(),
        meeting.place,
        meeting.link,
        meeting.chair.agency.name,
        meeting.status,
        meeting.series,
        meeting.reason,
    )


def next_meeting(actor: Actor, partnership: Partnership) -> Meeting | None:
    """Return the meeting that sits now, or the next one to come."""
    return meetings(actor, partnership).coming(clock.now()).first()  # type: ignore[attr-defined]


def facts(meeting: Meeting) -> list[dict[str, object]]:
    """Return what a meeting's page states, in order."""
    return [
        {"key": "When", "value": span(meeting)},
        {"key": "Place", "value": meeting.place},
        {"key": "Chair", "value": meeting.chair.agency.name},
        {"key": "Series", "value": meeting.series.title if meeting.series else ""},
        {"key": "Reason", "value": meeting.reason},
    ]


def span(meeting: Meeting) -> str:
    """Return when a meeting is, in words: its day once, and its hours."""
    starts_at, ends_at = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
    ends = f"{ends_at:%H:%M}" if starts_at.date() == ends_at.date() else f"{ends_at:%A %-d %B %Y, %H:%M}"
    return f"{starts_at:%A %-d %B %Y, %H:%M} to {ends}"


def history(meeting: Meeting) -> list[dict[str, object]]:
    """Return every change of a meeting as a timeline, newest first."""
    changes = MeetingChange.objects.filter(meeting=meeting).select_related("by__agency").order_by("-pk")
    return [
        {
            "title": _title(change),
            "when": change.at,
            "who": f"{change.by.name}, {change.by.agency}" if change.by else "",
            "text": change.reason,
        }
        for change in changes
    ]


def _title(change: MeetingChange) -> str:
    if change.starts_before and change.starts_after:
        before, after = timezone.localtime(change.starts_before), timezone.localtime(change.starts_after)
        return f"Moved from {before:%-d %B %Y, %H:%M} to {after:%-d %B %Y, %H:%M}"
    if change.before == change.after:
        return "Details changed"
    return {"in_session": "Opened", "closed": "Closed", "called": "Called"}.get(
        change.after, str(Status(change.after).label).capitalize()
    )


def moment_of(meeting: Meeting, status: str) -> datetime | None:
    """Return when a meeting came into a state, if it did."""
    change = MeetingChange.objects.filter(meeting=meeting, after=status).exclude(before=status).order_by("pk").last()
    return change.at if change else None


# --- the agenda ----------------------------------------------------------------------------------
@dataclass(slots=True)
class Line:
    """An item on the agenda: its number, when its turn comes, and all that hangs on it."""

    number: int
    item: AgendaItem
    starts_at: datetime
    papers: list[Paper] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    made: list[MeetingCommitment] = field(default_factory=list)


@dataclass(slots=True)
class Agenda:
    """The agenda with its record, and what was recorded on no item."""

    lines: list[Line]
    decisions: list[Decision]
    made: list[MeetingCommitment]
    minutes: int
    ends_at: datetime

    @property
    def is_too_long(self) -> bool:
        return bool(self.lines) and self.lines[-1].item.meeting.ends_at < self.ends_at


def agenda(actor: Actor, meeting: Meeting) -> Agenda:
    """Return a meeting's agenda, decisions and commitments as an actor sees them."""
    items = list(
        AgendaItem.objects.visible_to(actor)
        .filter(meeting=meeting)
        .on_agenda()
        .in_order()
        .select_related("presenter__agency", "proposed_by__agency")
    )
    papers = Paper.objects.visible_to(actor).filter(meeting=meeting).select_related("member__agency").order_by("pk")
    decided = list(decisions(actor, meeting.partnership).filter(meeting=meeting).order_by("year", "number"))
    made = list(
        MeetingCommitment.objects.visible_to(actor)
        .filter(meeting=meeting)
        .select_related("commitment__owner__agency", "commitment__partnership", "decision")
        .order_by("pk")
    )
    lines, minutes = [], 0
    for number, item in enumerate(items, 1):
        item.meeting = meeting
        lines.append(
            Line(
                number,
                item,
                meeting.starts_at + timedelta(minutes=minutes),
                papers=[paper for paper in papers if paper.item_id == item.pk],
                decisions=[decision for decision in decided if decision.item_id == item.pk],
                made=[one for one in made if one.item_id == item.pk],
            )
        )
        minutes += item.minutes
    for paper in papers:
        paper.meeting = meeting
    return Agenda(
        lines=lines,
        decisions=[decision for decision in decided if decision.item_id is None],
        made=[one for one in made if one.item_id is None],
        minutes=minutes,
        ends_at=meeting.starts_at + timedelta(minutes=minutes),
    )


def withdrawn_items(actor: Actor, meeting: Meeting) -> list[AgendaItem]:
    """Return what was taken off a meeting's agenda, with the reasons."""
    taken_off = AgendaItem.objects.visible_to(actor).filter(meeting=meeting, status=ItemStatus.WITHDRAWN)
    return list(taken_off.select_related("proposed_by__agency").in_order())


def unread_papers(actor: Actor, papers: models.QuerySet[Paper]) -> models.QuerySet[Paper]:
    """Return those of some papers that the actor has not read."""
    read = PaperReading.objects.filter(person=actor.person_id).values("paper")
    return papers.exclude(pk__in=read)


# --- attendance ----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Seat:
    """A member of a meeting, and what is known of its attendance."""

    member: Membership
    attendance: Attendance | None

    @property
    def status(self) -> str:
        return self.attendance.status if self.attendance else ""

    @property
    def announced(self) -> str:
        return self.attendance.announced if self.attendance else ""

    @property
    def word(self) -> str:
        """How it was represented; before that is on record, what it announced."""
        if self.attendance is None:
            return "No answer yet"
        if self.attendance.status:
            return str(Presence(self.attendance.status).label).capitalize()
        return ANNOUNCED.get(self.attendance.announced, "No answer yet")

    @property
    def tone(self) -> str:
        tones = {"present": "good", "coming": "good", "deputy": "good", "apology": "attention", "absent": "act"}
        return tones.get(self.status or self.announced, "neutral")


def seats(actor: Actor, meeting: Meeting) -> list[Seat]:
    """Return the members of a meeting: the active ones, and of one that has ended, those on record."""
    rows = Attendance.objects.visible_to(actor).filter(meeting=meeting).select_related("person")
    known = {row.member_id: row for row in rows}
    members = Membership.objects.visible_to(actor).filter(partnership=meeting.partnership_id)
    members = members.filter(pk__in=known) if meeting.status in ENDED else members.active()
    listed = members.select_related("agency", "representative", "deputy").by_agency_name()
    return [Seat(member, known.get(member.pk)) for member in listed]


SEAT_HEAD = ("member", "role", "announced", "attendance", "who", "remark")


def seat_row(seat: Seat) -> Sequence[object]:
    row = seat.attendance
    return (
        seat.member.agency.name,
        seat.member.role,
        seat.announced,
        seat.status,
        row.who if row else "",
        row.remark if row else "",
    )


@dataclass(frozen=True, slots=True)
class Dot:
    """How a member was represented at one meeting: a sign, and the same in words."""

    sign: str
    word: str
    meeting: Meeting


def dots(actor: Actor, members: Iterable[int], partnership: Partnership, *, last: int) -> dict[int, list[Dot]]:
    """Return, by member, its attendance at the last meetings of a partnership, oldest first."""
    held = list(meetings(actor, partnership).closed().latest_first()[:last])[::-1]  # type: ignore[attr-defined]
    rows = Attendance.objects.visible_to(actor).filter(meeting__in=held, member__in=members).exclude(status="")
    known = {(row.member_id, row.meeting_id): Presence(row.status) for row in rows}
    return {
        member: [
            Dot(SIGNS[known[member, meeting.pk]], str(known[member, meeting.pk].label), meeting)
            for meeting in held
            if (member, meeting.pk) in known
        ]
        for member in members
    }


# --- decisions -----------------------------------------------------------------------------------
def decisions(actor: Actor, partnership: Partnership) -> Any:
    """Return a partnership's decisions with all that a register shows, newest first."""
    made = (
        MeetingCommitment.objects.visible_to(actor)
        .select_related("commitment__owner__agency", "commitment__partnership")
        .order_by("pk")
    )
    return (
        Decision.objects.visible_to(actor)
        .filter(partnership=partnership)
        .select_related(
            "partnership__coordinator", "meeting__chair__agency", "item", "decided_by__agency", "corrects", "rests_on"
        )
        .prefetch_related(
            "dissents__member__agency",
            Prefetch("corrections", Decision.objects.visible_to(actor).select_related("partnership").order_by("pk")),
            Prefetch("made", made),
        )
        .newest_first()
    )


DECISION_HEAD = (
    "number", "decided on", "meeting", "decision", "options considered", "how", "decided by", "competence",
    "competence of the register",    "dissent", "corrects", "corrected by", "commitments",
)  # fmt: skip


def decision_row(decision: Decision) -> Sequence[object]:
    return (
        decision.label,
        timezone.localdate(decision.meeting.starts_at),
        decision.meeting.title,
        decision.text,
        decision.options,
        decision.rule,
        decision.decided_by.agency.name if decision.decided_by else "",
        decision.competence,
        decision.rests_on,
        "; ".join(f"{dissent.member.agency}: {dissent.text}" for dissent in decision.dissents.all()),
        decision.corrects.label if decision.corrects else "",
        ", ".join(each.label for each in decision.corrections.all()),
        "; ".join(made.commitment.promise for made in decision.made.all()),
    )


def decision_facts(decision: Decision) -> list[dict[str, object]]:
    """Return what a decision's page states, in order."""
    how = str(decision.get_rule_display())
    how = how[0].upper() + how[1:]
    if decision.decided_by:
        how = f"{how}: {decision.decided_by.agency}"
    return [
        {"key": "Decided", "value": how},
        {"key": "Competence used", "value": decision.competence},
        {
            "key": "Competence of the register",
            "value": str(decision.rests_on or ""),
            "action": "Open",
            "url": f"{decision.partnership.get_absolute_url()}competences/{decision.rests_on.public_id}/"
            if decision.rests_on
            else "",
        },
        {"key": "Options considered", "value": decision.options},
        {"key": "Item", "value": decision.item.title if decision.item else ""},
    ]
