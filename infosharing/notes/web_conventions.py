"""The page on which the coordinator sets how notes are written, and everybody reads it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from foundation.requests import ActorRequest, act, run
from infosharing.notes import services_conventions as services
from infosharing.notes.forms_conventions import ConventionsForm, HouseRuleForm
from infosharing.notes.models import Conventions, HouseRule
from infosharing.notes.navigation import NOTES
from partnership.membership import policy
from partnership.membership.pages import frame, partnership_or_404
from partnership.membership.policy import own_membership


@require_http_methods(["GET", "HEAD", "POST"])
def conventions(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    may_change = policy.may_coordinate(request.actor, partnership)
    if request.method == "POST" and not may_change:
        raise PermissionDenied("Only the coordinator of this partnership may do this.")
    stands = Conventions.objects.visible_to(request.actor).filter(partnership=partnership).first()
    form = ConventionsForm(request.POST or None, initial=ConventionsForm.initial_of(stands))
    if request.method == "POST" and form.is_valid():
        set_ = run(form, services.set_conventions, actor=request.actor, partnership=partnership, **form.cleaned_data)
        if set_ is not None:
            messages.success(request, "Saved. Notes are written like this from now on.")
            return redirect(request.path)
    own = own_membership(request.actor, partnership)
    rule = HouseRule.objects.visible_to(request.actor).filter(membership=own).select_related("set_by").first()
    context = {
        **frame(request, partnership, NOTES),
        "form": form,
        "conventions": stands,
        "may_change": may_change,
        "own": own,
        "house_rule": rule,
        "back": f"{partnership.get_absolute_url()}notes/",
    }
    return render(request, "notes/conventions.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def house_rule(request: ActorRequest, slug: str) -> HttpResponse:
    """What a member asks of its own people: its lead says it."""
    partnership = partnership_or_404(request, slug)
    own = own_membership(request.actor, partnership)
    if own is None or not request.actor.is_lead:
        raise PermissionDenied("Only the lead of an active member says this for the agency.")
    stands = HouseRule.objects.visible_to(request.actor).filter(membership=own).exists()
    # nothing ticked is an answer too
    said = request.POST if request.method == "POST" else None
    form = HouseRuleForm(said, initial={"second_pair": stands})
    back = reverse("note_conventions", args=[slug])
    if request.method == "POST" and form.is_valid():
        return act(
            request,
            services.set_house_rule,
            done="Saved. It holds from now on.",
            back=back,
            membership=own,
            second_pair=form.cleaned_data["second_pair"],
        )
    context = {**frame(request, partnership, NOTES), "form": form, "back": back}
    return render(request, "notes/house_rule.html", context, status=422 if form.errors else 200)
