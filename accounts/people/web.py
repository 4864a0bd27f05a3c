"""Settings: me, my agency, its people and its API clients."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.clients.models import Client
from accounts.people import forms, services
from accounts.people.models import Person
from accounts.people.panels import settings_panels_for
from foundation.requests import ActorRequest


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: ActorRequest) -> HttpResponse:
    person = get_object_or_404(Person.objects.select_related("agency"), pk=request.actor.person_id)
    form = forms.ProfileForm(request.POST or None, initial=forms.ProfileForm.initial_of(person))
    if request.method == "POST" and form.is_valid():
        services.revise_own_profile(actor=request.actor, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("settings")
    context = {
        "nav_current": "settings",
        "form": form,
        "person": person,
        "panels": settings_panels_for(request.actor),
        "colleagues": Person.objects.colleagues_of(request.actor).order_by("name", "pk"),
        "clients": Client.objects.filter(
            service_account__agency_id=request.actor.agency_id, service_account__agency__isnull=False
        ).order_by("name", "pk"),
    }
    return render(request, "people/settings.html", context, status=422 if form.errors else 200)
