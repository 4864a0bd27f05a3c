"""What meetings add to "My work" and to "New for us"."""

from datetime import timedelta

from django.utils import timezone

from accounts.people.actor import Actor
from foundation import clock
from foundation.work.needs import Need, News, register_needs, register_news
from partnership.meetings.invitations import called_to
from partnership.meetings.models import Decision, Meeting, Paper, Status
from partnership.meetings.selectors import unread_papers
from partnership.membership.models import Partnership

CALL_BEFORE = timedelta(days=14)
NEWS_FOR = timedelta(days=30)


@register_needs
def answers(actor: Actor) -> list[Need]:
    """Meetings to which the agency is called and has not said whether it comes: for those called, and its leads."""
    if not actor.may_write:
        return []
    waiting = Meeting.objects.visible_to(actor).awaiting_answer_of(actor, clock.now()).select_related("partnership")
    theirs = waiting if actor.is_lead else called_to(waiting, actor.person_id)
    return [_need(meeting, f"{meeting.title}: does your agency come?", "Answer", "answer/") for meeting in theirs]


@register_needs
def papers(actor: Actor) -> list[Need]:
    """Papers of coming meetings that somebody called to them has not read: one line for each meeting."""
    if not actor.may_write:
        return []
    coming = Meeting.objects.visible_to(actor).coming(clock.now()).filter(status=Status.CALLED)
    unread = unread_papers(actor, Paper.objects.visible_to(actor).filter(meeting__in=coming))
    counts: dict[int, int] = {}
    for meeting_id in unread.exclude(item__status="withdrawn").values_list("meeting", flat=True):
        counts[meeting_id] = counts.get(meeting_id, 0) + 1
    with_papers = coming.filter(pk__in=counts).select_related("partnership").soonest_first()
    return [
        _need(meeting, f"{meeting.title}: {_papers(counts[meeting.pk])} to read", "Read")
        for meeting in called_to(with_papers, actor.person_id)
    ]


def _papers(count: int) -> str:
    return "a paper" if count == 1 else f"{count} papers"


@register_needs
def to_call_and_to_close(actor: Actor) -> list[Need]:
    """For the coordinator: meetings of the next two weeks to which nobody is called, and sessions left open."""
    own = Meeting.objects.visible_to(actor).filter(partnership__in=Partnership.objects.coordinated_by(actor))
    own = own.select_related("partnership")
    now = clock.now()
    soon = own.filter(status=Status.PLANNED, starts_at__gt=now, starts_at__lte=now + CALL_BEFORE).soonest_first()
    sitting = own.filter(status=Status.IN_SESSION, ends_at__lt=now).soonest_first()
    return [_need(meeting, f"{meeting.title}: nobody is called yet", "Call") for meeting in soon] + [
        _need(meeting, f"{meeting.title}: still open", "Close", "close/") for meeting in sitting
    ]


def _need(meeting: Meeting, what: str, action: str, path: str = "") -> Need:
    return Need(
        what=what,
        where=meeting.partnership.name,
        group=meeting.partnership.slug,
        action=action,
        url=meeting.get_absolute_url() + path,
        due_on=timezone.localdate(meeting.starts_at),
    )


@register_news
def decisions(actor: Actor) -> list[News]:
    """Decisions of the last month, once their meeting is closed."""
    since = clock.now() - NEWS_FOR
    recent = Decision.objects.visible_to(actor).filter(meeting__status=Status.CLOSED, recorded_at__gte=since)
    return [
        News(
            what=f"Decision {decision.label}: {decision.text}",
            where=decision.partnership.name,
            url=decision.get_absolute_url(),
            at=decision.recorded_at,
        )
        for decision in recent.select_related("partnership").newest_first()[:10]
    ]
