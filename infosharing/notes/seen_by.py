"""All that one member sees of the notes of another: for the people of that other, each of those that they see."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from accounts.people.actor import Actor
from accounts.people.models import Person
from infosharing.circles.models import Circle
from infosharing.circles.selectors import rosters
from infosharing.grants.models import NoteGroupGrant, NoteUserGrant
from infosharing.notes import reasons
from infosharing.notes.history import grants_of, standing_of
from infosharing.notes.models import Note
from infosharing.notes.selectors import HEAD as NOTE_HEAD
from infosharing.notes.selectors import Place, row
from infosharing.notes.selectors import with_names as with_names_of
from partnership.membership.models import Membership, MembershipChange


@dataclass(frozen=True, slots=True)
class Seen:
    """A note that a member sees, and by what."""

    note: Note
    why: list[str]


def why_nothing(member: Membership) -> str:
    """Return why a member sees no note at all, or nothing if it may."""
    if member.status != "active":
        changes = MembershipChange.objects.filter(membership=member).order_by("at", "pk")
        return reasons.standing(standing_of([member], changes, None), None)
    if not Person.objects.active().filter(agency=member.agency_id).exists():
        return reasons.NOBODY_THERE
    return ""


def seen_by(actor: Actor, member: Membership, *, before: Place | None = None, limit: int = 25) -> list[Seen]:
    """Return the live notes of the actor's agency that a member sees, newest first: of those that the actor sees.

    Args:
        member: of a partnership that the actor sees; it takes part, and has people.
        before: only what comes after this place in the list.
        limit: how many at most.
    """
    circles = _circles_with(actor, member)
    groups = (member.group_id, member.partnership.group_id, *circles)
    to_it = NoteGroupGrant.objects.filter(content_object=OuterRef("pk"), group_id__in=groups)
    to_its_people = NoteUserGrant.objects.filter(content_object=OuterRef("pk"), through_id=member.group_id)
    ours = Note.objects.visible_to(actor).live().filter(owner__agency_id=actor.agency_key)
    notes = ours.filter(Exists(to_it) | Exists(to_its_people), partnership=member.partnership_id)
    if before:
        # the first condition lets the database begin at the place
        notes = notes.filter(created_at__lte=before.created_at).filter(
            Q(created_at__lt=before.created_at) | Q(pk__lt=before.note_id)
        )
    page = with_names_of(list(notes.select_related("author").newest_first()[:limit]))
    return [Seen(note, why) for note, why in zip(page, _why(page, member, circles), strict=True)]


def _circles_with(actor: Actor, member: Membership) -> dict[int, str]:
    """Return the circles in which both the actor's agency and a member are: their names by their groups."""
    mine = {circle.group_id: circle.name for circle in Circle.objects.with_me(actor).open()}
    inside = rosters(actor, mine)
    return {group: name for group, name in mine.items() if member in inside.get(group, ())}


def _why(notes: list[Note], member: Membership, circles: Mapping[int, str]) -> list[list[str]]:
    said: dict[int, list[str]] = {note.pk: [] for note in notes}
    by_key = {note.pk: note for note in notes}
    for given in grants_of(notes, groups=(member.group_id, member.partnership.group_id, *circles)):
        if not given.holds(None):
            continue
        note = by_key[given.note_id]
        owner = note.owner.agency.name
        if given.person is not None:
            if given.person.is_active and given.person.agency_id == member.agency_id:
                said[note.pk].append(reasons.named(given, owner, note))
        elif given.group_id == member.group_id:
            said[note.pk].append(reasons.wrote(note) if member.pk == note.owner_id else reasons.shared(given, owner))
        elif given.group_id in circles:
            said[note.pk].append(reasons.shared_with_circle(given, owner, circles[given.group_id]))
        else:
            said[note.pk].append(reasons.shared_with_all(given, owner))
    return list(said.values())


HEAD = (*NOTE_HEAD, "why")


def seen_row(seen: Seen) -> tuple[object, ...]:
    """Return it as a line of a table: never the note's text."""
    return (*row(seen.note), " ".join(seen.why))
