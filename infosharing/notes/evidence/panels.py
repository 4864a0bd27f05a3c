"""What notes add to the evidence on a commitment's page: those that the reader may see."""

from typing import Any

from accounts.people.actor import Actor
from infosharing.notes.models import NoteEvidence
from partnership.commitments import policy
from partnership.commitments.models import Commitment
from partnership.commitments.panels import evidence_board


def of_commitment(actor: Actor, commitment: Commitment) -> dict[str, Any]:
    """The notes that show how it is kept, each once, and whether the actor may remove them or add one."""
    visible = NoteEvidence.objects.visible_to(actor).filter(commitment=commitment)
    own = policy.may_show(actor, commitment) if commitment.status in policy.TO_SHOW else None
    # two members may have named the same note: the reader's own comes first, so that it can be removed
    named: dict[int, tuple[NoteEvidence, bool]] = {}
    for evidence in visible.select_related("note__owner__agency", "member__agency").order_by("pk"):
        # as `services.may_remove`, asked once for all of them
        removable = own is not None and own.pk in {evidence.member_id, commitment.owner_id}
        if evidence.note_id not in named or (removable and not named[evidence.note_id][1]):
            named[evidence.note_id] = (evidence, removable)
    return {"named": list(named.values()), "may_add": own is not None}


evidence_board.register(10, "notes/panel_evidence.html", of_commitment)
