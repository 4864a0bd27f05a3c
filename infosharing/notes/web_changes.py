"""The page that tells what changed in a note."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foundation.requests import ActorRequest, csv_response, wants_csv
from infosharing.notes import changes, policy
from infosharing.notes.models import NoteVersion
from infosharing.notes.navigation import NOTES
from infosharing.notes.web import note_or_404
from infosharing.readers.models import How
from infosharing.readers.recording import record_after
from partnership.membership.pages import frame

HEAD = ("version", "written by", "from", "until", "marking")


@require_safe
def note_changes(request: ActorRequest, note: UUID) -> HttpResponse:
    """Compare a note as it is with an earlier version that the actor read: the newest, or `?since=` a number."""
    found = note_or_404(request, note)
    if not policy.has_accepted(request.actor, found):
        raise PermissionDenied("Accept the handling conditions on the note's page first: its text opens after that.")
    versions = changes.earlier_versions(request.actor, found)
    if wants_csv(request):
        return csv_response("versions", HEAD, map(_row, versions))
    chosen = _chosen(request, versions)
    context = {
        **frame(request, found.partnership, NOTES),
        "note": found,
        "versions": versions,
        "change": changes.change_since(found, chosen) if chosen else None,
        "may_know_all": policy.may_know_readers(request.actor, found),
    }
    response = render(request, "notes/changes.html", context)
    # it shows the text as it is
    record_after(response, actor=request.actor, notes=[found], how=How.OPENED)
    return response


def _chosen(request: ActorRequest, versions: list[NoteVersion]) -> NoteVersion | None:
    asked = request.GET.get("since", "")
    if not asked:
        return versions[0] if versions else None
    for version in versions:
        if str(version.number) == asked:
            return version
    raise Http404


def _row(version: NoteVersion) -> tuple[object, ...]:
    return (
        version.number,
        version.written_by.name,
        version.written_at.isoformat(),
        version.replaced_at.isoformat(),
        version.get_tlp_display(),
    )
