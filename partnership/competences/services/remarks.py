"""Remarks on a holding, for chosen members alone."""

from collections.abc import Collection

from django.db import transaction

from accounts.people.actor import Actor
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from partnership.competences.models import Holding, Remark, RemarkReader
from partnership.membership.models import Membership
from partnership.membership.policy import require_own_membership


@transaction.atomic
def add_remark(*, actor: Actor, holding: Holding, text: str, readers: Collection[Membership]) -> Remark:
    """Add a remark to what the own agency holds, which only the members named read, and the own agency.

    Args:
        readers: other active members; none keeps it to the own agency.

    Raises:
        NotAllowed: it is another member's holding, or the actor is read-only.
        Invalid: it says nothing, or names who is no other active member.
        OutOfTurn: the holding has ended.
    """
    own = require_own_membership(actor, holding.partnership)
    if own.pk != holding.membership_id:
        raise NotAllowed("Only the member that holds it may remark on it.")
    if holding.ended_at is not None:
        raise OutOfTurn("This member holds it no more.")
    if not text.strip():
        raise Invalid("Write the remark.", field="text")
    named = {member.pk for member in readers} - {own.pk}
    if Membership.objects.active().filter(partnership=holding.partnership_id, pk__in=named).count() != len(named):
        raise Invalid("Choose among the active members of this partnership.", field="readers")
    remark = Remark.objects.create(
        partnership_id=holding.partnership_id,
        holding=holding,
        owner=own,
        text=text.strip(),
        author_id=actor.person_id,
        created_at=clock.now(),
    )
    RemarkReader.objects.bulk_create(
        RemarkReader(remark=remark, membership_id=key, partnership_id=holding.partnership_id) for key in sorted(named)
    )
    record(verb="competences.remarked", actor=actor, subject=remark, readers=len(named))
    return remark


@transaction.atomic
def remove_remark(*, actor: Actor, remark: Remark) -> Remark:
    """Take a remark off: nobody reads it from now on.

    Raises:
        NotAllowed: it is another member's, or the actor is read-only.
    """
    own = require_own_membership(actor, remark.partnership)
    if own.pk != remark.owner_id:
        raise NotAllowed("Only the member that wrote it may take it off.")
    record(verb="competences.remark_removed", actor=actor, subject=remark)
    Remark.objects.filter(pk=remark.pk).delete()
    return remark
