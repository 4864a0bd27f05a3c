"""Who may do what about auditors. Derived from the querysets."""

from accounts.people.actor import Actor
from infosharing.auditors.models import Auditor
from partnership.membership.models import Partnership
from partnership.membership.policy import own_membership

APPOINTS = "Only a lead of an active member appoints auditors of what it wrote."
ENDS = "Only a lead of the agency that appointed an auditor, or the auditor, ends that."
LOOKS = "Only who is appointed looks at these readings, and only while the appointment counts."


def may_appoint(actor: Actor, partnership: Partnership) -> bool:
    """A lead of an active member, signed in."""
    return actor.is_lead and actor.scopes is None and own_membership(actor, partnership) is not None


def may_end(actor: Actor, auditor: Auditor) -> bool:
    """A lead of the agency that appointed, or the auditor; once."""
    if auditor.ended_at is not None or actor.scopes is not None:
        return False
    ours = Auditor.objects.appointed_by_us(actor).filter(pk=auditor.pk)
    return Auditor.objects.of_me(actor).filter(pk=auditor.pk).exists() or (actor.is_lead and ours.exists())


def may_look(actor: Actor, auditor: Auditor) -> bool:
    """The auditor, while it counts."""
    return Auditor.objects.counting_for(actor).filter(pk=auditor.pk).exists()
