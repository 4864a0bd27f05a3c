"""Pages of the lists that an agency gives."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from foundation.requests import ActorRequest, act, csv_response, run, wants_csv
from infosharing.identifiers import policy, selectors, services
from infosharing.identifiers.forms import ListForm
from infosharing.identifiers.models import GivenList

FORM = ["GET", "HEAD", "POST"]


@require_safe
def list_list(request: ActorRequest) -> HttpResponse:
    found = selectors.lists(request.actor)
    if wants_csv(request):
        return csv_response("lists", selectors.HEAD, map(selectors.row, found))
    context = {"nav_current": "settings", "lists": list(found), "may_give": policy.may_give(request.actor)}
    return render(request, "identifiers/list_list.html", context)


def _given_or_403(request: ActorRequest, public_id: UUID) -> GivenList:
    found = get_object_or_404(selectors.lists(request.actor), public_id=public_id)
    if not policy.may_give(request.actor):
        raise PermissionDenied(policy.GIVES)
    return found


def _form_page(request: ActorRequest, form: ListForm, **words: str) -> HttpResponse:
    context = {"nav_current": "settings", "form": form, "back": reverse("given_lists"), **words}
    return render(request, "identifiers/form.html", context, status=422 if form.errors else 200)


def _form(request: ActorRequest, **more: Any) -> ListForm:
    return ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm(**more)


@sensitive_post_parameters("typed")
@require_http_methods(FORM)
def list_new(request: ActorRequest) -> HttpResponse:
    if not policy.may_give(request.actor):
        raise PermissionDenied(policy.GIVES)
    form = _form(request)
    if form.is_bound and form.is_valid():
        given = run(form, services.give_list, actor=request.actor, **form.arguments())
        if given is not None:
            return _done(request, given)
    return _form_page(request, form, title="Give a list", button="Give it")


@sensitive_post_parameters("typed")
@require_http_methods(FORM)
def list_replace(request: ActorRequest, given_list: UUID) -> HttpResponse:
    found = _given_or_403(request, given_list)
    form = _form(request, initial={"name": found.name})
    if form.is_bound and form.is_valid():
        given = run(form, services.replace_list, actor=request.actor, given=found, **form.arguments())
        if given is not None:
            return _done(request, given)
    return _form_page(request, form, title="Replace a list", button="Replace it")


def _done(request: ActorRequest, given: GivenList) -> HttpResponse:
    count = "1 entry is" if given.count == 1 else f"{given.count:,} entries are"
    messages.success(request, f"{count} known by fingerprint. What you gave is not kept.")
    return redirect("given_lists")


@require_http_methods(FORM)
def list_remove(request: ActorRequest, given_list: UUID) -> HttpResponse:
    found = _given_or_403(request, given_list)
    back = reverse("given_lists")
    if request.method == "POST":
        return act(request, services.remove_list, done="Removed.", back=back, given=found)
    return render(request, "identifiers/remove.html", {"nav_current": "settings", "given": found, "back": back})
