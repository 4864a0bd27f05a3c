"""Playing a city's meetings: a rhythm, what was held and decided, and the next one with its agenda."""

from datetime import date, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.utils import timezone

from foundation import clock
from infosharing.demo.script import Table
from infosharing.demo.timeline import Timeline, day
from partnership.commitments import services as commitments
from partnership.commitments.models import Commitment
from partnership.meetings import rhythm, services
from partnership.meetings.models import AgendaItem, Decision, Meeting, Presence

if TYPE_CHECKING:
    from infosharing.demo.play import Play

CALLED_BEFORE, PROPOSED_BEFORE, ANSWERED_BEFORE = 10, 8, 4
LOOK_BACK = timedelta(days=120)


def schedule_meetings(city: "Play", timeline: Timeline) -> None:
    """Put everything that the script says of meetings on the timeline."""
    for row in city.script.get("series", []):
        _schedule_series(city, timeline, row)


def _schedule_series(city: "Play", timeline: Timeline, row: Table) -> None:
    today = timezone.localdate()
    rule, past = _past(row["rule"], today)
    if today in past:
        rule, past = _past(row["or_else"], today)
    held = past[-len(row["held"]) :]
    first = _offset(held[0]) - row["started"]
    made: dict[str, Decision] = {}
    timeline.add(first, lambda: _start(city, row, rule))
    for told, when in zip(row["held"], held, strict=True):
        _schedule_held(city, timeline, told, when, made)
    timeline.add(0, services.make_coming_meetings)
    _schedule_next(city, timeline, row["next"])


def _past(rule: str, today: date) -> tuple[str, list[date]]:
    """Return a rule with its days up to today."""
    start = today - LOOK_BACK
    return rule, list(rhythm.days(rule, first_on=start, after=start, until=today))


def _offset(when: date) -> int:
    return (when - timezone.localdate()).days


def _start(city: "Play", row: Table, rule: str) -> None:
    services.start_series(
        actor=city.coordinator,
        partnership=city.partnership,
        title=row["title"],
        rule=rule,
        first_on=clock.today(),
        starts_at=time.fromisoformat(row["starts_at"]),
        minutes=row["minutes"],
        place=row["place"],
        chair=city.members[row["chair"]],
        quorum_percent=row["quorum_percent"],
    )


def _of(city: "Play", when: date) -> Meeting:
    return Meeting.objects.select_related("partnership__coordinator").get(partnership=city.partnership, occurs_on=when)


def _schedule_held(city: "Play", timeline: Timeline, told: Table, when: date, made: dict[str, Decision]) -> None:
    offset = _offset(when)
    timeline.add(offset - CALLED_BEFORE, lambda: services.call_meeting(actor=city.coordinator, meeting=_of(city, when)))
    for item in told["items"]:
        timeline.add(offset - PROPOSED_BEFORE, partial(_propose, city, when, item))
    for answer in told["answers"]:
        timeline.add(offset - ANSWERED_BEFORE, partial(_answer, city, when, answer))
    promised: list[tuple[Table, Commitment]] = []
    timeline.add(offset, lambda: _hold(city, when, told, made, promised))
    # the members answer what was put to them a day later, and say that it is done when it is due
    timeline.add(offset + 1, lambda: _accept(city, promised))
    for item in told["items"]:
        for decision in item.get("decisions", []):
            for row in decision.get("commitments", []):
                if "evidence" in row:
                    timeline.add(max(row["due_on"], offset + 2), partial(_finish, city, row, promised))


def _schedule_next(city: "Play", timeline: Timeline, told: Table) -> None:
    def coming() -> date:
        meetings = Meeting.objects.filter(partnership=city.partnership, starts_at__gt=timezone.now())
        following = meetings.exclude(occurs_on=None).soonest_first()[0]
        return timezone.localdate(following.starts_at)

    called = told["called"]
    for item in told["items"]:
        timeline.add(called - 1, lambda item=item: _propose(city, coming(), item))  # type: ignore[misc]
    timeline.add(called, lambda: services.call_meeting(actor=city.coordinator, meeting=_of(city, coming())))
    for answer in told["answers"]:
        timeline.add(called + 1, lambda answer=answer: _answer(city, coming(), answer))  # type: ignore[misc]


