"""Planning one meeting, calling people to it, changing and cancelling it, and what members answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid
from foundation.words import required
from partnership.meetings import notices
from partnership.meetings.invitations import invitees
from partnership.meetings.models import AHEAD, Announced, Attendance, Meeting, QuorumRule, Status
from partnership.meetings.services.common import (
    locked,
    note_change,
    require_active,
    require_colleague,
    require_quorum,
    require_state,
)
from partnership.meetings.services.entries import cancel, change, name_core_members, step, tell
from partnership.membership.models import Membership, Partnership
from partnership.membership.policy import require_coordinator, require_own_membership

LONGEST = timedelta(days=1)


@transaction.atomic
def plan_meeting(
    *,
    actor: Actor,
    partnership: Partnership,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    chair: Membership,
    place: str = "",
    link: str = "",
    quorum_rule: str = QuorumRule.SHARE,
    quorum_percent: int = 50,
    core_members: Sequence[Membership] = (),
) -> Meeting:
    """Plan a meeting outside any series. Nobody is told before it is called.

    Raises:
        NotAllowed: the actor does not coordinate.
        Invalid: it starts in the past, ends before it starts or after more than a day, or chair or quorum name no
            active member.
    """
    require_coordinator(actor, partnership)
    _require_times(starts_at, ends_at)
    require_active(partnership, chair, field="chair")
    require_quorum(partnership, quorum_rule, quorum_percent, core_members)
    meeting = Meeting.objects.create(
        partnership=partnership,
        title=title,
        starts_at=starts_at,
        ends_at=ends_at,
        zone=settings.TIME_ZONE,
        place=place,
        link=link,
        chair=chair,
        quorum_rule=quorum_rule,
        quorum_percent=quorum_percent,
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    name_core_members(meeting, core_members)
    note_change(actor, meeting, before="")
    record(verb="meetings.planned", actor=actor, subject=meeting)
    return meeting


@transaction.atomic
def revise_meeting(
    *,
    actor: Actor,
    meeting: Meeting,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    chair: Membership,
    place: str = "",
    link: str = "",
    quorum_rule: str = QuorumRule.SHARE,
    quorum_percent: int = 50,
    core_members: Sequence[Membership] = (),
) -> Meeting:
    """Change a coming meeting. Those called get the new entry for their calendars where it shows the change.

    Raises:
        NotAllowed: the actor does not coordinate.
        Invalid: as for a new meeting.
        OutOfTurn: it has begun, is closed or cancelled.
    """
    require_coordinator(actor, meeting.partnership)
    meeting = locked(meeting)
    require_state(meeting, *AHEAD)
    _require_times(starts_at, ends_at)
    require_active(meeting.partnership, chair, field="chair")
    require_quorum(meeting.partnership, quorum_rule, quorum_percent, core_members)
    columns = {
        "title": title,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "place": place,
        "link": link,
        "chair": chair,
        "quorum_rule": quorum_rule,
        "quorum_percent": quorum_percent,
    }
    change(actor, meeting, columns, core_members)
    return meeting


@transaction.atomic
def call_meeting(*, actor: Actor, meeting: Meeting) -> Meeting:
    """Call representatives and deputies of every active member, its leads where none is named.

    Raises:
        NotAllowed: the actor does not coordinate.
        Invalid: the meeting would have begun already.
        OutOfTurn: it is not planned (any more).
    """
    require_coordinator(actor, meeting.partnership)
    meeting = locked(meeting)
    before = step(meeting, Status.CALLED)
    if meeting.starts_at <= clock.now():
        raise Invalid("This meeting would have begun already. Set another time first.")
    meeting.save(update_fields=["status", "updated_at"])
    note_change(actor, meeting, before=before)
    called = invitees(meeting)
    record(verb="meetings.called", actor=actor, subject=meeting, called=len(called))
    tell(actor, meeting, notices.INVITED, called)
    return meeting


@transaction.atomic
def cancel_meeting(*, actor: Actor, meeting: Meeting, reason: str) -> Meeting:
    """Cancel a coming meeting, saying why. It leaves the calendars of those who were called.

    Raises:
        NotAllowed: the actor does not coordinate.
        Invalid: no reason was given.
        OutOfTurn: it has begun, is closed or cancelled.
    """
    require_coordinator(actor, meeting.partnership)
    reason = required(reason)
    meeting = locked(meeting)
    cancel(actor, meeting, reason)
    return meeting


def call_the_missing() -> int:
    """Call those who became representative, deputy or member after a meeting was called. Returns how many meetings
    were looked at; nobody is called twice."""
    called = Meeting.objects.filter(status=Status.CALLED, starts_at__gt=clock.now())
    looked_at = 0
    for key in called.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            meeting = called.filter(pk=key).select_related("partnership").select_for_update(of=("self",)).first()
            if meeting is None:
                continue
            missing = invitees(meeting) - notices.told_of(meeting)
            if missing:
                tell(None, meeting, notices.INVITED, missing)
            looked_at += 1
    return looked_at


@transaction.atomic
def answer_call(
    *,
    actor: Actor,
    meeting: Meeting,
    announced: str,
    person: Person | None = None,
    name: str = "",
    remark: str = "",
) -> Attendance:
    """Say for the own member whether it comes, and by whom. The last answer counts.

    Raises:
        NotAllowed: the actor is read-only or of no active member.
        Invalid: the answer is none, or the person is of another agency.
        OutOfTurn: the meeting has begun, is closed or cancelled.
    """
    own = require_own_membership(actor, meeting.partnership)
    if announced not in Announced.values:
        raise Invalid("Say whether you come.", field="announced")
    require_colleague(own, person)
    meeting = locked(meeting)
    require_state(meeting, *AHEAD)
    if announced == Announced.APOLOGY:
        person, name = None, ""
    elif person is None and not name:
        person = own.representative if announced == Announced.COMING else own.deputy
    answer, _new = Attendance.objects.update_or_create(
        meeting=meeting,
        member=own,
        defaults={
            "partnership_id": meeting.partnership_id,
            "announced": announced,
            "announced_at": clock.now(),
            "announced_by_id": actor.person_id,
            "person": person,
            "name": "" if person else name,
            "remark": remark,
        },
    )
    record(verb="meetings.answered", actor=actor, subject=meeting, announced=announced)
    return answer


def _require_times(starts_at: datetime, ends_at: datetime) -> None:
    if starts_at <= clock.now():
        raise Invalid("This has passed. Choose a time to come.", field="starts_at")
    if ends_at <= starts_at:
        raise Invalid("The end must come after the start.", field="ends_at")
    if ends_at - starts_at > LONGEST:
        raise Invalid("A meeting lasts a day at most. Plan a second one.", field="ends_at")
