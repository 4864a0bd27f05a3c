"""Setting how a partnership writes its notes."""

from django.db import transaction

from accounts.people.actor import Actor
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed
from infosharing.notes.grading import Scheme
from infosharing.notes.models import Conventions, HouseRule
from partnership.membership.models import Membership, Partnership
from partnership.membership.policy import require_coordinator


@transaction.atomic
def set_conventions(*, actor: Actor, partnership: Partnership, grading: str, second_pair: bool = False) -> Conventions:
    """Say by which scheme the notes of a partnership are graded, and whether a colleague of the writer releases them.

    Notes that are graded keep their scheme, and those that were shared stay shared.

    Raises:
        NotAllowed: the actor does not coordinate it.
        Invalid: there is no such scheme.
    """
    require_coordinator(actor, partnership)
    if grading and grading not in Scheme.values:
        raise Invalid("Choose a scheme, or none.", field="grading")
    set_, _is_new = Conventions.objects.update_or_create(
        partnership=partnership,
        defaults={
            "grading": grading,
            "second_pair": second_pair,
            "changed_by_id": actor.person_id,
            "changed_at": clock.now(),
        },
    )
    record(verb="notes.conventions_set", actor=actor, subject=partnership, grading=grading, second_pair=second_pair)
    return set_


@transaction.atomic
def set_house_rule(*, actor: Actor, membership: Membership, second_pair: bool) -> HouseRule | None:
    """Say whether a member asks a second pair of eyes of its own people, whatever its partnership asks.

    Raises:
        NotAllowed: the actor is not its lead, or it takes no part.
    """
    own = Membership.objects.active().filter(pk=membership.pk, agency_id=actor.agency_key).exists()
    if not (own and actor.is_lead):
        raise NotAllowed("Only the lead of an active member says this for the agency.")
    rule = None
    if second_pair:
        stands = {"set_by_id": actor.person_id, "set_at": clock.now()}
        rule, _is_new = HouseRule.objects.get_or_create(membership=membership, defaults=stands)
    else:
        HouseRule.objects.filter(membership=membership).delete()
    record(verb="notes.house_rule_set", actor=actor, subject=membership, second_pair=second_pair)
    return rule