def _propose(city: "Play", when: date, row: Table) -> None:
    actor = city.cast.actor(row["by"])
    item = services.propose_item(
        actor=actor,
        meeting=_of(city, when),
        title=row["title"],
        purpose=row.get("purpose", ""),
        kind=row["kind"],
        minutes=row["minutes"],
        presenter=city.members[row["presenter"]],
    )
    for paper in row.get("papers", []):
        services.add_paper(actor=actor, item=item, title=paper["title"], text=paper["text"].strip())


def _answer(city: "Play", when: date, row: Table) -> None:
    services.answer_call(
        actor=city.cast.actor(row["by"]),
        meeting=_of(city, when),
        announced=row["announced"],
        remark=row.get("remark", ""),
    )


def _hold(
    city: "Play", when: date, told: Table, made: dict[str, Decision], promised: list[tuple[Table, Commitment]]
) -> None:
    """Hold a meeting from its first minute to its last."""
    actor, meeting = city.coordinator, _of(city, when)
    with clock.standing_at(meeting.starts_at + timedelta(minutes=2)):
        meeting = services.start_meeting(actor=actor, meeting=meeting)
        services.record_attendance(actor=actor, meeting=meeting, rows=_rows(city, told))
        for row in told["items"]:
            item = meeting.items.get(title=row["title"])
            for decided in row.get("decisions", []):
                made[decided["key"]] = _decide(city, meeting, item, decided, made)
                for promise in decided.get("commitments", []):
                    promised.append((promise, _commit(city, meeting, made[decided["key"]], promise)))
            services.note_outcome(actor=actor, item=item, status=row["status"], outcome=row["outcome"])
    with clock.standing_at(meeting.ends_at - timedelta(minutes=4)):
        services.close_meeting(actor=actor, meeting=meeting)


def _rows(city: "Play", told: Table) -> list[services.Represented]:
    rows = []
    for status in Presence.values:
        for code in told[status]:
            member = city.members[code]
            person = member.representative if status == Presence.PRESENT else member.deputy
            rows.append(services.Represented(member, status, person=person))
    return rows


def _decide(city: "Play", meeting: Meeting, item: AgendaItem, row: Table, made: dict[str, Decision]) -> Decision:
    decision = services.record_decision(
        actor=city.coordinator,
        meeting=meeting,
        item=item,
        text=row["text"],
        options=row["options"],
        rule=row["rule"],
        decided_by=city.members[row["decided_by"]] if "decided_by" in row else None,
        competence=row.get("competence", ""),
        rests_on=city.competences[row["rests_on"]] if "rests_on" in row else None,
        corrects=made[row["corrects"]] if "corrects" in row else None,
    )
    for code, text in row.get("dissents", {}).items():
        services.note_dissent(actor=city.coordinator, decision=decision, member=city.members[code], text=text)
    return decision


def _commit(city: "Play", meeting: Meeting, decision: Decision, row: Table) -> Commitment:
    return services.commit_in_meeting(
        actor=city.coordinator,
        meeting=meeting,
        decision=decision,
        promise=row["promise"],
        owner=city.members[row["owner"]],
        person=city.cast.people[f"{row['person']}@{row['owner']}"],
        # never before the meeting itself, on whatever day the demo is loaded
        due_on=max(day(row["due_on"]), clock.today() + timedelta(days=3)),
        done_when=row["done_when"],
    )


def _accept(city: "Play", promised: list[tuple[Table, Commitment]]) -> None:
    for row, commitment in promised:
        commitments.accept_commitment(actor=city.cast.actor(row["accepted_by"]), commitment=commitment)


def _finish(city: "Play", row: Table, promised: list[tuple[Table, Commitment]]) -> None:
    [commitment] = [made for told, made in promised if told is row]
    actor = city.cast.actor(row["accepted_by"])
    commitments.claim_done(actor=actor, commitment=commitment, evidence=row["evidence"])
    commitments.verify_commitment(actor=city.coordinator, commitment=commitment)
