"""Who may do what to drafts. Derived from the querysets; never written a second time."""

from accounts.people.actor import Actor
from infosharing.drafts.models import Draft, Status
from partnership.membership.models import Partnership
from partnership.membership.policy import own_membership

WRITES = "Only staff and leads of an active member may write notes."
CHANGES = "Only its author may change a draft."
RELEASES = "Only a colleague of the author who is asked may release it or send it back."


def may_draft(actor: Actor, partnership: Partnership) -> bool:
    """Staff and leads of an active member, signed in: a program shares what it writes."""
    return actor.may_write and actor.scopes is None and own_membership(actor, partnership) is not None


def may_change(actor: Actor, draft: Draft) -> bool:
    """Its author, for an agency that takes part."""
    return actor.may_write and Draft.objects.written_by(actor).filter(pk=draft.pk).exists()


def may_release(actor: Actor, draft: Draft) -> bool:
    """A colleague, once the author asks; where one is named, that one."""
    return draft.status == Status.ASKED and Draft.objects.to_release_by(actor).filter(pk=draft.pk).exists()


def may_discard(actor: Actor, draft: Draft) -> bool:
    """Its author; should they have left, or write no more, a lead of their agency."""
    if may_change(actor, draft):
        return True
    has_left = not draft.author.is_active or draft.author.agency_id != draft.member.agency_id
    return has_left and actor.is_lead and Draft.objects.visible_to(actor).filter(pk=draft.pk).exists()
