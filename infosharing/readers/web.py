"""Pages about who read a note, and about notes that were taken back."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from foundation.requests import ActorRequest, act, csv_response, wants_csv
from infosharing.auditors.selectors import auditors_of
from infosharing.notes import policy
from infosharing.notes.markings import Audience
from infosharing.notes.navigation import NOTES
from infosharing.notes.web import note_or_404
from infosharing.readers import selectors, services
from infosharing.readers.models import Recall
from partnership.membership.pages import frame

RECALLS_HEAD = ("originator", "partnership", "what happened", "reason", "at", "last read", "reader", "acknowledged")


@require_safe
def note_readers(request: ActorRequest, note: UUID) -> HttpResponse:
    """Show the originator who was given its note."""
    found = note_or_404(request, note)
    if not policy.may_know_readers(request.actor, found):
        raise PermissionDenied("Only the originator may know who read its note; of a note to named people, its author.")
    footprints = selectors.footprints(request.actor, found)
    if wants_csv(request):
        return csv_response("readers", selectors.HEAD, map(selectors.row, footprints))
    context = {
        **frame(request, found.partnership, NOTES),
        "note": found,
        "footprints": footprints,
        "waiting": sum(one.recall is not None and one.recall.acknowledged_at is None for one in footprints),
        "may_remind": request.actor.may_write,
        # who read a note to named people, no auditor is shown
        "auditors": [] if found.audience == Audience.PERSONS else auditors_of(request.actor, found.owner_id),
    }
    return render(request, "readers/readers.html", context)


@require_POST
def note_remind(request: ActorRequest, note: UUID) -> HttpResponse:
    found = note_or_404(request, note)
    if not policy.may_know_readers(request.actor, found):
        raise PermissionDenied("Only the originator may remind the readers of its note.")
    done = "Those who have not acknowledged were told again; nobody is told twice a day."
    back = f"{found.get_absolute_url()}readers/"
    return act(request, services.remind_of_recalls, done=done, back=back, note=found)


@require_safe
def recall_list(request: ActorRequest) -> HttpResponse:
    recalls = selectors.recalls_of(request.actor)
    if wants_csv(request):
        return csv_response("recalls", RECALLS_HEAD, map(_row, recalls))
    return render(request, "readers/recall_list.html", {"nav_current": "notes", "recalls": recalls})


def _row(recall: Recall) -> tuple[object, ...]:
    return (
        recall.originator.agency.name,
        recall.partnership.name,
        recall.get_cause_display(),
        recall.reason,
        recall.at.isoformat(),
        recall.last_read_at.isoformat(),
        recall.person.name,
        recall.acknowledged_at.isoformat() if recall.acknowledged_at else "",
    )


def _recall_or_404(request: ActorRequest, public_id: UUID) -> Recall:
    own = Recall.objects.for_reader(request.actor)
    return get_object_or_404(
        own.select_related("partnership", "originator__agency", "person", "acknowledged_by"), public_id=public_id
    )


@require_safe
def recall_detail(request: ActorRequest, recall: UUID) -> HttpResponse:
    found = _recall_or_404(request, recall)
    is_own = found.person_id == request.actor.person_id
    context = {"nav_current": "notes", "recall": found, "may_say": is_own or request.actor.may_write, "is_own": is_own}
    return render(request, "readers/recall_detail.html", context)


@require_POST
def recall_acknowledge(request: ActorRequest, recall: UUID) -> HttpResponse:
    found = _recall_or_404(request, recall)
    done = f"Thank you. {found.originator.agency} sees that you heard."
    return act(request, services.acknowledge_recall, done=done, back=found.get_absolute_url(), recall=found)
