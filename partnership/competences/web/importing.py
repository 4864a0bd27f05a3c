"""Bringing a table into the register: what it would do first, then all of it; and the register as such a table."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from foundation.errors import Refusal
from foundation.requests import ActorRequest, run
from partnership.competences import exporting, tables
from partnership.competences.forms.importing import GoAheadForm, UploadForm
from partnership.competences.importing import Plan, plan
from partnership.competences.services.importing import import_register
from partnership.competences.tickets import make_ticket, read_ticket
from partnership.competences.web.common import FORM, in_frame
from partnership.membership.models import Membership, Partnership
from partnership.membership.pages import partnership_or_404
from partnership.membership.policy import may_coordinate, own_membership

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# so many are named at once: whoever has more has made the same mistake in each
MOST_FAULTS = 100


@require_http_methods(FORM)
def competence_import(request: ActorRequest, slug: str) -> HttpResponse:
    partnership, own = _importer_or_403(request, slug)
    if request.method != "POST":
        return _table(request, partnership, own) or _page(request, partnership, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, partnership, form)
    lines = form.cleaned_data["file"]
    planned = plan(request.actor, partnership, lines)
    if planned.faults:
        count = "1 cell" if len(planned.faults) == 1 else f"{len(planned.faults)} cells"
        form.add_error("file", f"{count} cannot be taken. Nothing was imported: mend the file and choose it again.")
        return _page(request, partnership, form, plan=planned, faults=planned.faults[:MOST_FAULTS])
    try:
        ticket = make_ticket(request.actor, partnership, lines, planned.fingerprint)
    except Refusal as refusal:
        form.add_error("file", refusal.message)
        return _page(request, partnership, form)
    return _page(request, partnership, UploadForm(), plan=planned, go_ahead=GoAheadForm(initial={"ticket": ticket}))


@require_POST
def competence_import_apply(request: ActorRequest, slug: str) -> HttpResponse:
    partnership, _own = _importer_or_403(request, slug)
    form = GoAheadForm(request.POST)
    if not form.is_valid():
        return _page(request, partnership, form)
    done = run(form, _go_ahead, request=request, partnership=partnership, ticket=form.cleaned_data["ticket"])
    if done is None:
        return _page(request, partnership, form)
    messages.success(request, _said(done))
    return redirect("competence_register", slug=slug)


def _go_ahead(*, request: ActorRequest, partnership: Partnership, ticket: str) -> Plan:
    lines, fingerprint = read_ticket(request.actor, partnership, ticket)
    return import_register(actor=request.actor, partnership=partnership, lines=lines, fingerprint=fingerprint)


def _said(done: Plan) -> str:
    """Say what was done, and for whom it waits."""
    entered = (
        "1 competence was entered." if len(done.targets) == 1 else f"{len(done.targets)} competences were entered."
    )
    proposed = [step for step in done.steps if step.after is not None]
    stand = [step for step in proposed if not step.waits]
    said = [entered] if done.targets else []
    if stand:
        said.append(f"The register now says {len(stand)} things otherwise of your agency.")
    if len(proposed) > len(stand):
        names = sorted({step.member.agency.name for step in proposed if step.waits and step.member})
        said.append(f"Waiting to be confirmed by the lead of {', '.join(names)}.")
    return " ".join(said)


def _importer_or_403(request: ActorRequest, slug: str) -> tuple[Partnership, Membership]:
    partnership = partnership_or_404(request, slug)
    own = own_membership(request.actor, partnership)
    if own is None or not request.actor.may_write:
        raise PermissionDenied("Only staff and leads of an active member may do this.")
    return partnership, own


def _table(request: ActorRequest, partnership: Partnership, own: Membership) -> HttpResponse | None:
    """Return the file that the address asks for, if it asks for one."""
    only = None if may_coordinate(request.actor, partnership) else own
    name = f"{partnership.slug}-register"
    match request.GET.get("format"):
        case "csv":
            return _file(f"{name}.csv", "text/csv; charset=utf-8", tables.as_csv(_rows(request, partnership, only)))
        case "xlsx":
            return _file(f"{name}.xlsx", XLSX, tables.as_xlsx(_rows(request, partnership, only)))
        case "template":
            example = (own.agency.code, *tables.EXAMPLE[1:])
            return _file("register-template.xlsx", XLSX, tables.as_xlsx([example]))
        case _:
            return None


def _rows(request: ActorRequest, partnership: Partnership, only: Membership | None) -> list[exporting.Row]:
    return list(exporting.rows(request.actor, partnership, only=only))


def _file(name: str, kind: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _page(request: ActorRequest, partnership: Partnership, form: Any, **more: Any) -> HttpResponse:
    upload = form if isinstance(form, UploadForm) else UploadForm()
    context = {**in_frame(request, partnership), "form": form, "upload": upload, "columns": tables.COLUMNS, **more}
    return render(request, "competences/import.html", context, status=422 if form.errors else 200)
