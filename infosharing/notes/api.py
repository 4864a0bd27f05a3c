"""Notes for programs: the same rules and services as for people."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api import pages
from foundation.api.problems import PreconditionFailed, PreconditionRequired
from foundation.api.schema import operation
from foundation.api.views import ApiView, etag_of
from foundation.errors import Invalid
from infosharing.attachments.selectors import files_by_note
from infosharing.notes import examples, policy, searching, selectors, services
from infosharing.notes.filters import span
from infosharing.notes.markings import Tlp
from infosharing.notes.models import Note
from infosharing.notes.recipients import choice_of, recipients_of
from infosharing.notes.serializers import (
    NoteChangeIn,
    NoteIn,
    NoteOut,
    NoteQuery,
    WithdrawalIn,
    basis_of,
    choice,
    terms_of,
)
from infosharing.readers.models import How
from infosharing.readers.recording import record_after
from partnership.agreements.models import Agreement
from partnership.membership.api import page_out, partnership_named
from partnership.membership.services import hold_own_membership

# beyond every key: a list goes on from the time alone, where its last note is not seen any more
LAST_KEY = 2**63 - 1
AUDIENCE_FIELDS = frozenset({"agencies", "circles", "people"})


class NoteView(ApiView):
    """What the endpoints of notes share."""

    def find(self, public_id: UUID) -> Note:
        """Return a note that the actor sees.

        Raises:
            Http404: there is none such, or it is not theirs to see.
        """
        return get_object_or_404(Note.objects.visible_to(self.actor), public_id=public_id)

    def shown(self, notes: list[Note]) -> Any:
        """Return notes as data, with all names in as many queries as for one."""
        selectors.with_names(notes)
        prefetch_related_objects(notes, "author", "competence", "agreement")
        shared = recipients_of(self.actor, notes)
        opened = policy.opened_to(self.actor, notes)
        files = files_by_note(self.actor, notes, opened)
        for note in notes:
            note.shared = shared[note.pk]  # type: ignore[attr-defined]
            note.shown_files = files[note.pk]  # type: ignore[attr-defined]
            note.opened_body = note.body if note.pk in opened else None  # type: ignore[attr-defined]
        return NoteOut(notes, many=True).data

    def give(self, response: Response, notes: list[Note]) -> Response:
        """Answer, and record who was given the text of which notes."""
        opened = [note for note in notes if note.opened_body is not None]  # type: ignore[attr-defined]
        record_after(response, actor=self.actor, notes=opened, how=How.PROGRAM)
        return response

    def one(self, note: Note, **options: Any) -> Response:
        """Answer with a note, read again as the actor sees it now."""
        found = self.find(note.public_id)
        return self.give(Response(self.shown([found])[0], **options), [found])


class NotesView(NoteView):
    scopes = {"GET": "notes:read", "POST": "notes:write"}

    @operation(
        "listNotes",
        summary="The notes that you see, newest first; withdrawn ones of your own agency included",
        query=NoteQuery,
        out=page_out("NotePageOut", NoteOut),
        problems=(400,),
        headers=("Link",),
    )
    def get(self, request: Request) -> Response:
        query = NoteQuery.of_query(request)
        filters: dict[str, Any] = {"tlp": query.get("tlp", ""), "originator": query.get("agency")}
        filters |= span(query.get("since"), query.get("until"))
        if "partnership" in query:
            filters["partnership"] = partnership_named(self.actor, query["partnership"])
        if "agreement" in query:
            filters["agreement"] = self._agreement(query["agreement"])
        words, before = query.get("q", ""), self._place(query)
        notes = searching.find_notes(self.actor, words, before=before, limit=query["limit"] + 1, **filters)
        page, more = notes[: query["limit"]], len(notes) > query["limit"]
        return self.give(pages.respond(request, self.shown(page), _cursor(page[-1]) if more else None), page)

    def _agreement(self, public_id: UUID) -> Agreement:
        found = Agreement.objects.visible_to(self.actor).filter(public_id=public_id).first()
        if found is None:
            raise Invalid("There is no such agreement, or none that you may see.", field="agreement")
        return found

    def _place(self, query: dict[str, Any]) -> selectors.Place | None:
        place = pages.read_cursor("notes", query)
        if not place:
            return None
        at = serializers.DateTimeField().to_internal_value(place["at"])
        seen = selectors.place_of(self.actor, place["note"])
        # gone from sight since: some notes of the same instant may come twice, none is left out
        return seen or selectors.Place(created_at=at, note_id=LAST_KEY)

    @operation(
        "createNote",
        summary="Share a note of your agency",
        body=NoteIn,
        out=NoteOut,
        status=201,
        problems=(400, 413, 415),
        headers=("Location",),
        example=examples.NOTE,
    )
    def post(self, request: Request) -> Response:
        data = NoteIn.of_body(request)
        partnership = partnership_named(self.actor, data.pop("partnership"))
        terms = terms_of(data)
        audience = replace(choice(self.actor, partnership, data.pop("audience", {})), terms=terms)
        data.setdefault("tlp", Tlp.AMBER_STRICT)
        basis = basis_of(data, partnership)
        with _audience_at_fault():
            note = services.share_note(
                actor=self.actor, partnership=partnership, audience=audience, basis=basis, **data
            )
        address = request.build_absolute_uri(reverse("api-note", kwargs={"note": note.public_id}))
        return self.one(note, status=201, headers={"Location": address})


@contextmanager
def _audience_at_fault() -> Iterator[None]:
    """Name who is at fault among the recipients by where a program named them."""
    try:
        yield
    except Invalid as refusal:
        if refusal.field in AUDIENCE_FIELDS:
            raise Invalid(refusal.message, field=f"audience.{refusal.field}") from refusal
        raise


def _cursor(last: Note) -> str:
    return pages.make_cursor("notes", note=str(last.public_id), at=last.created_at.isoformat())


class OneNoteView(NoteView):
    scopes = {"GET": "notes:read", "PATCH": "notes:write"}

    @operation("getNote", summary="One note", out=NoteOut, problems=(404,), headers=("ETag",), example=examples.NOTE)
    def get(self, request: Request, note: UUID) -> Response:
        return self.one(self.find(note))

    @operation(
        "changeNote",
        summary="Change a note of your agency",
        body=NoteChangeIn(partial=True),
        out=NoteOut,
        problems=(400, 404, 409, 412, 413, 415, 428),
        headers=("ETag",),
        takes=("If-Match",),
    )
    def patch(self, request: Request, note: UUID) -> Response:
        found = self.find(note)
        data = NoteChangeIn.of_body(request, partial=True)
        self._require_unchanged(request, found)
        found.refresh_from_db()
        audience = (
            choice(self.actor, found.partnership, data.pop("audience"))
            if "audience" in data
            else choice_of(self.actor, found)
        )
        audience = replace(audience, terms=terms_of(data, found))
        basis = basis_of(data, found.partnership, found)
        kept = ("title", "body", "tlp", "review_on", "recipients_know_each_other")
        fields = {name: data.get(name, getattr(found, name)) for name in kept} | {"reason": data.get("reason", "")}
        with _audience_at_fault():
            edited = services.edit_note(actor=self.actor, note=found, audience=audience, basis=basis, **fields)
        return self.one(edited)

    def one(self, note: Note, **options: Any) -> Response:
        response = super().one(note, **options)
        response["ETag"] = etag_of(JSONRenderer().render(response.data))
        return response

    def _require_unchanged(self, request: Request, note: Note) -> None:
        """Refuse a change that was thought out on another version, and keep others from making one in between.

        `If-Match: *` is true of whatever is there (RFC 9110, section 13.1.1): whoever sends it says that the version
        does not matter, and is taken at its word. docs/api.md says so.
        """
        wanted = request.headers.get("If-Match")
        if wanted is None:
            raise PreconditionRequired
        hold_own_membership(self.actor, note.partnership_id)
        # locks nothing where the actor may not edit: the service refuses that
        list(Note.objects.editable_by(self.actor).select_for_update(of=("self",)).filter(pk=note.pk))
        if wanted != "*" and self.one(note)["ETag"] not in [etag.strip() for etag in wanted.split(",")]:
            raise PreconditionFailed


class AcceptanceView(NoteView):
    scopes = {"POST": "notes:read"}

    @operation(
        "acceptConditions",
        summary="Accept a note's handling conditions: its text opens to you",
        out=NoteOut,
        problems=(404,),
    )
    def post(self, request: Request, note: UUID) -> Response:
        found = self.find(note)
        services.accept_conditions(actor=self.actor, note=found)
        return self.one(found)


class WithdrawalView(NoteView):
    scopes = {"POST": "notes:write"}

    @operation(
        "withdrawNote",
        summary="Take a note of your agency back: gone at once for everybody else",
        body=WithdrawalIn,
        out=NoteOut,
        problems=(400, 404, 409, 413, 415),
    )
    def post(self, request: Request, note: UUID) -> Response:
        found = self.find(note)
        reason = WithdrawalIn.of_body(request)["reason"]
        return self.one(services.withdraw_note(actor=self.actor, note=found, reason=reason))
