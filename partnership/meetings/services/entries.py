"""Changing and cancelling a meeting that is locked, and telling those who have it in their calendars."""

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.people.actor import Actor
from foundation import clock, states
from foundation.audit.services import record
from foundation.notifications.services import notify, withdraw_notices
from foundation.notifications.tasks import deliver_soon
from partnership.meetings import notices
from partnership.meetings.invitations import invitees
from partnership.meetings.models import TRANSITIONS, CoreMember, Meeting, QuorumRule, Status
from partnership.meetings.services.common import note_change
from partnership.membership.models import Membership

# what calendars show: a change of one of these makes a new entry
SHOWN = ("title", "starts_at", "ends_at", "place", "link")


def step(meeting: Meeting, after: str) -> str:
    """Take one step of the transition table on a locked meeting, unsaved. Returns the state before.

    Raises:
        OutOfTurn: the table does not hold it.
    """
    before: str = meeting.status
    states.require(TRANSITIONS, before=before, after=after, thing="meeting")
    meeting.status, meeting.updated_at = after, clock.now()
    return before


def change(
    actor: Actor, meeting: Meeting, columns: Mapping[str, Any], core: Sequence[Membership], *, reason: str = ""
) -> None:
    """Give a locked meeting other columns and core members; those called get the new entry where it shows them."""
    shown_before, starts_before = [getattr(meeting, name) for name in SHOWN], meeting.starts_at
    for name, value in columns.items():
        setattr(meeting, name, value)
    meeting.updated_at = clock.now()
    is_shown = shown_before != [getattr(meeting, name) for name in SHOWN]
    is_told = is_shown and meeting.status == Status.CALLED
    meeting.sequence += is_told
    meeting.save()
    CoreMember.objects.filter(meeting=meeting).delete()
    name_core_members(meeting, core)
    moved = starts_before if starts_before != meeting.starts_at else None
    note_change(actor, meeting, before=meeting.status, reason=reason, starts_before=moved)
    record(verb="meetings.revised", actor=actor, subject=meeting, sequence=meeting.sequence)
    if is_told:
        _withdraw(meeting)
        tell(actor, meeting, notices.CHANGED, invitees(meeting))


def cancel(actor: Actor, meeting: Meeting, reason: str, *, leaves_series: bool = False) -> None:
    """Cancel a locked meeting. It leaves the calendars of those who were called.

    Args:
        leaves_series: whether its series may put another one on its day later.

    Raises:
        OutOfTurn: it has begun, is closed or cancelled.
    """
    before = step(meeting, Status.CANCELLED)
    meeting.reason = reason
    if leaves_series:
        meeting.series = meeting.occurs_on = None
    told = notices.told_of(meeting) | invitees(meeting) if before == Status.CALLED else set()
    meeting.sequence += before == Status.CALLED
    meeting.save(update_fields=["status", "reason", "sequence", "updated_at", "series", "occurs_on"])
    note_change(actor, meeting, before=before, reason=reason)
    record(verb="meetings.cancelled", actor=actor, subject=meeting, before=before)
    _withdraw(meeting)
    tell(actor, meeting, notices.CANCELLED, told)


def name_core_members(meeting: Meeting, members: Sequence[Membership]) -> None:
    """Name those without whom there is no quorum, where it goes by names."""
    if meeting.quorum_rule == QuorumRule.NAMED:
        CoreMember.objects.bulk_create(
            CoreMember(meeting=meeting, partnership_id=meeting.partnership_id, member=member) for member in members
        )


def tell(actor: Actor | None, meeting: Meeting, kind: notices.Kind, people: set[int]) -> None:
    """Send people the entry of a meeting as it stands."""
    notify(
        kind=kind,
        recipients=people,
        subject=meeting,
        # one notice of each state of the entry; who is called anew gets the present one
        occasion=f"sequence-{meeting.sequence}",
        by=actor.agency_name if actor else meeting.partnership.coordinator.name,
        partnership=meeting.partnership.name,
        slug=meeting.partnership.slug,
        starts_at=meeting.starts_at.isoformat(),
        sequence=str(meeting.sequence),
    )
    deliver_soon()


def _withdraw(meeting: Meeting) -> None:
    for kind in (notices.INVITED, notices.CHANGED):
        withdraw_notices(kind=kind, subject=meeting)
