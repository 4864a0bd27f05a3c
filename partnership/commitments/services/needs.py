"""What a commitment needs first."""

from collections.abc import Iterable

from django.db import transaction

from accounts.people.actor import Actor
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid
from partnership.commitments import policy
from partnership.commitments.models import OPEN, TO_PLAN, Commitment, Dependency, What
from partnership.commitments.services.common import locked, note_change, require_state
from partnership.membership.models import Partnership


@transaction.atomic
def add_need(*, actor: Actor, commitment: Commitment, needs: Commitment) -> Dependency:
    """Say that a commitment needs another one first.

    Raises:
        NotAllowed: the actor is neither of the member that promised nor the coordinator.
        Invalid: the other one is of another partnership, has ended, is named already, or waits for this one itself,
            directly or by way of others.
        OutOfTurn: this one is claimed done or has ended.
    """
    policy.require_reviser(actor, commitment)
    # one at a time in a partnership: two that each close half of a ring must not both pass
    Partnership.objects.select_for_update(of=("self",), no_key=True).get(pk=commitment.partnership_id)
    commitment = locked(commitment)
    require_state(commitment, TO_PLAN)
    if needs.partnership_id != commitment.partnership_id or needs.status not in OPEN:
        raise Invalid("Choose an open commitment of this partnership.", field="needs")
    edges = Dependency.objects.filter(partnership=commitment.partnership_id).values_list("commitment", "needs")
    known = list(edges)
    if (commitment.pk, needs.pk) in known:
        raise Invalid("It is named already.", field="needs")
    if commitment.pk == needs.pk or commitment.pk in _reached_from(needs.pk, known):
        raise Invalid("That one waits for this one itself, so neither could begin.", field="needs")
    dependency = Dependency.objects.create(
        commitment=commitment,
        needs=needs,
        partnership_id=commitment.partnership_id,
        by_id=actor.person_id,
        at=clock.now(),
    )
    note_change(actor, commitment, before=commitment.status, what=What.NEEDS, reason=needs.promise)
    record(verb="commitments.need_added", actor=actor, subject=commitment, needs=str(needs.public_id))
    return dependency


@transaction.atomic
def remove_need(*, actor: Actor, commitment: Commitment, needs: Commitment) -> Commitment:
    """Say that a commitment does not need another one first any more.

    Raises:
        NotAllowed: the actor is neither of the member that promised nor the coordinator.
        Invalid: it was not named.
        OutOfTurn: this one is claimed done or has ended.
    """
    policy.require_reviser(actor, commitment)
    commitment = locked(commitment)
    require_state(commitment, TO_PLAN)
    gone, _by_model = Dependency.objects.filter(commitment=commitment, needs=needs).delete()
    if not gone:
        raise Invalid("It does not need that one.", field="needs")
    note_change(actor, commitment, before=commitment.status, what=What.FREED, reason=needs.promise)
    record(verb="commitments.need_removed", actor=actor, subject=commitment, needs=str(needs.public_id))
    return commitment


def _reached_from(start: int, edges: Iterable[tuple[int, int]]) -> set[int]:
    """Return everything that something needs, directly or by way of others."""
    needed: dict[int, list[int]] = {}
    for one, other in edges:
        needed.setdefault(one, []).append(other)
    reached: set[int] = set()
    waiting = [start]
    while waiting:
        for other in needed.get(waiting.pop(), ()):
            if other not in reached:
                reached.add(other)
                waiting.append(other)
    return reached
