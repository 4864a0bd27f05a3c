"""Pages that tell who sees a note and why, and that show it as another agency gets it."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from accounts.agencies.models import Agency
from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation.errors import Refusal
from foundation.requests import ActorRequest, csv_response, wants_csv
from infosharing.notes import explaining, policy, previewing, seen_by, selectors
from infosharing.notes.explaining import Explanation
from infosharing.notes.forms import ExplanationForm
from infosharing.notes.models import Note
from infosharing.notes.navigation import NOTES
from infosharing.notes.web import CSV_AT_MOST, PAGE, note_context, note_or_404
from infosharing.readers.models import How
from infosharing.readers.recording import record_after
from partnership.membership.models import Membership
from partnership.membership.pages import frame, partnership_or_404
from partnership.membership.sight import sight


@require_safe
def note_explanation(request: ActorRequest, note: UUID) -> HttpResponse:
    """Tell the originator for each agency whether it sees a note and why, on any day; a reader for its own."""
    found = note_or_404(request, note)
    context = {**frame(request, found.partnership, NOTES), "note": found}
    if not policy.may_explain(request.actor, found):
        return render(request, "notes/explain_own.html", context | {"explanation": _own(request, found)})
    form = ExplanationForm(request.GET, members=explaining.members_of(request.actor, found))
    context |= {"form": form, "explanations": _answers(request, found, form)}
    return render(request, "notes/explain.html", context)


def _own(request: ActorRequest, note: Note) -> Explanation:
    """Explain to a reader. Another agency is refused in the same words whether there is one or not."""
    asked = request.GET.get("agency", "")
    if asked not in {"", str(request.actor.agency_public_id)} or request.GET.get("at"):
        raise PermissionDenied("Only the originator may ask about other agencies, or about an earlier day.")
    return explaining.explain(request.actor, note)


def _answers(request: ActorRequest, note: Note, form: ExplanationForm) -> list[Explanation]:
    if not form.is_valid():
        return []
    try:
        explainer = explaining.Explainer(request.actor, note, form.cleaned_data["at"])
    except Refusal as refusal:
        form.add_error("at", refusal.message)
        return []
    wanted = form.cleaned_data["agency"]
    return [found for found in explainer.of_every_member() if wanted in {"", str(found.agency.public_id)}]


@require_safe
def note_preview(request: ActorRequest, note: UUID, agency: UUID) -> HttpResponse:
    """Show the originator its note beside what the people of an agency get: page, mail and line in the list."""
    found = note_or_404(request, note)
    if not policy.may_explain(request.actor, found):
        raise PermissionDenied("Only the originator may look at its note as another agency does.")
    members = Membership.objects.visible_to(request.actor).filter(partnership=found.partnership)
    takes_part = get_object_or_404(Agency, public_id=agency, pk__in=members.values("agency"))
    reader = previewing.reader_of(found, takes_part)
    context = {
        **frame(request, found.partnership, NOTES),
        "note": found,
        "agency": takes_part,
        "full": _page(request.actor, found, mark="-in-full"),
        "theirs": _as_reader(reader, found) if reader else None,
        "mail": previewing.mail_of(found, takes_part) if reader else None,
    }
    response = render(request, "notes/preview.html", context)
    record_after(response, actor=request.actor, notes=[found], how=How.OPENED)
    return response


def _as_reader(reader: Person, note: Note) -> dict[str, str] | None:
    """Return the parts that a reader gets, made within their sight; none if they see nothing after all."""
    with sight(reader.pk):
        seen = previewing.as_seen_by(reader, note)
        if seen is None:
            return None
        actor, found = seen
        return {
            "page": _page(actor, found, mark="-as-seen"),
            "line": render_to_string("notes/_row.html", {"note": found, "partnership": found.partnership}),
        }


def _page(actor: Actor, note: Note, *, mark: str) -> str:
    # without the request: nothing of whoever looks, and nothing else of the reader, gets in
    return render_to_string("notes/_note.html", note_context(actor, note, as_preview=mark))


@require_safe
def notes_seen_by(request: ActorRequest, slug: str, member: UUID) -> HttpResponse:
    """List the notes of the own agency that a member sees, with why."""
    partnership = partnership_or_404(request, slug)
    visible = Membership.objects.visible_to(request.actor).filter(partnership=partnership)
    found = get_object_or_404(visible.select_related("agency", "partnership__coordinator"), public_id=member)
    limit = CSV_AT_MOST if wants_csv(request) else PAGE
    why_nothing = seen_by.why_nothing(found)
    before = selectors.place_of(request.actor, request.GET.get("before", ""))
    rows = [] if why_nothing else seen_by.seen_by(request.actor, found, before=before, limit=limit + 1)
    if wants_csv(request):
        name = f"{slug}-notes-seen-by-{found.agency.code}"
        return csv_response(name, seen_by.HEAD, map(seen_by.seen_row, rows[:limit]))
    context = {
        **frame(request, partnership, NOTES),
        "member": found,
        "rows": rows[:limit],
        "why_nothing": why_nothing,
        "older": rows[limit - 1].note.public_id if len(rows) > limit else None,
    }
    return render(request, "notes/seen_by.html", context)
