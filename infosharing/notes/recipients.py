"""Whom notes were shared with, as far as the reader may know it: for programs, for many notes at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from accounts.people.actor import Actor
from infosharing.circles.models import Circle
from infosharing.circles.selectors import possible_circles
from infosharing.grants.models import NoteGroupGrant, NoteUserGrant
from infosharing.grants.terms import in_effect, not_over
from infosharing.notes import audiences, policy
from infosharing.notes.markings import Audience
from infosharing.notes.models import Note


@dataclass(slots=True)
class Shared:
    """Who a note is for beside its own agency and its author: in the words that a program shares it with."""

    kind: str
    agencies: list[UUID] = field(default_factory=list)
    circles: list[UUID] = field(default_factory=list)
    people: list[UUID] = field(default_factory=list)

    @property
    def partnership(self) -> bool:
        return self.kind == Audience.PARTNERSHIP


def recipients_of(actor: Actor, notes: Sequence[Note]) -> dict[int, Shared]:
    """Return, by note, whom it was shared with: a few queries, however many notes.

    Of a note whose recipients may not know each other a recipient learns that the own agency is one, or a circle that
    it is in, no more. Of a circle with a confidential roster only those in it learn.
    """
    shared = {note.pk: Shared(kind=note.audience) for note in notes}
    known = policy.with_known_recipients(actor, notes)
    for note_id, agency_id, public_id in _agencies(actor, notes):
        if note_id in known or agency_id == actor.agency_id:
            shared[note_id].agencies.append(public_id)
    for note_id, person_id, public_id in _people(actor, notes):
        if note_id in known or person_id == actor.person_id:
            shared[note_id].people.append(public_id)
    for note_id, is_mine, public_id in _circles(actor, notes):
        if note_id in known or is_mine:
            shared[note_id].circles.append(public_id)
    return shared


def _circles(actor: Actor, notes: Iterable[Note]) -> Iterable[tuple[int, bool, UUID]]:
    mine = set(Circle.objects.with_me(actor).values_list("pk", flat=True))
    grants = NoteGroupGrant._base_manager.filter(
        _told_of(actor),
        content_object__in=[note.pk for note in notes],
        group__circle__in=Circle.objects.visible_to(actor),
    )
    rows = grants.order_by("group__circle__name", "pk").values_list(
        "content_object_id", "group__circle__pk", "group__circle__public_id"
    )
    return [(note, circle in mine, public_id) for note, circle, public_id in rows]


def _told_of(actor: Actor) -> Q:
    """Return the condition on grants: those that give sight now; to the originator also those that will."""
    ours = Q(content_object__owner__agency_id=actor.agency_key)
    return in_effect() | (not_over() & ours)


def _agencies(actor: Actor, notes: Iterable[Note]) -> Iterable[tuple[int, int, UUID]]:
    owners = {note.pk: note.owner_id for note in notes}
    grants = NoteGroupGrant._base_manager.filter(
        _told_of(actor), content_object__in=owners, group__membership__isnull=False
    )
    rows = grants.order_by("group__membership__agency__name", "pk").values_list(
        "content_object_id",
        "group__membership__pk",
        "group__membership__agency_id",
        "group__membership__agency__public_id",
    )
    return [(note, agency, public_id) for note, member, agency, public_id in rows if member != owners[note]]


def _people(actor: Actor, notes: Iterable[Note]) -> Iterable[tuple[int, int, UUID]]:
    authors = {note.pk: note.author_id for note in notes}
    grants = NoteUserGrant.standing().filter(_told_of(actor), content_object__in=authors)
    rows = grants.order_by("user__name", "pk").values_list("content_object_id", "user_id", "user__public_id")
    return [row for row in rows if row[1] != authors[row[0]]]


def choice_of(actor: Actor, note: Note) -> audiences.Choice:
    """Return the audience that a note has, to be kept by an edit that does not speak of it.

    Who is suspended or left is not among them: a note is shared with active members alone. Where nobody is left of the
    agencies that were named, it is for the own agency alone.
    """
    shared = recipients_of(actor, [note])[note.pk]
    members = audiences.possible_members(actor, note.partnership) if shared.agencies else []
    persons = audiences.possible_persons(actor, note.partnership) if shared.people else []
    named = [member for member in members if member.agency.public_id in shared.agencies]
    circles = possible_circles(actor, note.partnership) if shared.circles else []
    in_circles = [circle for circle in circles if circle.public_id in shared.circles]
    over = shared.kind == Audience.AGENCIES and not named and not in_circles
    return audiences.Choice(
        kind=Audience.OWN_AGENCY if over else shared.kind,
        terms=audiences.terms_of(note),
        members=named,
        circles=in_circles,
        persons=[person for person in persons if person.public_id in shared.people],
    )
