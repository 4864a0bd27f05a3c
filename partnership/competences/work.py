"""What competences add to "My work"."""

from accounts.people.actor import Actor
from foundation.work.needs import Need, register_needs
from partnership.competences.models import Acknowledgement, Change, Statement
from partnership.membership.models import Membership


@register_needs
def to_confirm(actor: Actor) -> list[Need]:
    """What the register should say of the lead's agency."""
    waiting = Change.objects.to_answer_by(actor).select_related("partnership", "competence").order_by("pk")
    return [
        Need(
            what=f"{change.proposed_by_name} proposes what the register says of you: {change.competence}",
            where=change.partnership.name,
            group=change.partnership.slug,
            action="Confirm or decline",
            url=change.get_absolute_url(),
        )
        for change in waiting
    ]


@register_needs
def to_acknowledge(actor: Actor) -> list[Need]:
    """Statements of differences that the lead has not signed for the agency."""
    if not actor.is_lead:
        return []
    own = Membership.objects.visible_to(actor).active().of_agency(actor)
    signed = Acknowledgement.objects.filter(membership__in=own).values("statement")
    asked = Statement.objects.visible_to(actor).newest().exclude(pk__in=signed)
    return [
        Need(
            what="What each member can and cannot do: read it and sign for your agency",
            where=statement.partnership.name,
            group=statement.partnership.slug,
            action="Acknowledge",
            url=statement.get_absolute_url(),
        )
        for statement in asked.select_related("partnership").order_by("pk")
    ]
