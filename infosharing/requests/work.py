"""What requests add to "My work": what waits for the own agency, what it waits for, and answers that came."""

from accounts.people.actor import Actor
from foundation import clock
from foundation.work.needs import Need, News, register_needs, register_news
from infosharing.requests.models import DECIDED, Asked, InformationRequest

READ = ("request__partnership", "member__agency", "asker__agency")
NEWEST = 10


def _need(found: InformationRequest, action: str, who: str) -> Need:
    return Need(
        what=found.title,
        where=found.partnership.name,
        group=found.partnership.slug,
        action=action,
        url=found.get_absolute_url(),
        due_on=found.due_on,
        who=who,
    )


@register_needs
def to_answer(actor: Actor) -> list[Need]:
    """Requests that wait for the actor's agency."""
    rows = Asked.objects.to_answer_by(actor).select_related(*READ).order_by("request__due_on", "pk")
    return [_need(row.request, "Answer or refuse", f"{row.asker.agency} asks") for row in rows]


@register_needs
def not_in_time(actor: Actor) -> list[Need]:
    """What others did not answer in time, for whoever asked: they ask again another way, or take it back."""
    if not actor.may_write:
        return []
    rows = Asked.objects.not_in_time_for(actor, clock.today()).select_related(*READ).order_by("request__due_on", "pk")
    return [_need(row.request, "See it", f"{row.member.agency} has not answered in time") for row in rows]


@register_news
def answers(actor: Actor) -> list[News]:
    """The newest answers to what the actor's agency asked."""
    rows = Asked.objects.of_our_requests(actor).filter(status__in=DECIDED).select_related(*READ)
    return [
        News(
            what=f"{row.request.title}: {row.get_status_display()}",
            where=f"{row.member.agency}, {row.request.partnership}",
            url=row.request.get_absolute_url(),
            at=row.decided_at,
            marking=row.request.tlp,
        )
        for row in rows.order_by("-decided_at", "-pk")[:NEWEST]
        if row.decided_at is not None
    ]
