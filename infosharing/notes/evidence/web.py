"""Pages for notes as evidence."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from foundation.requests import ActorRequest, act
from infosharing.notes.evidence import services
from infosharing.notes.evidence.forms import NoteEvidenceForm
from infosharing.notes.models import NoteEvidence
from partnership.commitments import policy
from partnership.commitments.web.common import FORM, commitment_or_404, fill_in


@require_http_methods(FORM)
def note_evidence_add(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    partnership, found = commitment_or_404(request, slug, commitment)
    if policy.may_show(request.actor, found) is None:
        raise PermissionDenied(policy.SHOWS)
    return fill_in(
        request,
        partnership,
        found,
        NoteEvidenceForm(request.POST or None, actor=request.actor, commitment=found),
        services.add_note,
        title="Add a note as evidence",
        lead="Whoever may see the note sees it here too. Nobody else learns of it, and the note reaches nobody new.",
        button="Add it",
        done="Added. Those who may see the note see it here.",
    )


@require_POST
def note_evidence_remove(request: ActorRequest, slug: str, commitment: UUID, note_evidence: UUID) -> HttpResponse:
    _partnership, found = commitment_or_404(request, slug, commitment)
    visible = NoteEvidence.objects.visible_to(request.actor).filter(commitment=found)
    evidence = get_object_or_404(visible.select_related("note", "commitment__partnership"), public_id=note_evidence)
    return act(
        request,
        services.remove_note,
        evidence=evidence,
        done="Removed from this commitment. The note stays as it is.",
        back=found.get_absolute_url(),
    )
