"""The page on which the coordinator sets how notes are written, and everybody reads it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from foundation.requests import ActorRequest, run
from infosharing.notes import services_conventions as services
from infosharing.notes.forms import ConventionsForm
from infosharing.notes.models import Conventions
from infosharing.notes.navigation import NOTES
from partnership.membership import policy
from partnership.membership.pages import frame, partnership_or_404


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
    context = {
        **frame(request, partnership, NOTES),
        "form": form,
        "conventions": stands,
        "may_change": may_change,
        "back": f"{partnership.get_absolute_url()}notes/",
    }
    return render(request, "notes/conventions.html", context, status=422 if form.errors else 200)
