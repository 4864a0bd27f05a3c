"""What auditors add to "My work": a first look, and for leads an appointment that comes to its end."""

from datetime import timedelta

from accounts.people.actor import Actor
from foundation import clock
from foundation.work.needs import Need, register_needs
from infosharing.auditors.models import Auditor

WARNED = timedelta(days=14)


@register_needs
def to_look(actor: Actor) -> list[Need]:
    """Appointments of the actor by which they have not looked yet."""
    rows = Auditor.objects.counting_for(actor).filter(looked_at__isnull=True)
    return [
        Need(
            what=f"You audit who read the notes of {row.appointer.agency.name}",
            where=row.partnership.name,
            group=row.partnership.slug,
            action="Look at the readings",
            url=row.get_absolute_url(),
        )
        for row in rows.select_related("partnership", "appointer__agency").order_by("pk")
    ]


@register_needs
def soon_over(actor: Actor) -> list[Need]:
    """For leads: auditors of the own agency whose last day is near."""
    if not actor.is_lead:
        return []
    rows = Auditor.objects.appointed_by_us(actor).standing().filter(expires_at__lte=clock.now() + WARNED)
    return [
        Need(
            what=f"{row.person.name} is your auditor of footprints until then",
            where=row.partnership.name,
            group=row.partnership.slug,
            action="See who else is, and appoint anew after it",
            url=f"{row.partnership.get_absolute_url()}notes/auditors/",
            due_on=row.until,
        )
        for row in rows.select_related("partnership", "person").order_by("expires_at", "pk")
    ]
