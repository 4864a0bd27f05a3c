"""What commitments put into calendar feeds: a whole day for each that is open."""

from accounts.people.actor import Actor
from partnership.commitments import listing
from partnership.commitments.models import Commitment
from partnership.feeds.entries import Entry, register_entries
from partnership.feeds.models import Scope


@register_entries
def due(actor: Actor, scope: Scope) -> list[Entry]:
    """Open promises: those that the person does; or all that the agency made or contributes to."""
    visible = Commitment.objects.visible_to(actor).open()
    if scope == Scope.MINE:
        chosen = visible.filter(person_id=actor.person_id)
    else:
        chosen = visible.of_agency(actor) | visible.contributed_by(actor)
    found = chosen.select_related("partnership", "owner__agency", "blocker__agency").soonest_first()
    return [_entry(commitment) for commitment in found]


def _entry(commitment: Commitment) -> Entry:
    state = commitment.get_status_display().capitalize()
    if blocked_by := listing.waits_for(commitment):
        state = f"{state}, waits for {blocked_by}"
    return Entry(
        uid=commitment.public_id,
        title=commitment.promise,
        path=commitment.get_absolute_url(),
        changed_at=commitment.updated_at,
        day=commitment.due_on,
        description=f"{commitment.partnership.name}, {commitment.owner.agency}\n{state}\n"
        f"Done when: {commitment.done_when}",
    )
