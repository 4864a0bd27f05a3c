"""Pages of notes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.people.actor import Actor
from foundation import clock
from foundation.reasons import Question, ask_reason
from foundation.requests import ActorRequest, act, csv_response, run, wants_csv
from infosharing.attachments.selectors import files_of
from infosharing.identifiers.selectors import for_script
from infosharing.notes import policy, searching, selectors, services, text
from infosharing.notes.filters import NoteFilter
from infosharing.notes.forms import NoteChangeForm, NoteForm
from infosharing.notes.markings import MEANING, Audience, Tlp
from infosharing.notes.models import Note, Status
from infosharing.notes.navigation import NOTES
from infosharing.notes.receiving import rules_decide
from infosharing.notes.releasing import asks_second_pair
from infosharing.readers.models import How
from infosharing.readers.recording import record_after
from infosharing.readers.selectors import last_version_read
from partnership.agreements.rules import LEGAL_BASES
from partnership.membership.models import Partnership
from partnership.membership.pages import frame, partnership_or_404
from partnership.membership.policy import own_membership

PAGE = 25
CSV_AT_MOST = 1000


def _page(request: ActorRequest, filter_: NoteFilter, limit: int, before: selectors.Place | None) -> list[Note]:
    """Return one note more than a page holds, if there is one: it tells that there is an older page."""
    notes = searching.find_notes(request.actor, filter_.words, before=before, limit=limit + 1, **filter_.chosen())
    return selectors.with_names(notes)


def _list(request: ActorRequest, partnership: Partnership | None, name: str, context: dict[str, Any]) -> HttpResponse:
    filter_ = NoteFilter(request.GET, actor=request.actor, partnership=partnership)
    before = selectors.place_of(request.actor, request.GET.get("before", ""))
    if wants_csv(request):
        notes = _page(request, filter_, CSV_AT_MOST, before)[:CSV_AT_MOST]
        return csv_response(name, selectors.HEAD, map(selectors.row, notes))
    notes = _page(request, filter_, PAGE, before)
    context |= {
        "notes": notes[:PAGE],
        "filter": filter_,
        "older": notes[PAGE - 1].public_id if len(notes) > PAGE else None,
        "is_lost": before is None and "before" in request.GET,
    }
    if filter_.words:
        context |= _found(request, filter_, notes, is_first=before is None)
    response = render(request, "notes/note_list.html", context)
    shown = [note for note in context["notes"] if (excerpt := getattr(note, "excerpt", None)) and excerpt.body]
    record_after(response, actor=request.actor, notes=shown, how=How.FOUND)
    return response


def _found(request: ActorRequest, filter_: NoteFilter, notes: list[Note], *, is_first: bool) -> dict[str, Any]:
    """Say how many notes were found, on the first page, and show where the words stand."""
    found = searching.excerpts(request.actor, notes[:PAGE], filter_.words)
    for note in notes[:PAGE]:
        note.excerpt = found.get(note.pk)  # type: ignore[attr-defined]
    if not is_first:
        return {}
    count = searching.count_notes(request.actor, filter_.words, **filter_.chosen())
    return {"count": count, "counted_at_most": searching.COUNTED_AT_MOST}


@require_safe
def note_list(request: ActorRequest) -> HttpResponse:
    return _list(request, None, "notes", {"nav_current": "notes", "layout": "ui/base.html"})


@require_safe
def partnership_notes(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    context = {**frame(request, partnership, NOTES), "layout": "ui/partnership.html"}
    return _list(request, partnership, f"{slug}-notes", context)


@require_http_methods(["GET", "HEAD", "POST"])
def note_new(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    own = own_membership(request.actor, partnership)
    if own is None or not request.actor.may_write:
        raise PermissionDenied("Only staff and leads of an active member may write notes.")
    form = NoteForm(request.POST or None, actor=request.actor, partnership=partnership, own=own)
    words: dict[str, Any] = {
        "title": "Write a note",
        "button": "Share this note",
        "draft_url": reverse("draft_new", args=[slug]),
    }
    if is_only_a_marking(request):
        return form_page(request, partnership, form.as_typed(), **words)
    if request.method == "POST" and form.is_valid():
        note = run(form, services.share_note, actor=request.actor, partnership=partnership, **form.arguments())
        if note is not None:
            messages.success(request, _who_sees(request.actor, note))
            return redirect(note)
    return form_page(request, partnership, form, **words)


def is_only_a_marking(request: ActorRequest) -> bool:
    """Whether the marking was changed, and the person wants to see which audiences it allows; nothing is saved."""
    return request.method == "POST" and "refit" in request.POST


def form_page(
    request: ActorRequest,
    partnership: Partnership,
    form: NoteForm,
    *,
    note: Note | None = None,
    refused: Form | None = None,
    **words: str,
) -> HttpResponse:
    """Return the page on which a note is written: a new one, a change of one, or a draft of either.

    Args:
        note: that is changed.
        refused: says why it was not taken, where no field is at fault.
        words: `title`, `button`, and, for a draft, `back` and `edition`; `draft_url` is where it is kept as a draft
            instead, `action` where it is sent to, if not to this page.
    """
    if request.htmx and is_only_a_marking(request):
        return render(request, "notes/_audience.html", {"form": form})
    context = {
        **frame(request, partnership, NOTES),
        "form": form,
        "note": note,
        "needs_release": bool(words.get("draft_url")) and asks_second_pair(form.own),
        "rules_decide": rules_decide(partnership, clock.today()),
        "legal_bases": LEGAL_BASES,
        "given_lists": for_script(request.actor),
        "action": request.path,
        "refused": refused,
        **words,
    }
    is_refused = bool(form.errors or (refused and refused.errors))
    return render(request, "notes/note_form.html", context, status=422 if is_refused else 200)


def _who_sees(actor: Actor, note: Note) -> str:
    names = [viewer.name for viewer in selectors.viewers(note, actor)]
    waiting = selectors.who_will_see(note, actor)
    if waiting and note.share_from:
        later = ", ".join(viewer.name for viewer in waiting)
        return f"Saved. Only {names[0]} can see it now; from {date_format(note.share_from, 'j F Y')} on also: {later}."
    if len(names) == 1:
        return f"Saved. Only {names[0]} can see it."
    return f"Shared. These can see it: {', '.join(names)}."


def note_or_404(request: ActorRequest, public_id: UUID) -> Note:
    """Return a note that the actor sees.

    Raises:
        Http404: there is none such, or it is not theirs to see.
    """
    visible = Note.objects.visible_to(request.actor)
    return get_object_or_404(
        visible.select_related(
            "partnership__coordinator",
            "owner__agency",
            "author",
            "released_by",
            "competence__partnership",
            "agreement__partnership",
        ),
        public_id=public_id,
    )


@require_safe
def note_detail(request: ActorRequest, note: UUID) -> HttpResponse:
    found = note_or_404(request, note)
    context = {**frame(request, found.partnership, NOTES), **note_context(request.actor, found)}
    if context["waits_for_acceptance"]:
        return render(request, "notes/note_detail.html", context)
    read = last_version_read(request.actor, found)
    context["changed_since"] = read if read is not None and read < found.version else None
    response = render(request, "notes/note_detail.html", context)
    record_after(response, actor=request.actor, notes=[found], how=How.OPENED)
    return response


def note_context(actor: Actor, note: Note, *, as_preview: str = "") -> dict[str, Any]:
    """Return what `notes/_note.html` shows of a note to an actor who sees it: on its page, and in a preview.

    Args:
        as_preview: in a preview, the mark that keeps its ids apart from those of the page around it. The note is shown
            as after its conditions are accepted: whether that reader has, is not the preview's to tell.
    """
    accepted = bool(as_preview) or policy.has_accepted(actor, note)
    knows_recipients, may_explain = policy.may_know_recipients(actor, note), policy.may_explain(actor, note)
    may_edit = policy.may_edit(actor, note)
    return {
        "note": note,
        "partnership": note.partnership,
        "html": text.render(note.body) if accepted else "",
        "waits_for_acceptance": not accepted,
        "may_act": accepted and note.status == Status.LIVE and policy.may_be_acted_on(actor, note),
        "declared": selectors.declared(note),
        "meaning": MEANING[Tlp(note.tlp)],
        "knows_recipients": knows_recipients,
        "viewers": selectors.viewers(note, actor) if knows_recipients else [],
        "waiting": selectors.who_will_see(note, actor) if may_explain else [],
        "terms": selectors.terms(note),
        "may_edit": may_edit,
        "files": files_of(actor, note, opened=accepted, may_edit=may_edit),
        "may_prolong": not as_preview and policy.may_prolong(actor, note),
        "may_know_readers": not as_preview and policy.may_know_readers(actor, note),
        "may_explain": may_explain,
        # how an agency looks over its notes is its own affair
        "released_by": note.released_by if may_explain and not as_preview else None,
        "as_preview": as_preview,
    }


@require_POST
def note_accept(request: ActorRequest, note: UUID) -> HttpResponse:
    """Accept the handling conditions: the text opens."""
    found = note_or_404(request, note)
    done = "Accepted. The conditions stand at the top of the note."
    return act(request, services.accept_conditions, done=done, back=found.get_absolute_url(), note=found)


def _editable_or_403(request: ActorRequest, public_id: UUID) -> Note:
    found = note_or_404(request, public_id)
    if not policy.may_edit(request.actor, found):
        raise PermissionDenied(
            "Only the agency that wrote this note may change it; a note to named people, only its author."
        )
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def note_edit(request: ActorRequest, note: UUID) -> HttpResponse:
    found = _editable_or_403(request, note)
    form = NoteChangeForm(
        request.POST or None,
        actor=request.actor,
        partnership=found.partnership,
        own=found.owner,
        initial=NoteForm.initial_of(found),
    )
    words: dict[str, Any] = {"title": "Edit this note", "button": "Save and share", "note": found}
    if found.audience != Audience.PERSONS:
        words["draft_url"] = reverse("draft_of_change", args=[found.public_id])
    if is_only_a_marking(request):
        return form_page(request, found.partnership, form.as_typed(), **words)
    if request.method == "POST" and form.is_valid():
        edited = run(form, services.edit_note, actor=request.actor, note=found, **form.arguments())
        if edited is not None:
            messages.success(request, _who_sees(request.actor, edited))
            return redirect(edited)
    response = form_page(request, found.partnership, form, **words)
    if request.method == "GET":
        record_after(response, actor=request.actor, notes=[found], how=How.OPENED)
    return response


def _who_loses(others: list[str]) -> str:
    if not others:
        return "Nobody else sees it now."
    count = "1 other" if len(others) == 1 else f"{len(others)} others"
    return f"{count} will no longer see it anywhere, from this moment on: {'; '.join(others)}."


@require_http_methods(["GET", "HEAD", "POST"])
def note_withdraw(request: ActorRequest, note: UUID) -> HttpResponse:
    found = _editable_or_403(request, note)
    # the originator, or the author of a note to named people, is the first
    others = [viewer.name for viewer in selectors.viewers(found, request.actor)][1:]
    question = Question(
        title="Withdraw this note?",
        effect=f"{_who_loses(others)} Your own agency still sees it, marked as withdrawn. This cannot be undone.",
        button="Withdraw it",
        done="Withdrawn. Nobody else sees it any more.",
        back=found.get_absolute_url(),
        tone="act",
    )
    in_frame = frame(request, found.partnership, NOTES)
    return ask_reason(request, question, services.withdraw_note, frame=in_frame, note=found)
