"""The meeting itself: opened, walked through item by item, recorded, closed. After that the database lets it be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock, states
from foundation.audit.services import record
from foundation.errors import Invalid, OutOfTurn
from foundation.words import required
from partnership.commitments.models import Commitment
from partnership.commitments.services import propose_commitment
from partnership.competences.checking import require_any_holder, require_holder
from partnership.competences.models import Competence
from partnership.meetings import policy
from partnership.meetings.models import (
    ITEM_TRANSITIONS,
    REPRESENTED,
    TRANSITIONS,
    AgendaItem,
    Attendance,
    Decision,
    DecisionRule,
    Dissent,
    ItemStatus,
    Meeting,
    MeetingCommitment,
    Presence,
    Status,
)
from partnership.meetings.services.common import (
    locked,
    note_change,
    require_active,
    require_colleague,
    require_state,
)
from partnership.membership.models import Membership, Partnership


@dataclass(frozen=True, slots=True)
class Represented:
    """How one member was represented: by a person with an account, or by somebody named."""

    member: Membership
    status: str
    person: Person | None = None
    name: str = ""


# Long enough to set the room up, try the connection and put on record who is there; short enough that a session opened
# by a slip of the hand, before lunch for the evening, is asked about.
EARLY = timedelta(hours=2)


def is_early(meeting: Meeting) -> bool:
    """Say whether opening a meeting now needs a reason."""
    return meeting.starts_at - clock.now() > EARLY


@transaction.atomic
def start_meeting(*, actor: Actor, meeting: Meeting, reason: str = "") -> Meeting:
    """Open the session, on its day or later. Who does it is on record, and why, where it is well before its time.

    Raises:
        NotAllowed: the actor neither coordinates nor chairs.
        Invalid: it is early, and no reason was given.
        OutOfTurn: it was not called, has begun, or its day is still to come.
    """
    policy.require_runner(actor, meeting)
    meeting = locked(meeting)
    before = meeting.status
    states.require(TRANSITIONS, before=before, after=Status.IN_SESSION, thing="meeting")
    if timezone.localdate(meeting.starts_at) > clock.today():
        raise OutOfTurn("This meeting is not today. Change its time if it is to begin now.")
    if is_early(meeting):
        reason = required(reason, message="It begins in more than two hours. Say why it opens now.")
    meeting.status, meeting.updated_at = Status.IN_SESSION, clock.now()
    meeting.save(update_fields=["status", "updated_at"])
    note_change(actor, meeting, before=before, reason=reason)
    record(verb="meetings.started", actor=actor, subject=meeting)
    return meeting


@transaction.atomic
def record_attendance(*, actor: Actor, meeting: Meeting, rows: Iterable[Represented]) -> Meeting:
    """Put on record how members are represented. The last record counts.

    Raises:
        NotAllowed: the actor neither coordinates nor chairs.
        Invalid: a row is of no active member, or names somebody of another agency, or says nothing known.
        OutOfTurn: the meeting does not sit.
    """
    policy.require_runner(actor, meeting)
    meeting = locked(meeting)
    require_state(meeting, Status.IN_SESSION)
    count = 0
    for row in rows:
        if row.status not in Presence.values:
            raise Invalid("Say how the member is represented.")
        require_active(meeting.partnership, row.member, field="member")
        require_colleague(row.member, row.person)
        came = row.status in REPRESENTED
        Attendance.objects.update_or_create(
            meeting=meeting,
            member=row.member,
            defaults={
                "partnership_id": meeting.partnership_id,
                "status": row.status,
                "person": row.person if came else None,
                "name": row.name if came and row.person is None else "",
                "recorded_by_id": actor.person_id,
            },
        )
        count += 1
    record(verb="meetings.attendance_recorded", actor=actor, subject=meeting, members=count)
    return meeting


@transaction.atomic
def note_outcome(*, actor: Actor, item: AgendaItem, status: str, outcome: str = "") -> AgendaItem:
    """Note what came of an item: dealt with, or put off.

    Raises:
        NotAllowed: the actor neither coordinates nor chairs.
        Invalid: it is dealt with, and nothing is said of the outcome.
        OutOfTurn: the meeting does not sit, or the item was taken off.
    """
    policy.require_runner(actor, item.meeting)
    if status not in {ItemStatus.DONE, ItemStatus.POSTPONED}:
        raise Invalid("Say whether the item was dealt with or put off.", field="status")
    if status == ItemStatus.DONE:
        outcome = required(outcome, field="outcome", message="Say what came of it.")
    meeting = locked(item.meeting)
    require_state(meeting, Status.IN_SESSION)
    item = AgendaItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if item.status != status:
        states.require(ITEM_TRANSITIONS, before=item.status, after=status, thing="item")
    item.status, item.outcome = status, outcome.strip()
    item.save(update_fields=["status", "outcome"])
    record(verb=f"meetings.item_{status}", actor=actor, subject=item)
    return item


@transaction.atomic
def record_decision(
    *,
    actor: Actor,
    meeting: Meeting,
    text: str,
    rule: str,
    options: str = "",
    decided_by: Membership | None = None,
    competence: str = "",
    rests_on: Competence | None = None,
    item: AgendaItem | None = None,
    corrects: Decision | None = None,
) -> Decision:
    """Record a decision of the session, with the next number of the partnership's year.

    Raises:
        NotAllowed: the actor neither coordinates nor chairs.
        Invalid: a member decided alone and is not named, or is named and did not; the item is of another meeting; or
            the decision that it corrects is another partnership's, or of this same meeting; or the member that decided
            alone does not hold the competence that it rests on; or nobody does.
        OutOfTurn: the meeting does not sit.
    """
    policy.require_runner(actor, meeting)
    meeting = locked(meeting)
    require_state(meeting, Status.IN_SESSION)
    text = required(text, field="text", message="Say what was decided.")
    _require_rule(meeting, rule, decided_by)
    _require_competence(meeting, rests_on, decided_by)
    _require_item_of(meeting, item)
    if corrects is not None and (
        corrects.partnership_id != meeting.partnership_id or corrects.meeting_id == meeting.pk
    ):
        raise Invalid("Choose an earlier decision of this partnership.", field="corrects")
    year = timezone.localdate(meeting.starts_at).year
    decision = Decision.objects.create(
        meeting=meeting,
        partnership_id=meeting.partnership_id,
        item=item,
        year=year,
        number=_next_number(meeting.partnership, year),
        text=text,
        options=options.strip(),
        rule=rule,
        decided_by=decided_by,
        competence=competence.strip(),
        rests_on=rests_on,
        corrects=corrects,
        recorded_by_id=actor.person_id,
        recorded_at=clock.now(),
    )
    record(verb="meetings.decided", actor=actor, subject=decision, rule=rule, number=decision.label)
    return decision


@transaction.atomic
def reword_decision(
    *,
    actor: Actor,
    decision: Decision,
    text: str,
    rule: str,
    options: str = "",
    decided_by: Membership | None = None,
    competence: str = "",
    rests_on: Competence | None = None,
) -> Decision:
    """Put a decision into other words while its meeting still sits. Afterwards only a new decision corrects it.

    Raises:
        NotAllowed: the actor neither coordinates nor chairs.
        Invalid: as for a new decision.
        OutOfTurn: the meeting does not sit any more.
    """
    policy.require_runner(actor, decision.meeting)
    meeting = locked(decision.meeting)
    require_state(meeting, Status.IN_SESSION)
    _require_rule(meeting, rule, decided_by)
    _require_competence(meeting, rests_on, decided_by)
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    decision.text = required(text, field="text", message="Say what was decided.")
    decision.options, decision.competence = options.strip(), competence.strip()
    decision.rule, decision.decided_by, decision.rests_on = rule, decided_by, rests_on
    decision.save(update_fields=["text", "options", "competence", "rests_on", "rule", "decided_by"])
    record(verb="meetings.decision_reworded", actor=actor, subject=decision)
    return decision


@transaction.atomic
def note_dissent(*, actor: Actor, decision: Decision, member: Membership, text: str) -> Dissent:
    """Put on record that a member did not agree, in its words; once per member, its last words count.

    Raises:
        NotAllowed: the actor neither coordinates nor chairs.
        Invalid: it is no active member, it decided this alone, or it says nothing.
        OutOfTurn: the meeting does not sit.
    """
    policy.require_runner(actor, decision.meeting)
    text = required(text, field="text", message="Say what the member does not agree with.")
    meeting = locked(decision.meeting)
    require_state(meeting, Status.IN_SESSION)
    require_active(meeting.partnership, member, field="member")
    if decision.decided_by_id == member.pk:
        raise Invalid("This member took the decision alone: it cannot dissent from itself.", field="member")
    dissent, _new = Dissent.objects.update_or_create(
        decision=decision,
        member=member,
        defaults={"meeting": meeting, "partnership_id": meeting.partnership_id, "text": text},
    )
    record(verb="meetings.dissent_noted", actor=actor, subject=decision)
    return dissent


@transaction.atomic
def commit_in_meeting(
    *,
    actor: Actor,
    meeting: Meeting,
    item: AgendaItem | None = None,
    decision: Decision | None = None,
    **commitment: Any,
) -> Commitment:
    """Propose a commitment in the session, tied to the item and the decision that it comes from.

    Args:
        commitment: what `propose_commitment` takes.

    Raises:
        NotAllowed: the actor neither coordinates nor chairs, or proposes for another without coordinating.
        Invalid: item or decision are of another meeting, or the commitment does not hold together.
        OutOfTurn: the meeting does not sit.
    """
    policy.require_runner(actor, meeting)
    meeting = locked(meeting)
    require_state(meeting, Status.IN_SESSION)
    _require_item_of(meeting, item)
    if decision is not None and decision.meeting_id != meeting.pk:
        raise Invalid("Choose a decision of this meeting.", field="decision")
    made = propose_commitment(actor=actor, partnership=meeting.partnership, **commitment)
    MeetingCommitment.objects.create(
        meeting=meeting,
        partnership_id=meeting.partnership_id,
        item=item or (decision.item if decision else None),
        decision=decision,
        commitment=made,
    )
    return made


@transaction.atomic
def close_meeting(*, actor: Actor, meeting: Meeting) -> Meeting:
    """Close the session. What was not reached is put off; from now on the record stays as it is.

    Raises:
        NotAllowed: the actor neither coordinates nor chairs.
        Invalid: how some active member was represented is not on record.
        OutOfTurn: the meeting does not sit.
    """
    policy.require_runner(actor, meeting)
    meeting = locked(meeting)
    before = meeting.status
    states.require(TRANSITIONS, before=before, after=Status.CLOSED, thing="meeting")
    active = Membership.objects.active().filter(partnership=meeting.partnership_id)
    recorded = meeting.attendances.exclude(status="").values("member")
    if unrecorded := list(active.exclude(pk__in=recorded).by_agency_name().values_list("agency__name", flat=True)):
        raise Invalid(f"First record how these were represented: {', '.join(unrecorded)}.")
    # before the step: afterwards the database takes nothing more
    meeting.attendances.filter(member__in=active).update(counts=True)
    put_off = meeting.items.filter(status=ItemStatus.OPEN).update(status=ItemStatus.POSTPONED)
    meeting.status, meeting.updated_at = Status.CLOSED, clock.now()
    meeting.save(update_fields=["status", "updated_at"])
    note_change(actor, meeting, before=before)
    record(verb="meetings.closed", actor=actor, subject=meeting, put_off=put_off)
    return meeting


def _next_number(partnership: Partnership, year: int) -> int:
    # two sessions of one partnership at once must not take the same number
    Partnership.objects.select_for_update(no_key=True).get(pk=partnership.pk)
    taken = Decision.objects.filter(partnership=partnership, year=year).aggregate(last=Max("number"))["last"]
    return (taken or 0) + 1


def _require_rule(meeting: Meeting, rule: str, decided_by: Membership | None) -> None:
    if rule not in DecisionRule.values:
        raise Invalid("Say how it was decided.", field="rule")
    if (rule == DecisionRule.MEMBER_ALONE) != (decided_by is not None):
        raise Invalid("Name the member that decided alone, and only then.", field="decided_by")
    if decided_by is not None:
        require_active(meeting.partnership, decided_by, field="decided_by")


def _require_competence(meeting: Meeting, rests_on: Competence | None, decided_by: Membership | None) -> None:
    """Refuse a decision by a competence that who decides does not hold; one of all, that nobody holds."""
    if rests_on is None:
        return
    if rests_on.partnership_id != meeting.partnership_id:
        raise Invalid("Choose a competence of this partnership's register.", field="rests_on")
    if decided_by is not None:
        require_holder(rests_on, decided_by, field="rests_on", what="decide this")
    else:
        require_any_holder(rests_on, field="rests_on")


def _require_item_of(meeting: Meeting, item: AgendaItem | None) -> None:
    if item is not None and item.meeting_id != meeting.pk:
        raise Invalid("Choose an item of this meeting.", field="item")
