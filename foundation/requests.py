"""What doors for people share: an honest type of the request, running a service, a table as CSV."""

import csv
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django_htmx.middleware import HtmxDetails

from foundation.errors import NotAllowed, Refusal
from foundation.spreadsheets import FORMULA_STARTS

Result = TypeVar("Result")


class ActorRequest(HttpRequest):
    """A request after the middleware: of a signed-in person."""

    actor: Any
    htmx: HtmxDetails


def run(form: BaseForm, service: Callable[..., Result], **arguments: Any) -> Result | None:
    """Call a service for a valid form; what it refuses becomes the form's error, at the field where one is named.

    Returns:
        What the service returned; None if it refused.

    Raises:
        PermissionDenied: the actor may not do this at all.
    """
    try:
        return service(**arguments)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.message) from refusal
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return None


def act(
    request: HttpRequest, service: Callable[..., Any], *, done: str, back: str, **arguments: Any
) -> HttpResponseRedirect:
    """Call a service for a button; say what happened on the page that the person came from.

    Raises:
        PermissionDenied: the actor may not do this.
    """
    _ = request.POST  # a body that is too large is refused before anything is done, though no button sends one
    try:
        service(actor=request.actor, **arguments)  # type: ignore[attr-defined]
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.message) from refusal
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return redirect(back)


def wants_csv(request: HttpRequest) -> bool:
    return request.GET.get("format") == "csv"


def csv_response(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Return a table as a CSV file that a spreadsheet opens without running anything.

    Args:
        name: of the file, without its ending.
        head: the columns' names.
        rows: cells; dates in ISO 8601.
    """
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.write("\ufeff")  # without it Excel takes UTF-8 for something else
    writer = csv.writer(response)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return response


def _harmless(cell: Any) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
