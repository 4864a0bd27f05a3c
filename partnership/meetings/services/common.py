"""What every service of meetings shares: locks, the record of a change, checks that several make."""

from collections.abc import Iterable
from datetime import datetime

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock
from foundation.errors import Invalid, OutOfTurn
from partnership.meetings.models import Meeting, MeetingChange, QuorumRule
from partnership.membership.models import Membership, MembershipStatus, Partnership


def locked(meeting: Meeting) -> Meeting:
    """Return a meeting as it is now, and hold it until the end of the transaction."""
    return (
        Meeting.objects.select_related("partnership", "chair__agency")
        .select_for_update(of=("self",))
        .get(pk=meeting.pk)
    )


def require_state(meeting: Meeting, *allowed: str) -> None:
    """Refuse a change of a meeting that is in another state.

    Raises:
        OutOfTurn: it is.
    """
    if meeting.status not in allowed:
        state = meeting.get_status_display()
        raise OutOfTurn(f"This meeting is {state}, so that can no longer be done, or not yet.")


def note_change(
    actor: Actor | None,
    meeting: Meeting,
    *,
    before: str,
    reason: str = "",
    starts_before: datetime | None = None,
) -> None:
    MeetingChange.objects.create(
        meeting=meeting,
        before=before,
        after=meeting.status,
        starts_before=starts_before,
        starts_after=meeting.starts_at,
        by_id=actor.person_id if actor else None,
        reason=reason,
        at=clock.now(),
    )


def require_active(partnership: Partnership, member: Membership, *, field: str) -> None:
    """Refuse a member of another partnership, and one that is not active.

    Raises:
        Invalid: it is one of those.
    """
    if member.partnership_id != partnership.pk or member.status != MembershipStatus.ACTIVE:
        raise Invalid("Choose an active member of this partnership.", field=field)


def require_quorum(partnership: Partnership, rule: str, percent: int, core: Iterable[Membership]) -> None:
    """Refuse a quorum that nobody can reckon.

    Raises:
        Invalid: the share is none, or certain members are wanted and none of this partnership is named.
    """
    if rule == QuorumRule.SHARE and not 1 <= percent <= 100:
        raise Invalid("Give a share between 1 and 100 percent.", field="quorum_percent")
    named = list(core)
    if rule == QuorumRule.NAMED and not named:
        raise Invalid("Name at least one member.", field="core_members")
    for member in named:
        require_active(partnership, member, field="core_members")


def require_colleague(member: Membership, person: Person | None, *, field: str = "person") -> None:
    """Refuse somebody of another agency than the member's.

    Raises:
        Invalid: the person is.
    """
    if person is not None and (person.agency_id != member.agency_id or person.is_service):
        raise Invalid(f"Choose somebody of {member.agency}.", field=field)
