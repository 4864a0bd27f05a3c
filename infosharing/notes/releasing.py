"""A second pair of eyes: where it is asked for, what leaves an agency is released by a colleague of its writer.

The partnership asks for it of all its members, or a member of its own people. What takes away, such as a withdrawal or
one recipient less, never waits for anybody. The database holds the same (migrations 0017 here and 0002 of drafts).
"""

from accounts.people.actor import Actor
from foundation import clock
from foundation.errors import Invalid, NotAllowed
from infosharing.notes.audiences import Choice
from infosharing.notes.conventions import Conventions, HouseRule
from infosharing.notes.markings import Audience
from infosharing.notes.models import Note
from partnership.membership.models import Membership


def asks_second_pair(own: Membership) -> bool:
    """Say whether a colleague releases what a member lets out of the agency."""
    of_all = Conventions.objects.filter(partnership=own.partnership_id, second_pair=True)
    return of_all.exists() or HouseRule.objects.filter(membership=own).exists()


def must_be_released(*, named: bool = False) -> Invalid:
    """Return the refusal to let something out of the agency that nobody but its writer has looked at.

    Args:
        named: whether it changes a note to named people, which no colleague may read.
    """
    if named:
        words = "A colleague releases what leaves your agency, and may not read a note to named people. Withdraw it,"
        return Invalid(f"{words} and write another.", field="audience")
    return Invalid("A colleague releases what leaves your agency. Save it as a draft, and ask.", field="audience")


def put_release(note: Note, *, actor: Actor, writer: Actor | None) -> None:
    """Write onto a note who released it, and whose words it let out.

    Raises:
        NotAllowed: somebody would release their own words, or those of another agency.
    """
    if writer is None:
        return
    if writer.person_id == actor.person_id or writer.agency_id != actor.agency_id:
        raise NotAllowed("A colleague of the writer releases it: somebody else, of the same agency.")
    note.released_by_id, note.released_from_id, note.released_at = actor.person_id, writer.person_id, clock.now()


def gives_more(before: Choice, after: Choice, *, same_words: bool) -> bool:
    """Say whether somebody of another agency gets more by an edit than they had: other words, or a note at all."""
    if after.kind == Audience.OWN_AGENCY:
        return False
    if not same_words or (before.kind, before.terms) != (after.kind, after.terms):
        return True
    pairs = ((before.members, after.members), (before.circles, after.circles), (before.persons, after.persons))
    return any({one.pk for one in chosen} - {one.pk for one in had} for had, chosen in pairs)
