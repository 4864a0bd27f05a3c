"""What engagement adds to "My work" and to a partnership's page."""

from datetime import timedelta

from accounts.people.actor import Actor
from foundation import clock
from foundation.work.needs import Need, register_needs
from partnership.engagement.models import Input, Status
from partnership.membership.models import Partnership
from partnership.membership.panels import partnership_board

SOON = timedelta(days=14)


@register_needs
def late(actor: Actor) -> list[Need]:
    """For the coordinator: what waits for an answer for longer than 30 days, whoever is to give it."""
    own = Partnership.objects.coordinated_by(actor)
    waiting = Input.objects.visible_to(actor).late(clock.today()).filter(partnership__in=own)
    return [
        _need(found, who=f"{found.given_to.agency} has not answered {found.group}")
        for found in waiting.select_related("partnership", "group", "given_to__agency").order_by("answer_by", "pk")
    ]


@register_needs
def to_answer(actor: Actor) -> list[Need]:
    """What was given to the agency, late or to be answered within two weeks."""
    if not actor.may_write:
        return []
    waiting = Input.objects.visible_to(actor).unanswered().given_to(actor)
    soon = waiting.filter(answer_by__lte=clock.today() + SOON)
    # the coordinator's own late ones stand above already
    others = soon.exclude(partnership__coordinator_id=actor.agency_key, answer_by__lt=clock.today())
    return [
        _need(found, who=f"{found.group} waits for your agency's answer")
        for found in others.select_related("partnership", "group").order_by("answer_by", "pk")
    ]


def _need(found: Input, *, who: str) -> Need:
    return Need(
        what=found.said if len(found.said) <= 120 else f"{found.said[:119].rstrip()}…",
        where=found.partnership.name,
        group=found.partnership.slug,
        action="Answer",
        url=f"{found.get_absolute_url()}answer/",
        due_on=found.answer_by,
        who=who,
    )


def of_partnership(actor: Actor, partnership: Partnership) -> dict[str, object]:
    """What was answered last, and how much waits, on a partnership's page."""
    visible = Input.objects.visible_to(actor).filter(partnership=partnership)
    answered = visible.filter(status=Status.ANSWERED).select_related("partnership", "group")
    return {
        "answered": list(answered.order_by("-answered_on", "-pk")[:2]),
        "waiting": visible.unanswered().count(),
        "late": visible.late(clock.today()).count(),
    }


partnership_board.register(40, "engagement/panel_partnership.html", of_partnership)
