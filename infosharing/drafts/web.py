"""Pages of drafts."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.errors import Invalid, NotAllowed, Refusal
from foundation.reasons import Question, ask_reason
from foundation.requests import ActorRequest, act, csv_response, run, wants_csv
from infosharing.drafts import policy, reading, services, typed
from infosharing.drafts.forms import AskForm
from infosharing.drafts.models import Draft, Status
from infosharing.notes import policy as notes
from infosharing.notes.forms import NoteChangeForm, NoteForm
from infosharing.notes.models import Note
from infosharing.notes.navigation import NOTES
from infosharing.notes.releasing import asks_second_pair
from infosharing.notes.web import form_page, is_only_a_marking, note_or_404
from partnership.membership.models import Partnership
from partnership.membership.pages import frame, partnership_or_404
from partnership.membership.policy import own_membership

FORM = ["GET", "HEAD", "POST"]
KEPT = "Kept as a draft. Nobody outside your agency sees it."
SAVE = {"title": "Edit this draft", "button": "Save this draft"}
LONG_NUMBER = 10
NOTHING = "Write a title or a text first: there is nothing to keep yet."


def _list_url(partnership: Partnership) -> str:
    return f"{partnership.get_absolute_url()}notes/drafts/"


def _draft_or_404(request: ActorRequest, public_id: UUID) -> Draft:
    rows = Draft.objects.visible_to(request.actor).select_related(
        "partnership", "member__agency", "author__agency", "asked_of", "sent_back_by", "note__owner", "note__competence"
    )
    return get_object_or_404(rows, public_id=public_id)


def _own_or_403(request: ActorRequest, public_id: UUID) -> Draft:
    found = _draft_or_404(request, public_id)
    if not policy.may_change(request.actor, found):
        raise PermissionDenied(policy.CHANGES)
    return found


@require_safe
def draft_list(request: ActorRequest, slug: str) -> HttpResponse:
    partnership = partnership_or_404(request, slug)
    found = Draft.objects.visible_to(request.actor).filter(partnership=partnership).select_related("author", "asked_of")
    if wants_csv(request):
        return csv_response(f"{slug}-drafts", reading.HEAD, map(reading.row, found))
    to_release = set(Draft.objects.to_release_by(request.actor).values_list("pk", flat=True))
    context = {**frame(request, partnership, NOTES), "drafts": list(found), "to_release": to_release}
    return render(request, "drafts/draft_list.html", context)


@require_POST
def draft_new(request: ActorRequest, slug: str) -> HttpResponse:
    """Keep what stands in the form of a new note."""
    partnership = partnership_or_404(request, slug)
    if not policy.may_draft(request.actor, partnership):
        raise PermissionDenied(policy.WRITES)
    own = own_membership(request.actor, partnership)
    assert own is not None  # noqa: S101 `may_draft` has seen it
    form = NoteForm(request.POST, actor=request.actor, partnership=partnership, own=own)
    return _keep(request, partnership, form, note=None)


@require_POST
def draft_of_change(request: ActorRequest, note: UUID) -> HttpResponse:
    """Keep what stands in the form of a note that is there, as a change to be released."""
    found = note_or_404(request, note)
    form = NoteChangeForm(
        request.POST,
        actor=request.actor,
        partnership=found.partnership,
        own=found.owner,
        initial=NoteForm.initial_of(found),
    )
    return _keep(request, found.partnership, form, note=found)


def _keep(request: ActorRequest, partnership: Partnership, form: NoteForm, *, note: Note | None) -> HttpResponse:
    """Begin a draft; a draft may be unfinished, so the form is not asked whether it is valid."""
    keeping = Form(data={})
    if not is_only_a_marking(request):
        draft = run(keeping, _begin, request=request, partnership=partnership, note=note)
        if draft is not None:
            messages.success(request, KEPT)
            return redirect(draft)
    # what was typed stands in the form that it came from: from there it is sent as from the first
    where = reverse("note_edit", args=[note.public_id]) if note else reverse("note_new", args=[partnership.slug])
    return form_page(
        request, partnership, form.as_typed(), note=note, refused=keeping, action=where, draft_url=request.path,
        title="Edit this note" if note else "Write a note",
        button="Save and share" if note else "Share this note",
    )  # fmt: skip


def _begin(request: ActorRequest, partnership: Partnership, note: Note | None) -> Draft:
    return services.begin(actor=request.actor, partnership=partnership, data=_typed(request), note=note)


def _change(request: ActorRequest, draft: Draft) -> Draft:
    return services.change(actor=request.actor, draft=draft, data=_typed(request), edition=_edition(request))


def _typed(request: ActorRequest) -> dict[str, list[str]]:
    """Return what was typed.

    Raises:
        Invalid: it is nothing, or more than can be kept.
    """
    data = typed.typed_of(request.POST)
    if not typed.title_of(data) and not "".join(data.get("body", ())).strip():
        raise Invalid(NOTHING)
    return data


@require_safe
def draft_detail(request: ActorRequest, draft: UUID) -> HttpResponse:
    found = _draft_or_404(request, draft)
    actor, is_own = request.actor, policy.may_change(request.actor, found)
    context = {
        **frame(request, found.partnership, NOTES),
        "draft": found,
        "shown": reading.shown(actor, found),
        "needs_release": typed.leaves_agency(found.typed) and asks_second_pair(found.member),
        "is_asked": found.status == Status.ASKED,
        "is_own": is_own,
        "may_release": policy.may_release(actor, found),
        "may_discard": policy.may_discard(actor, found),
        "drafts": _list_url(found.partnership),
    }
    return render(request, "drafts/draft_detail.html", context)


@require_http_methods(FORM)
def draft_edit(request: ActorRequest, draft: UUID) -> HttpResponse:
    found = _own_or_403(request, draft)
    if found.status == Status.ASKED:
        messages.error(request, "A colleague has it before them. Take it back first.")
        return redirect(found)
    words: dict[str, Any] = {**SAVE, "back": found.get_absolute_url(), "edition": str(found.edition)}
    if request.method != "POST":
        form = typed.form_of(found, request.actor).as_typed()
        return form_page(request, found.partnership, form, **words)
    form = typed.form_with(found, request.actor, request.POST)
    if is_only_a_marking(request):
        return form_page(request, found.partnership, form.as_typed(), **words)
    keeping = Form(data={})
    if run(keeping, _change, request=request, draft=found) is not None:
        messages.success(request, KEPT)
        return redirect(found)
    words["edition"] = str(_edition(request))
    return form_page(request, found.partnership, form.as_typed(), refused=keeping, **words)


def _edition(request: ActorRequest) -> int:
    """Return which edition a page was of; 0, which none has, where it does not say."""
    given = request.POST.get("edition", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < LONG_NUMBER else 0


@require_http_methods(FORM)
def draft_ask(request: ActorRequest, draft: UUID) -> HttpResponse:
    found = _own_or_403(request, draft)
    form = AskForm(request.POST or None, draft=found)
    if request.method == "POST" and form.is_valid():
        asked = run(form, services.ask_release, actor=request.actor, draft=found, of=form.cleaned_data["of"])
        if asked is not None:
            messages.success(request, "Asked. It stands as it is until it is released, sent back or taken back.")
            return redirect(found)
    context = {
        **frame(request, found.partnership, NOTES),
        "form": form,
        "draft": found,
        "back": found.get_absolute_url(),
    }
    return render(request, "drafts/ask.html", context, status=422 if form.errors else 200)


@require_POST
def draft_take_back(request: ActorRequest, draft: UUID) -> HttpResponse:
    found = _own_or_403(request, draft)
    done = "Taken back. Nobody is asked any more."
    return act(request, services.take_back, done=done, back=found.get_absolute_url(), draft=found)


@require_http_methods(FORM)
def draft_send_back(request: ActorRequest, draft: UUID) -> HttpResponse:
    found = _draft_or_404(request, draft)
    if not policy.may_release(request.actor, found):
        raise PermissionDenied(policy.RELEASES)
    question = Question(
        title="Send this draft back?",
        effect=f"{found.author.name} reads your reason, changes it, and asks again. Nothing is shared.",
        button="Send it back",
        done=f"Sent back. {found.author.name} is told.",
        back=found.get_absolute_url(),
    )
    in_frame = frame(request, found.partnership, NOTES)
    return ask_reason(request, question, services.send_back, frame=in_frame, draft=found)


@require_POST
def draft_release(request: ActorRequest, draft: UUID) -> HttpResponse:
    """Release the edition that was read."""
    found = _draft_or_404(request, draft)
    done = f"Released: it is shared now, as {found.author.name} wrote it."
    return _out(request, found, services.release, done=done, edition=_edition(request))


@require_POST
def draft_share(request: ActorRequest, draft: UUID) -> HttpResponse:
    """Share one's own draft, or keep it as a note of the own agency."""
    found = _own_or_403(request, draft)
    done = "Shared, as it stood in the draft." if typed.leaves_agency(found.typed) else "Saved, for your agency alone."
    return _out(request, found, services.share, done=done)


def _out(
    request: ActorRequest, found: Draft, service: Callable[..., Note], *, done: str, **arguments: Any
) -> HttpResponse:
    """Make the note, and go to it; of one to named people the releaser sees no more than the list of drafts."""
    try:
        note = service(actor=request.actor, draft=found, **arguments)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.message) from refusal
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect(found)
    messages.success(request, done)
    return redirect(note if notes.may_view(request.actor, note) else _list_url(found.partnership))


@require_http_methods(FORM)
def draft_discard(request: ActorRequest, draft: UUID) -> HttpResponse:
    found = _draft_or_404(request, draft)
    if not policy.may_discard(request.actor, found):
        raise PermissionDenied(policy.CHANGES)
    if request.method == "POST":
        back = _list_url(found.partnership)
        return act(request, services.discard, done="Thrown away.", back=back, draft=found)
    context = {**frame(request, found.partnership, NOTES), "draft": found, "back": found.get_absolute_url()}
    return render(request, "drafts/discard.html", context)
