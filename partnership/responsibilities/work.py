"""What responsibilities add to "My work"."""

from accounts.people.actor import Actor
from foundation.work.needs import Need, register_needs
from partnership.agreements.models import Version
from partnership.agreements.obstacles import register as register_obstacles
from partnership.agreements.panels import version_board
from partnership.membership.models import Membership, Partnership
from partnership.membership.panels import member_board
from partnership.responsibilities.models import Responsibility, Status


@register_needs
def to_accept(actor: Actor) -> list[Need]:
    """Responsibilities that wait for the lead's answer."""
    if not actor.is_lead:
        return []
    waiting = Responsibility.objects.visible_to(actor).accountable_to(actor).awaiting_acceptance()
    return [
        Need(
            what=responsibility.duty,
            where=responsibility.partnership.name,
            group=responsibility.partnership.slug,
            action="Accept or decline",
            url=responsibility.get_absolute_url(),
        )
        for responsibility in waiting.select_related("partnership").order_by("pk")
    ]


@register_needs
def to_settle(actor: Actor) -> list[Need]:
    """Responsibilities that a member declined or wants worded otherwise: the coordinator's to settle."""
    unsettled = Responsibility.objects.visible_to(actor).filter(
        status__in=(Status.DECLINED, Status.CHANGE_ASKED), partnership__in=Partnership.objects.coordinated_by(actor)
    )
    said = {Status.DECLINED: "declines", Status.CHANGE_ASKED: "asks for a change"}
    return [
        Need(
            what=f"{duty.accountable.agency} {said[Status(duty.status)]}: {duty.duty}",
            where=duty.partnership.name,
            group=duty.partnership.slug,
            action="Settle it",
            url=duty.get_absolute_url(),
        )
        for duty in unsettled.select_related("partnership", "accountable__agency").order_by("pk")
    ]


@register_obstacles
def not_accepted(version: Version) -> list[str]:
    """Duties that come from a version's clauses and that their members have not accepted."""
    duties = Responsibility.objects.from_version(version).not_accepted().select_related("accountable__agency")
    return [f"{duty.accountable.agency} has not accepted: {duty.duty.rstrip('.')}." for duty in duties.order_by("pk")]


def from_clauses(actor: Actor, version: Version) -> dict[str, object]:
    """What is expected of whom by a version's clauses, on its page."""
    duties = Responsibility.objects.visible_to(actor).from_version(version).current()
    return {"responsibilities": list(duties.select_related("partnership", "accountable__agency").order_by("pk"))}


def of_member(actor: Actor, membership: Membership) -> dict[str, object]:
    """What a member is accountable for, on its page."""
    visible = Responsibility.objects.visible_to(actor).current().filter(accountable=membership)
    return {"responsibilities": list(visible.select_related("partnership").order_by("pk"))}


member_board.register(10, "responsibilities/panel_member.html", of_member)
version_board.register(10, "responsibilities/panel_version.html", from_clauses)
