"""Evidence of a commitment: added, had, removed."""

import logging
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.audit.services import record
from foundation.errors import OutOfTurn
from foundation.files.answers import download
from foundation.files.services import Damaged
from foundation.requests import ActorRequest, act
from partnership.commitments import forms, policy, selectors, services
from partnership.commitments.models import Commitment, Evidence
from partnership.commitments.web.common import FORM, commitment_or_404, fill_in

logger = logging.getLogger(__name__)


@require_http_methods(FORM)
def evidence_add(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    partnership, found = commitment_or_404(request, slug, commitment)
    if policy.may_show(request.actor, found) is None:
        raise PermissionDenied(policy.SHOWS)
    return fill_in(
        request,
        partnership,
        found,
        forms.EvidenceForm(request.POST or None, request.FILES or None),
        services.add_evidence,
        title="Add evidence",
        button="Add it",
        done="Added. Whoever sees the commitment sees it.",
    )


def _evidence_or_404(
    request: ActorRequest, slug: str, commitment: UUID, public_id: UUID
) -> tuple[Commitment, Evidence]:
    _partnership, found = commitment_or_404(request, slug, commitment)
    return found, get_object_or_404(selectors.evidence(request.actor, found), public_id=public_id)


@require_safe
def evidence_file(request: ActorRequest, slug: str, commitment: UUID, evidence: UUID) -> HttpResponse:
    found, piece = _evidence_or_404(request, slug, commitment, evidence)
    if piece.file is None:
        return redirect(found)
    try:
        answer = download(piece.file, name=piece.file_name, ours=policy.may_take_off(request.actor, piece))
    except OutOfTurn as refusal:
        messages.error(request, refusal.message)
        return redirect(found)
    except Damaged:
        logger.exception("a stored file is not what was taken")
        messages.error(
            request, "This file is damaged in the store, so it is not given out. Ask for it to be added again."
        )
        return redirect(found)
    if request.method == "GET":
        record(verb="commitments.evidence_downloaded", actor=request.actor, subject=found, sha256=piece.file.sha256)
    return answer


@require_POST
def evidence_remove(request: ActorRequest, slug: str, commitment: UUID, evidence: UUID) -> HttpResponse:
    found, piece = _evidence_or_404(request, slug, commitment, evidence)
    return act(
        request,
        services.remove_evidence,
        evidence=piece,
        done="Removed. The history keeps that it was there.",
        back=found.get_absolute_url(),
    )
