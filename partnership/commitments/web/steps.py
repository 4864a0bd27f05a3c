"""What becomes of a commitment: accepted, begun, blocked, done, verified, dropped."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from foundation.requests import ActorRequest, act
from partnership.commitments import forms, policy, services
from partnership.commitments.models import Status
from partnership.commitments.web.common import FORM, ask, commitment_or_404, fill_in, owned, revised


@require_http_methods(FORM)
def commitment_accept(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    partnership, found = owned(request, slug, commitment)
    form = forms.AcceptForm(request.POST or None, actor=request.actor)
    return fill_in(
        request,
        partnership,
        found,
        form,
        services.accept_commitment,
        title="Accept this commitment",
        button="Accept",
        done=f"Accepted for {found.owner.agency}.",
    )


@require_http_methods(FORM)
def commitment_decline(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    found = owned(request, slug, commitment)
    return ask(
        request,
        found,
        services.decline_commitment,
        title="Decline this commitment?",
        effect="Everybody in the partnership reads your reason. The coordinator can ask another member.",
        button="Decline",
        done=f"Declined for {found[1].owner.agency}.",
    )


@require_POST
def commitment_start(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    _partnership, found = commitment_or_404(request, slug, commitment)
    return act(request, services.start_commitment, commitment=found, done="In progress.", back=found.get_absolute_url())


@require_http_methods(FORM)
def commitment_block(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    partnership, found = owned(request, slug, commitment)
    return fill_in(
        request,
        partnership,
        found,
        forms.BlockForm(request.POST or None, commitment=found),
        services.block_commitment,
        title="Say what it waits for",
        button="It is blocked",
        done="Blocked. The others see what it waits for; the date stands.",
    )


@require_POST
def commitment_unblock(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    _partnership, found = commitment_or_404(request, slug, commitment)
    return act(
        request,
        services.unblock_commitment,
        commitment=found,
        done="In progress again.",
        back=found.get_absolute_url(),
    )


@require_http_methods(FORM)
def commitment_done(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    partnership, found = owned(request, slug, commitment)
    return fill_in(
        request,
        partnership,
        found,
        forms.ClaimForm(request.POST or None),
        services.claim_done,
        title="Say that this is done",
        button="Claim it done",
        done="Claimed done. Another member verifies it.",
    )


@require_POST
def commitment_verify(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    _partnership, found = commitment_or_404(request, slug, commitment)
    done = "Verified. The next one of its series is made." if found.rule else "Verified."
    return act(request, services.verify_commitment, commitment=found, done=done, back=found.get_absolute_url())


@require_http_methods(FORM)
def commitment_send_back(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    found = commitment_or_404(request, slug, commitment)
    if policy.verifier(request.actor, found[1]) is None:
        raise PermissionDenied("Another member than the one that promised this verifies it.")
    return ask(
        request,
        found,
        services.send_back,
        title="What is missing?",
        effect="The commitment goes back to work, and is reminded of again.",
        button="Send it back",
        done="Sent back.",
    )


@require_http_methods(FORM)
def commitment_drop(request: ActorRequest, slug: str, commitment: UUID) -> HttpResponse:
    found = revised(request, slug, commitment)
    effect = "Nobody is reminded of it any more. It stays on record, with your reason."
    if found[1].rule and found[1].status != Status.PROPOSED:
        effect += " It repeats: the next one is made at once. If there is to be no next one, stop repeating it first."
    return ask(
        request,
        found,
        services.drop_commitment,
        title="Drop this commitment?",
        effect=effect,
        button="Drop it",
        done="Dropped.",
        tone="act",
    )
