"""The statement of differences: read, put to the members, signed by each."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.signin.confirmation import may_try
from foundation import clock
from foundation.requests import ActorRequest, act, csv_response, wants_csv
from partnership.competences import selectors
from partnership.competences.differences import content_of, what_changed
from partnership.competences.forms.rights import AcknowledgeForm
from partnership.competences.services import statements
from partnership.competences.statement import in_words
from partnership.competences.web.common import FORM, fill_in, in_frame
from partnership.membership.models import Partnership
from partnership.membership.pages import coordinated_or_403, partnership_or_404
from partnership.membership.policy import own_membership


@require_safe
def acknowledgement(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    standing = selectors.standing(request.actor, partnership)
    if wants_csv(request):
        signed = standing.signed if standing else []
        rows = ((row.membership.agency.name, row.person_name, row.at.isoformat(), row.fingerprint) for row in signed)
        return csv_response(f"{slug}-acknowledgements", ("member", "signed by", "at", "fingerprint"), rows)
    content = standing.statement.content if standing else content_of(partnership, clock.today())
    context = {
        **in_frame(request, partnership),
        "standing": standing,
        "told": in_words(content),
        "changed": what_changed(standing.before.content, content) if standing and standing.before else [],
        "may_sign": _may_sign(request, partnership, standing),
    }
    return render(request, "competences/acknowledgement.html", context)


def _may_sign(request: ActorRequest, partnership: Partnership, standing: selectors.Standing | None) -> bool:
    if standing is None or not request.actor.is_lead:
        return False
    own = own_membership(request.actor, partnership)
    return own is not None and own.pk not in {row.membership_id for row in standing.signed}


@require_POST
def acknowledgement_put(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = coordinated_or_403(request, slug)
    return act(
        request,
        statements.put_to_members,
        done="The members are asked. Whenever the register changes, they are asked again.",
        back=f"{partnership.get_absolute_url()}competences/acknowledgement/",
        partnership=partnership,
    )


@sensitive_post_parameters("password")
@require_http_methods(FORM)
def acknowledgement_sign(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    standing = selectors.standing(request.actor, partnership)
    if standing is None or not _may_sign(request, partnership, standing):
        raise PermissionDenied("Leads of members that have still to sign may sign this.")
    statement = standing.statement
    form = AcknowledgeForm(request.POST or None, initial={"fingerprint": statement.fingerprint})
    if request.method == "POST" and not may_try(request):
        # checked before the password: guessing must not go on here when it is stopped at the door
        form.add_error("password", "Too many tries. Wait a minute, then try again.")
    return fill_in(
        request,
        partnership,
        form,
        statements.acknowledge,
        words={
            "title": "Acknowledge the differences",
            "lead": f"For {request.actor.agency_name} you say: we have read what each member can and cannot do, whom "
            "it needs and who decides, and we take it into account.",
            "button": "Sign",
            "signing": statement,
        },
        back=statement.get_absolute_url(),
        done=f"Signed for {request.actor.agency_name}.",
        statement=statement,
        fingerprint=lambda: form.cleaned_data["fingerprint"],
        password=lambda: form.cleaned_data["password"],
    )
