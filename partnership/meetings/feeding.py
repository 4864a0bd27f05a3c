"""What meetings put into calendar feeds: the same entries as the invitations, so that a calendar has each once."""

from datetime import timedelta

from accounts.people.actor import Actor
from foundation import clock
from partnership.feeds.entries import Entry, register_entries
from partnership.feeds.models import Scope
from partnership.meetings import invitations
from partnership.meetings.models import Meeting, Status

# what has been stays so long: a calendar that loses its past looks broken, one that keeps all grows without end
KEPT = timedelta(days=92)
STATES = {Status.PLANNED: "TENTATIVE", Status.CANCELLED: "CANCELLED"}


@register_entries
def meetings(actor: Actor, scope: Scope) -> list[Entry]:
    """Meetings of the partnerships that the person sees; of those, "mine" are where the person would be called.

    One that nobody is called to yet is tentative. A cancelled one stays, marked so, until its day is long past.
    """
    visible = Meeting.objects.visible_to(actor).filter(ends_at__gte=clock.now() - KEPT)
    chosen = invitations.called_to(visible, actor.person_id) if scope == Scope.MINE else visible
    ordered = chosen.select_related("partnership").order_by("starts_at", "pk")
    return [_entry(meeting) for meeting in ordered]


def _entry(meeting: Meeting) -> Entry:
    return Entry(
        uid=meeting.public_id,
        title=invitations.summary_of(meeting),
        path=meeting.get_absolute_url(),
        changed_at=meeting.updated_at,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.zone,
        place=invitations.place_of(meeting),
        description=f"Take part: {meeting.link}" if meeting.link else "",
        sequence=meeting.sequence,
        state=STATES.get(Status(meeting.status), "CONFIRMED"),
    )
