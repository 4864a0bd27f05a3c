"""What leaving means for notes: they stay with those who have them, or all are withdrawn on the day.

Once a member has left, nobody of it can take a note back any more: so it decides beforehand. Its lead decides for the
agency, which is the originator, and the decision reaches notes to named people too, though these are their authors'
alone while the agency is there. Nobody reads them for it: the database takes them back without showing them, at the one
moment and for the one reason for which it does so (`sight.withdraw_notes_of`, migration 0003).
"""

from django.db import connection

from accounts.people.actor import Actor
from foundation.audit.services import record
from infosharing.circles.selectors import rosters
from infosharing.grants.models import NoteGroupGrant, NoteUserGrant
from infosharing.grants.services import ended_by_our_clock
from infosharing.notes import notices
from infosharing.notes.markings import Audience
from infosharing.notes.models import Note
from infosharing.notes.querysets import NoteQuerySet
from infosharing.readers.services import tell_unattended
from partnership.membership.leaving import Question, register_question
from partnership.membership.models import Departure, Membership

STAY, WITHDRAWN = "stay", "withdrawn"


def _effect(actor: Actor, membership: Membership, value: str) -> str:
    """Say in numbers what an answer does to the notes that the actor sees; a note to named people is its author's."""
    shared = Note.objects.visible_to(actor).live().filter(owner=membership).exclude(audience=Audience.OWN_AGENCY)
    notes, agencies = shared.count(), _agencies_with(actor, shared, membership)
    if not notes:
        told = "You see no note of your agency that others have."
    elif value == WITHDRAWN:
        told = f"{_count(agencies, 'agency', 'agencies')} {_s(agencies, 'lose')} {_count(notes, 'note', 'notes')}."
    else:
        told = (
            f"{_count(notes, 'note', 'notes')} {_s(notes, 'stay')} with {_count(agencies, 'agency', 'agencies')}; "
            f"nobody of your agency can take {'it' if notes == 1 else 'them'} back after that day."
        )
    if value == WITHDRAWN:
        told += " Notes to named people are withdrawn too, also those that only their authors know."
    return told


def _agencies_with(actor: Actor, notes: NoteQuerySet, membership: Membership) -> int:
    """Return how many other agencies have one of these notes."""
    groups = NoteGroupGrant.objects.filter(content_object__in=notes)
    others = Membership.objects.active().filter(partnership=membership.partnership_id).exclude(pk=membership.pk)
    if groups.filter(group=membership.partnership.group_id).exists():
        return others.count()
    people = NoteUserGrant.objects.filter(content_object__in=notes)
    by_group = others.filter(group__in=groups.values("group"))
    by_name = others.filter(group__in=people.values("through"))
    inside = rosters(actor, groups.values_list("group_id", flat=True)).values()
    by_circle = others.filter(pk__in={member.pk for members in inside for member in members})
    return (by_group | by_name | by_circle).distinct().count()


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _s(number: int, verb: str) -> str:
    return f"{verb}s" if number == 1 else verb


def _on_the_day(departure: Departure, value: str) -> int:
    """Withdraw what the member shared, if it decided so. Returns how many notes."""
    if value != WITHDRAWN:
        return 0
    reason = f"{departure.membership.agency.name} has left the partnership, and took back what it had shared."
    with ended_by_our_clock(), connection.cursor() as cursor:
        cursor.execute("SELECT sight.withdraw_notes_of(%s, %s)", [departure.pk, reason])
        taken_back = [Note(public_id=public_id) for (public_id,) in cursor.fetchall()]
    for note in taken_back:
        record(verb="notes.withdrawn", actor=None, subject=note, departure=str(departure.public_id))
        notices.take_back(note)
        tell_unattended(note.public_id)
    return len(taken_back)


register_question(
    Question(
        room="notes",
        label="What happens to the notes that your agency shared?",
        options=(
            (STAY, "They stay with those who have them"),
            (WITHDRAWN, "They are withdrawn on the day it leaves"),
        ),
        told={
            STAY: "Notes that it shared stay with those who have them.",
            WITHDRAWN: "Notes that it shared are withdrawn on that day.",
        },
        effect=_effect,
        on_the_day=_on_the_day,
    )
)
