"""The steps of a version: consultation, signature, force, review, end."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.signin.confirmation import may_try
from foundation.reasons import Question, ask_reason
from foundation.requests import ActorRequest, act
from partnership.agreements import forms, policy
from partnership.agreements.obstacles import obstacles_to
from partnership.agreements.services import steps
from partnership.agreements.web.finding import coordinated_version, fill_in, in_frame, version_or_404


@require_POST
def version_consult(request: ActorRequest, slug: str, agreement: UUID, number: int) -> HttpResponse:
    version = coordinated_version(request, slug, agreement, number)
    done = "The members can read it now, and remark on it."
    return act(request, steps.put_to_members, done=done, back=version.get_absolute_url(), version=version)


@require_POST
def version_open(request: ActorRequest, slug: str, agreement: UUID, number: int) -> HttpResponse:
    version = coordinated_version(request, slug, agreement, number)
    done = "Open for signature. Those who must sign are asked; the text stays as it is."
    return act(request, steps.open_for_signature, done=done, back=version.get_absolute_url(), version=version)


@require_POST
def version_review(request: ActorRequest, slug: str, agreement: UUID, number: int) -> HttpResponse:
    version = coordinated_version(request, slug, agreement, number)
    done = "Under review. It stays in force meanwhile."
    return act(request, steps.begin_review, done=done, back=version.get_absolute_url(), version=version)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def version_sign(request: ActorRequest, slug: str, agreement: UUID, number: int) -> HttpResponse:
    version = version_or_404(request, slug, agreement, number)
    if not policy.may_sign(request.actor, version):
        raise PermissionDenied("Leads of members that have still to sign may sign this.")
    form = forms.SignForm(
        request.POST or None,
        functions=policy.functions_to_sign(request.actor, version),
        initial={"version_hash": policy.signed_version(version).content_hash},
    )
    if request.method == "POST" and not may_try(request):
        # checked before the password: guessing must not go on here when it is stopped at the door
        form.add_error("password", "Too many tries. Wait a minute, then try again.")
    return fill_in(
        request,
        version.partnership,
        form,
        steps.sign,
        words={"title": f"Sign {version.agreement.title}", "button": "Sign", "signing": version},
        back=version.get_absolute_url(),
        done=f"Signed for {request.actor.agency_name}.",
        version=version,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def version_force(request: ActorRequest, slug: str, agreement: UUID, number: int) -> HttpResponse:
    version = coordinated_version(request, slug, agreement, number)
    unsettled = obstacles_to(version)
    return fill_in(
        request,
        version.partnership,
        forms.ForceForm(request.POST if request.method == "POST" else None, unsettled=bool(unsettled)),
        steps.bring_into_force,
        words={"title": "Bring it into force", "button": "Bring it into force", "unsettled": unsettled},
        back=version.get_absolute_url(),
        done="In force. The members are told.",
        version=version,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def version_confirm(request: ActorRequest, slug: str, agreement: UUID, number: int) -> HttpResponse:
    version = coordinated_version(request, slug, agreement, number)
    return fill_in(
        request,
        version.partnership,
        forms.ConfirmForm(request.POST or None),
        steps.confirm_after_review,
        words={
            "title": "Confirm it as it is",
            "lead": "It stays in force, unchanged. To change it, draft the next version.",
            "button": "Confirm",
        },
        back=version.get_absolute_url(),
        done="Confirmed.",
        version=version,
    )


def _ask(
    request: ActorRequest, slug: str, agreement: UUID, number: int, service: Callable[..., Any], **words: str
) -> HttpResponse:
    version = coordinated_version(request, slug, agreement, number)
    question = Question(back=version.get_absolute_url(), **words)
    return ask_reason(request, question, service, frame=in_frame(request, version.partnership), version=version)


@require_http_methods(["GET", "HEAD", "POST"])
def version_redraft(request: ActorRequest, slug: str, agreement: UUID, number: int) -> HttpResponse:
    return _ask(
        request,
        slug,
        agreement,
        number,
        steps.take_back_to_draft,
        title="Take it back to draft?",
        effect="Members do not see it until you put it to them again. Signatures so far stay on record, and count "
        "again only if the text that is opened for signature is the same to the letter.",
        button="Take it back",
        done="It is a draft again.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def version_end(request: ActorRequest, slug: str, agreement: UUID, number: int) -> HttpResponse:
    return _ask(
        request,
        slug,
        agreement,
        number,
        steps.terminate,
        title="End this version?",
        effect="It ends for good and stays on record, with your reason. If it is in force, nothing replaces it.",
        button="End it",
        done="Ended.",
        tone="act",
    )
