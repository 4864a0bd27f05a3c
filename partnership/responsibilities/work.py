"""What responsibilities add to "My work"."""

from accounts.people.actor import Actor
from foundation.work.needs import Need, register_needs
from partnership.membership.models import Membership
from partnership.membership.panels import member_board
from partnership.responsibilities.models import Responsibility


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


def of_member(actor: Actor, membership: Membership) -> dict[str, object]:
    """What a member is accountable for, on its page."""
    visible = Responsibility.objects.visible_to(actor).current().filter(accountable=membership)
    return {"responsibilities": list(visible.select_related("partnership").order_by("pk"))}


member_board.register(10, "responsibilities/panel_member.html", of_member)
