"""Adding and removing a note as evidence.

Nothing of it is written to the commitment or its history: everybody in the partnership reads those, also who may not
see the note.
"""

from django.db import transaction

from accounts.people.actor import Actor
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed
from infosharing.notes.models import Note, NoteEvidence
from infosharing.notes.policy import may_be_acted_on
from partnership.commitments import policy
from partnership.commitments.models import Commitment
from partnership.commitments.services.common import locked, require_state
from partnership.membership.services import hold_own_membership


@transaction.atomic
def add_note(*, actor: Actor, commitment: Commitment, note: Note) -> NoteEvidence:
    """Name a note that shows how a commitment is kept. Whoever sees both sees that; nobody else learns of it.

    Raises:
        NotAllowed: the actor is of neither the member that promised nor one that contributes.
        Invalid: the actor does not see such a note of this partnership, it was withdrawn, is named already, or its
            handling conditions keep others from acting on it.
        OutOfTurn: the commitment is not promised yet, verified, or ended.
    """
    hold_own_membership(actor, commitment.partnership_id)
    member = policy.require_shower(actor, commitment)
    commitment = locked(commitment)
    require_state(commitment, policy.TO_SHOW)
    visible = Note.objects.visible_to(actor).live().filter(partnership_id=commitment.partnership_id)
    found = visible.select_related("owner").filter(pk=note.pk).first()
    if found is None:
        raise Invalid("Choose a note of this partnership that you may see.", field="note")
    if not may_be_acted_on(actor, found):
        raise Invalid("Its originator allows nobody to act on this note: it is for knowledge only.", field="note")
    if NoteEvidence.objects.visible_to(actor).filter(commitment=commitment, note=note).exists():
        raise Invalid("This note is named already.", field="note")
    evidence = NoteEvidence.objects.create(
        commitment=commitment,
        note=note,
        partnership_id=commitment.partnership_id,
        member=member,
        added_by_id=actor.person_id,
        added_at=clock.now(),
    )
    record(verb="notes.evidence_added", actor=actor, subject=note, commitment=str(commitment.public_id))
    return evidence


def may_remove(actor: Actor, evidence: NoteEvidence) -> bool:
    """The member that named it, while it takes part; and the one that promised."""
    own = policy.may_show(actor, evidence.commitment)
    return own is not None and own.pk in {evidence.member_id, evidence.commitment.owner_id}


@transaction.atomic
def remove_note(*, actor: Actor, evidence: NoteEvidence) -> None:
    """Name a note no more. The note itself stays as it is.

    Raises:
        NotAllowed: another member named it, and the actor is not of the one that promised.
        OutOfTurn: the commitment is verified, or has ended.
    """
    commitment = locked(evidence.commitment)
    require_state(commitment, policy.TO_SHOW)
    if not may_remove(actor, evidence):
        raise NotAllowed("Only the member that added this, and the one that promised, may remove it.")
    evidence.delete()
    record(verb="notes.evidence_removed", actor=actor, subject=evidence.note, commitment=str(commitment.public_id))
