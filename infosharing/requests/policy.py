"""Who may do what to requests. Derived from the querysets; never written a second time."""

from django.db.models import Exists, OuterRef, QuerySet

from accounts.people.actor import Actor
from infosharing.grants.models import NoteGroupGrant
from infosharing.notes.models import Note
from infosharing.requests.models import OPEN_TO_ANSWERS, Asked, InformationRequest
from partnership.membership.models import Membership, MembershipStatus, Partnership
from partnership.membership.policy import own_membership

ASKS = "Only staff and leads of an active member may ask."
ANSWERS = "Only staff and leads of a member that was asked may answer."
TAKES_BACK = "Only staff and leads of the member that asked may take this back."


def own_row(actor: Actor, found: InformationRequest) -> Asked | None:
    """Return what the actor's agency was asked, for somebody who may write."""
    if not actor.may_write:
        return None
    return Asked.objects.of_us(actor).filter(request=found).select_related("member__agency", "asker").first()


def may_answer(row: Asked | None, found: InformationRequest) -> bool:
    """Whether a member can still answer: it did not finally, the asker takes part, and did not take it back."""
    return (
        row is not None
        and row.status in OPEN_TO_ANSWERS
        and found.withdrawn_at is None
        and found.asker.status == MembershipStatus.ACTIVE
    )


def may_withdraw(actor: Actor, found: InformationRequest) -> bool:
    """Staff and leads of the asker, while somebody was not heard yet."""
    if not actor.may_write or found.withdrawn_at is not None:
        return False
    ours = InformationRequest.objects.asked_by_us(actor).filter(pk=found.pk)
    return ours.exists() and Asked.objects.visible_to(actor).waiting().filter(request=found).exists()


def answering_notes(actor: Actor, member: Membership, asker: Membership, partnership: Partnership) -> QuerySet[Note]:
    """Return the notes with which a member can answer: its own, live, and shared with the asker or with everybody.

    A note to named people is for these, not for their agency.
    """
    shared = NoteGroupGrant.objects.filter(
        content_object=OuterRef("pk"), group_id__in=[asker.group_id, partnership.group_id]
    )
    own = Note.objects.visible_to(actor).live().filter(owner=member, partnership=partnership)
    return own.filter(Exists(shared)).newest_first()


def counts_numbers(actor: Actor, partnership: Partnership) -> bool:
    """The coordinator's people, read-only ones included: numbers alone."""
    own = own_membership(actor, partnership)
    return own is not None and own.agency_id == partnership.coordinator_id
