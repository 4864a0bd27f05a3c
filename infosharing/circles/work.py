"""What circles add to "My work"."""

from accounts.people.actor import Actor
from foundation.work.needs import Need, register_needs
from infosharing.circles.models import CircleMember, MemberStatus


@register_needs
def to_answer(actor: Actor) -> list[Need]:
    """For leads: invitations to circles."""
    if not actor.is_lead:
        return []
    invited = CircleMember.objects.visible_to(actor).filter(
        status=MemberStatus.INVITED, membership__agency_id=actor.agency_key, membership__status="active"
    )
    return [
        Need(
            what=f"Invitation to the circle “{row.circle.name}”",
            where=row.circle.partnership.name,
            group=row.circle.partnership.slug,
            action="Answer",
            url=row.circle.get_absolute_url(),
            who=row.circle.keeper.agency.name,
        )
        for row in invited.select_related("circle__partnership", "circle__keeper__agency").order_by("pk")
    ]
