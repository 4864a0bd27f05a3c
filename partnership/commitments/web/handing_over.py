"""When somebody leaves: choose who takes over, look at what, and confirm."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation.errors import NotAllowed, Refusal
from foundation.requests import ActorRequest
from partnership.commitments import listing, policy, services
from partnership.commitments.forms import HandOverForm
from partnership.commitments.models import OPEN, Commitment
from partnership.commitments.navigation import COMMITMENTS
from partnership.commitments.web.common import FORM
from partnership.membership.models import Membership, Partnership
from partnership.membership.pages import frame, partnership_or_404
from partnership.membership.policy import may_coordinate


@require_http_methods(FORM)
def commitment_hand_over(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    if not policy.may_reassign_any(request.actor, partnership):
        raise PermissionDenied("Only a member's lead or the coordinator may hand commitments over.")
    asked = request.POST if request.method == "POST" else request.GET
    form = HandOverForm(asked if "person" in asked else None, holders=_holders(request.actor, partnership))
    if form.is_valid():
        if request.method == "POST":
            return _hand_over(request, form, partnership)
        chosen = form.cleaned_data
        found = listing.commitments(request.actor, partnership).filter(
            owner=chosen["member"], person=chosen["person"], status__in=OPEN
        )
        confirm = {"rows": listing.rows(found), **chosen}
    else:
        confirm = None
    context = {**frame(request, partnership, COMMITMENTS), "form": form, "confirm": confirm, "asked": asked}
    return render(request, "commitments/hand_over.html", context, status=422 if form.errors else 200)


def _holders(actor: Actor, partnership: Partnership) -> list[tuple[Membership, Person, int]]:
    """Return who has open commitments of the members that the actor may act for, and how many."""
    open_ones = Commitment.objects.visible_to(actor).open().filter(partnership=partnership, person__isnull=False)
    if not may_coordinate(actor, partnership):
        open_ones = open_ones.of_agency(actor).filter(owner__status="active")
    counted: dict[tuple[int, int], tuple[Membership, Person, int]] = {}
    for commitment in open_ones.select_related("owner__agency", "person").order_by(
        "owner__agency__name", "person__name"
    ):
        if commitment.person is not None:
            key = (commitment.owner_id, commitment.person.pk)
            _member, _person, number = counted.get(key, (None, None, 0))
            counted[key] = (commitment.owner, commitment.person, number + 1)
    return list(counted.values())


def _hand_over(request: ActorRequest, form: HandOverForm, partnership: Partnership) -> HttpResponseRedirect:
    chosen = form.cleaned_data
    back = f"{partnership.get_absolute_url()}commitments/"
    try:
        done = services.hand_over(actor=request.actor, seen=_seen(request), **chosen)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.message) from refusal
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect(f"{back}hand-over/")
    number = "1 commitment is" if len(done) == 1 else f"{len(done)} commitments are"
    messages.success(request, f"{number} now with {chosen['to'].name}.")
    return redirect(f"{back}?member={chosen['member'].public_id}")


def _seen(request: HttpRequest) -> set[UUID]:
    seen = set()
    for part in request.POST.get("seen", "").split(","):
        try:
            seen.add(UUID(part))
        except ValueError:
            continue
    return seen
