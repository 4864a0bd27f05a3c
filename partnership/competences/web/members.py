"""One member: what it can do, what it cannot, whom it needs; and what it adds for chosen members alone."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation import clock
from foundation.requests import ActorRequest, act
from partnership.competences import policy, selectors
from partnership.competences.forms.register import RemarkForm
from partnership.competences.forms.rights import InterestForm
from partnership.competences.models import ChangeStatus, Interest, Remark
from partnership.competences.services import register, remarks, rights
from partnership.competences.web.common import FORM, fill_in, holding_or_404, in_frame, uuid_or_404
from partnership.membership.pages import partnership_or_404
from partnership.membership.policy import own_membership


@require_safe
def competence_member(request: ActorRequest, slug: str, member: UUID) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    found = get_object_or_404(partnership.memberships.active().select_related("agency"), public_id=member)
    found.partnership = partnership
    listed = selectors.changes(request.actor, partnership).filter(membership=found)
    own = own_membership(request.actor, partnership)
    context = {
        **in_frame(request, partnership),
        "member": found,
        "powers": selectors.powers(request.actor, found, clock.today()),
        "waiting": [change for change in listed if change.status == ChangeStatus.PROPOSED],
        "history": selectors.history(listed, of_member=True),
        "standing": selectors.standing(request.actor, partnership),
        "is_own": own is not None and own.pk == found.pk,
        "may_propose": policy.may_propose(request.actor, found),
    }
    return render(request, "competences/member.html", context)


@require_http_methods(FORM)
def changes_confirm(request: ActorRequest, slug: str, member: UUID) -> HttpResponse:
    """Show a member's lead all that waits, each with what it would change, and confirm it at once."""
    partnership = partnership_or_404(request, slug)
    found = get_object_or_404(partnership.memberships.active().select_related("agency"), public_id=member)
    found.partnership = partnership
    if not (request.actor.is_lead and found.agency_id == request.actor.agency_id):
        raise PermissionDenied("Only this member's lead may answer: the register says what the member itself confirms.")
    listed = selectors.changes(request.actor, partnership).filter(membership=found)
    if request.method == "POST":
        shown = get_object_or_404(listed, public_id=uuid_or_404(request.POST.get("shown", "")))
        done = "Confirmed. The register says all of it from now on."
        back = f"{found.partnership.get_absolute_url()}competences/members/{found.public_id}/"
        return act(request, register.confirm_changes, done=done, back=back, membership=found, shown=shown)
    waiting = [(change, selectors.difference(change)) for change in listed.filter(status=ChangeStatus.PROPOSED)]
    context = {**in_frame(request, partnership), "member": found, "waiting": waiting}
    return render(request, "competences/changes_confirm.html", context)


@require_http_methods(FORM)
def remark_new(request: ActorRequest, slug: str, holding: UUID) -> HttpResponse:
    partnership, found = holding_or_404(request, slug, holding)
    if not policy.may_remark(request.actor, found):
        raise PermissionDenied("Only staff and leads of the member that holds it may remark on it.")
    others = partnership.memberships.active().exclude(pk=found.membership_id).select_related("agency")
    form = RemarkForm(request.POST or None, members=others.by_agency_name())
    return fill_in(
        request,
        partnership,
        form,
        remarks.add_remark,
        words={
            "title": f"A remark on “{found.competence}”",
            "lead": "For chosen members alone, such as whom to call at night. Nobody else learns that it is there.",
            "button": "Add it",
        },
        back=found.competence.get_absolute_url(),
        done="Added.",
        holding=found,
        text=lambda: form.cleaned_data["text"],
        readers=lambda: form.cleaned_data["readers"],
    )


@require_POST
def remark_remove(request: ActorRequest, slug: str, holding_remark: UUID) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    visible = Remark.objects.visible_to(request.actor).filter(partnership=partnership)
    found = get_object_or_404(visible.select_related("partnership", "holding__competence"), public_id=holding_remark)
    back = f"{partnership.get_absolute_url()}competences/{found.holding.competence.public_id}/"
    return act(request, remarks.remove_remark, done="Taken off. Nobody reads it any more.", back=back, remark=found)


@require_http_methods(FORM)
def interest_declare(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    own = own_membership(request.actor, partnership)
    if own is None or not request.actor.may_write:
        raise PermissionDenied("Only staff and leads of an active member may declare its interests.")
    form = InterestForm(request.POST or None)
    return fill_in(
        request,
        partnership,
        form,
        rights.declare_interest,
        words={
            "title": "Declare an interest",
            "lead": "What your agency has to gain or to lose by what is decided here. All members read it.",
            "button": "Declare it",
        },
        back=f"{partnership.get_absolute_url()}competences/members/{own.public_id}/",
        done="Declared. All members can read it.",
        partnership=partnership,
        text=lambda: form.cleaned_data["text"],
    )


@require_POST
def interest_end(request: ActorRequest, slug: str, interest: UUID) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    visible = Interest.objects.visible_to(request.actor).lasting().filter(partnership=partnership)
    found = get_object_or_404(visible.select_related("partnership", "membership"), public_id=interest)
    back = f"{partnership.get_absolute_url()}competences/members/{found.membership.public_id}/"
    return act(request, rights.end_interest, done="Ended. It stays on record.", back=back, interest=found)
