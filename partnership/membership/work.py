"""What membership adds to "My work"."""

from accounts.people.actor import Actor
from foundation.work.needs import Need, register_needs
from partnership.membership.models import Membership


@register_needs
def invitations(actor: Actor) -> list[Need]:
    """Invitations that wait for the lead's answer."""
    if not actor.is_lead:
        return []
    invited = Membership.objects.visible_to(actor).of_agency(actor).invited().select_related("partnership")
    return [
        Need(
            what=f"Your agency is invited to {membership.partnership}",
            where=membership.partnership.name,
            group=membership.partnership.slug,
            action="Answer",
            url=f"/invitations/{membership.public_id}/",
        )
        for membership in invited.order_by("pk")
    ]
