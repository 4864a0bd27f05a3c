"""Papers that presenters still owe, of which they are reminded; and overdue commitments, which come onto the agenda."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import clock
from foundation.audit.services import record
from foundation.notifications.kinds import Message
from foundation.notifications.models import Notice
from partnership.commitments.models import Commitment
from partnership.commitments.reminders import DUE
from partnership.meetings.models import AHEAD, AgendaItem, ItemKind, Meeting
from partnership.membership.models import Membership, MembershipRole
from partnership.reminders import escalations, sources
from partnership.reminders.ladders import Audience, Rung, Unit
from partnership.reminders.words import day_of

MINUTES = 10
TITLE = 200
PAPERS_QUERY = """
    SELECT DISTINCT m.public_id AS subject_id, m.partnership_id, i.presenter_id AS member_id, NULL::bigint AS doer_id,
           m.starts_at::date AS day, '{}'::jsonb AS facts
    FROM meetings_meeting m
    JOIN meetings_agendaitem i ON i.meeting_id = m.id AND i.status = 'open' AND i.about_id IS NULL
    WHERE m.status = 'called' AND NOT EXISTS (SELECT 1 FROM meetings_paper p WHERE p.item_id = i.id)
"""


def _papers(notice: Notice) -> Message:
    return Message(
        title=_("You present at the meeting of %(partnership)s on %(day)s, and there is no paper yet")
        % {**notice.facts, "day": day_of(notice)},
        sentence=_("Members read papers beforehand. Add one to your item, or say there that none is needed."),
        path=f"/partnerships/{notice.facts['slug']}/meetings/{notice.subject_id}/",
    )


PAPERS = sources.register(
    slug="meetings.papers",
    label=gettext_lazy("Papers for a meeting"),
    ladder=(Rung(-5, Audience.DOER, Unit.WORKING_DAYS),),
    query=PAPERS_QUERY,
    message=_papers,
)


def put_on_agenda(partnership_id: int, subjects: Collection[UUID]) -> None:
    """Put commitments that were taken to the coordinator on the next meeting's agenda, each once; if one is planned."""
    meetings = Meeting.objects.filter(partnership=partnership_id, status__in=AHEAD, starts_at__gt=clock.now())
    meeting = meetings.soonest_first().select_for_update(of=("self",)).first()
    coordinator = (
        Membership.objects.active().filter(partnership=partnership_id, role=MembershipRole.COORDINATOR).first()
    )
    if meeting is None or coordinator is None:
        return
    there = AgendaItem.objects.filter(meeting__in=meetings, about__isnull=False).values("about")
    overdue = Commitment.objects.filter(partnership=partnership_id, public_id__in=subjects).exclude(pk__in=there)
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    for position, commitment in enumerate(overdue.order_by("due_on", "pk"), start=last + 1):
        item = AgendaItem.objects.create(
            meeting=meeting,
            partnership_id=partnership_id,
            position=position,
            title=f"Overdue: {commitment.promise[: TITLE - 20]}",
            purpose="What stands in the way, who helps, and by when it is done.",
            kind=ItemKind.DECIDE,
            minutes=MINUTES,
            presenter_id=commitment.owner_id,
            proposed_by=coordinator,
            about=commitment,
            created_at=clock.now(),
        )
        record(verb="meetings.item_escalated", actor=None, subject=item, commitment=str(commitment.public_id))


escalations.register(DUE.slug, put_on_agenda)
