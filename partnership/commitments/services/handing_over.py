"""When somebody leaves: a colleague takes over all open commitments at once."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.services import notify, withdraw_notices
from foundation.notifications.tasks import deliver_soon
from partnership.commitments import notices, policy, reminders
from partnership.commitments.models import Commitment, What
from partnership.commitments.services.common import note_change, require_colleague
from partnership.commitments.services.planning import from_to
from partnership.membership.models import Membership


@transaction.atomic
def hand_over(
    *, actor: Actor, member: Membership, person: Person, to: Person, seen: Collection[UUID]
) -> list[Commitment]:
    """Let a colleague take over all open commitments of somebody, each with its own line on record.

    Args:
        person: who did them so far, also somebody who has left.
        to: an active colleague of the same member.
        seen: which ones the actor was shown and confirmed.

    Raises:
        NotAllowed: the actor is neither lead of the member nor the coordinator.
        Invalid: the colleague is not of the member, or is the same person, or there is nothing to take over.
        OutOfTurn: they are not the same ones any more that the actor was shown.
    """
    if not policy.may_reassign(actor, member):
        raise NotAllowed("Only the member's lead or the coordinator may hand commitments over.")
    require_colleague(member, to, field="to")
    if person.pk == to.pk:
        raise Invalid("Choose somebody else to take over.", field="to")
    open_ones = Commitment.objects.select_related("partnership").filter(owner=member, person=person).open()
    commitments = list(open_ones.select_for_update(of=("self",)).order_by("pk"))
    if not commitments:
        raise Invalid("This person has no open commitment.", field="person")
    if {commitment.public_id for commitment in commitments} != set(seen):
        raise OutOfTurn("The list has changed in the meantime. Look at it again.")
    for commitment in commitments:
        commitment.person = to
        commitment.save(update_fields=["person", "updated_at"])
        withdraw_notices(kind=reminders.DUE.kind, subject=commitment)
        note_change(actor, commitment, before=commitment.status, what=What.PERSON, reason=from_to(person, to))
        record(verb="commitments.handed_over", actor=actor, subject=commitment)
    _tell(actor, member, to, len(commitments))
    return commitments


def _tell(actor: Actor, member: Membership, to: Person, count: int) -> None:
    if to.pk == actor.person_id:
        return
    notify(
        kind=notices.TAKEN_OVER,
        recipients=[to.pk],
        subject=member,
        occasion=clock.now().isoformat(),
        by=actor.person_name,
        count=str(count),
        partnership=member.partnership.name,
        slug=member.partnership.slug,
    )
    deliver_soon()
