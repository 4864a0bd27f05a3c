"""What meetings add to the pages of a partnership, a member and a commitment, and to the list of members."""

from collections.abc import Sequence

from accounts.people.actor import Actor
from foundation import clock
from partnership.commitments.models import Commitment
from partnership.commitments.panels import commitment_board
from partnership.meetings.models import AHEAD, MeetingCommitment
from partnership.meetings.quorum import standing
from partnership.meetings.selectors import Dot, dots, next_meeting, seats, span
from partnership.membership.models import Membership, Partnership
from partnership.membership.panels import Column, member_board, partnership_board, register_column
from partnership.membership.policy import own_membership

IN_LIST = 2
ON_PAGE = 6


def of_partnership(actor: Actor, partnership: Partnership) -> dict[str, object]:
    """The next meeting, who comes so far, and what the own member said."""
    meeting = next_meeting(actor, partnership)
    if meeting is None:
        return {"meeting": None}
    own = own_membership(actor, partnership)
    own_seat = next((seat for seat in seats(actor, meeting) if own and seat.member.pk == own.pk), None)
    return {
        "meeting": meeting,
        "span": span(meeting),
        "quorum": standing(meeting),
        "own_seat": own_seat,
        "may_answer": actor.may_write and own_seat is not None and meeting.status in AHEAD,
        "is_planned_only": meeting.status == "planned" and meeting.starts_at > clock.now(),
    }


def of_member(actor: Actor, membership: Membership) -> dict[str, object]:
    """How a member was represented at the last meetings."""
    return {"dots": dots(actor, [membership.pk], membership.partnership, last=ON_PAGE)[membership.pk]}


def of_commitment(actor: Actor, commitment: Commitment) -> dict[str, object]:
    """At which meeting, and by which decision, a commitment was made."""
    visible = MeetingCommitment.objects.visible_to(actor).filter(commitment=commitment)
    return {"made": visible.select_related("meeting__partnership", "decision__partnership", "item").first()}


def cells(actor: Actor, partnership: Partnership, members: Sequence[int]) -> dict[int, list[Dot]]:
    return dots(actor, members, partnership, last=IN_LIST)


partnership_board.register(8, "meetings/panel_partnership.html", of_partnership)
member_board.register(30, "meetings/panel_member.html", of_member)
commitment_board.register(10, "meetings/panel_commitment.html", of_commitment)
register_column(Column(20, "Last two meetings", "meetings/_dots.html", cells))
