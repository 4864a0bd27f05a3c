"""Setting how a partnership writes its notes."""

from django.db import transaction

from accounts.people.actor import Actor
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid
from infosharing.notes.grading import Scheme
from infosharing.notes.models import Conventions
from partnership.membership.models import Partnership
from partnership.membership.policy import require_coordinator


@transaction.atomic
def set_conventions(*, actor: Actor, partnership: Partnership, grading: str) -> Conventions:
    """Say by which scheme the notes of a partnership are graded; notes that are graded keep theirs.

    Raises:
        NotAllowed: the actor does not coordinate it.
        Invalid: there is no such scheme.
    """
    require_coordinator(actor, partnership)
    if grading and grading not in Scheme.values:
        raise Invalid("Choose a scheme, or none.", field="grading")
    set_, _is_new = Conventions.objects.update_or_create(
        partnership=partnership,
        defaults={"grading": grading, "changed_by_id": actor.person_id, "changed_at": clock.now()},
    )
    record(verb="notes.conventions_set", actor=actor, subject=partnership, grading=grading)
    return set_
