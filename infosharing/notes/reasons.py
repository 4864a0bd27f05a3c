"""The sentences in which sight of a note is explained: plain words, one fact each."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format

from accounts.people.models import Person
from infosharing.notes.history import Given, Standing
from infosharing.notes.markings import Audience, Tlp
from infosharing.notes.models import Note, Status
from partnership.agreements.sharing import label
from partnership.membership.models import MembershipStatus

NOBODY_THERE = "None of its people has an account that is in use, so nobody of it can open this note."
PEOPLE_AS_TODAY = (
    "Which agency people belonged to on each day is not kept: who moved or left since is told as they stand today."
)


def day(moment: datetime) -> str:
    """Return the day of a moment in the site's time zone, in words."""
    return date_format(timezone.localtime(moment), "j F Y")


def told(person: Person | None, otherwise: str) -> str:
    """Return a person with their agency."""
    return f"{person.name} of {person.agency}" if person else otherwise


def verdict(agency: str, *, visible: bool, at: datetime | None) -> str:
    if at is None:
        return f"{agency} {'sees' if visible else 'cannot see'} this note."
    return f"{agency} {'could' if visible else 'could not'} see this note."


# --- why it is seen --------------------------------------------------------------------------------


def wrote(note: Note) -> str:
    return f"It is the originator: it wrote this note on {day(note.created_at)}."


def shared(given: Given, owner: str) -> str:
    return f"{told(given.by, owner)} shared it with this agency on {day(given.granted_at)}{_allowed(given)}."


def shared_with_all(given: Given, owner: str) -> str:
    return f"{told(given.by, owner)} shared it with the whole partnership on {day(given.granted_at)}{_allowed(given)}."


def shared_with_circle(given: Given, owner: str, circle: str) -> str:
    named = f"the circle {circle}, in which this agency is" if circle else "a circle, in which this agency is"
    return f"{told(given.by, owner)} shared it with {named}, on {day(given.granted_at)}{_allowed(given)}."


def named(given: Given, owner: str, note: Note) -> str:
    if given.person is not None and given.person.pk == note.author_id:
        return f"{given.person.name} wrote it, for named people."
    name = given.person.name if given.person else ""
    when = day(given.granted_at) + _allowed(given)
    return f"{told(given.by, owner)} named {name} on {when}; who is not named does not see it."


def _allowed(given: Given) -> str:
    said = ""
    if given.not_before is not None:
        said += f", from {day(given.not_before)} on"
    if given.expires_at is not None:
        said += f", until {last_day(given.expires_at)}"
    if given.rule is not None:
        words = label(given.rule)
        said += f", as {words[0].lower()}{words[1:]} allows"
    return said


def last_day(moment: datetime) -> str:
    """Return the last day before a moment, in words: what ends at midnight ends with the day before."""
    return day(moment - timedelta(microseconds=1))


# --- why it is not ---------------------------------------------------------------------------------


def not_written_yet(note: Note) -> str:
    return f"There was no such note yet: {note.owner.agency} wrote it on {day(note.created_at)}."


def moved(given: Given) -> str:
    name = given.person.name if given.person else ""
    return f"{name} was named on {day(given.granted_at)}, and is not with this agency any more."


def withdrawn(note: Note) -> str:
    when = day(note.withdrawn_at) if note.withdrawn_at else ""
    return f"{note.owner.agency} withdrew this note on {when}: {_sentence(note.withdrawal_reason)}"


def ended(given: Given, *, with_all: bool) -> str:
    whom = given.person.name if given.person else "the whole partnership" if with_all else "this agency"
    until = (last_day if given.expired else day)(given.ended_at) if given.ended_at else ""
    if given.ended_at and given.ended_at < given.begins:
        return f"It was to be shared with {whom} from {day(given.begins)} on; that ended before."
    by = f"; {told(given.ended_by, '')} ended that" if given.ended_by else ""
    return f"It was shared with {whom} from {day(given.begins)} until {until}{by}."


def later(given: Given) -> str:
    return f"It was shared with it later, on {day(given.begins)}."


def waits(given: Given) -> str:
    return f"It is shared with it from {day(given.begins)} on."


def as_a_former_member() -> str:
    return "It had this note before it left. Who comes back is a new member, and gets nothing back by that."


def never(note: Note, at: datetime | None) -> str:
    """Say why a note was not given to an agency; of the past it is not known what its marking was then."""
    if at is None and note.tlp == Tlp.RED:
        return "Its marking, TLP:RED, is for named people, and nobody of this agency is named."
    if at is None and note.audience == Audience.OWN_AGENCY:
        return f"It is for {note.owner.agency} alone."
    return "This agency was not among those it was shared with."


def who_could_share(note: Note) -> str:
    """Say who could let an agency in; a withdrawn note nobody can share."""
    if note.status != Status.LIVE:
        return "A withdrawn note cannot be shared again."
    if note.audience == Audience.PERSONS:
        return f"Its author, {note.author.name}, could change that."
    return f"The originator, {note.owner.agency}, could change that."


# --- how the agency stands -------------------------------------------------------------------------


def standing(found: Standing, at: datetime | None) -> str:
    """Say how an agency stands or stood in the partnership; and where it is in the way, who could change that."""
    member, coordinator = found.membership, found.membership.partnership.coordinator.name
    since = day(found.since) if found.since else ""
    now = at is None
    match found.state:
        case MembershipStatus.ACTIVE:
            return f"It is an active member, since {since}." if now else f"It was an active member then, since {since}."
        case MembershipStatus.SUSPENDED:
            mend = f" The coordinator, {coordinator}, can end the suspension." if now else ""
            return f"It was suspended on {since}: its people see nothing of the partnership meanwhile.{mend}"
        case MembershipStatus.INVITED:
            mend = " Its lead can accept the invitation." if now else ""
            return f"It was invited on {since}, and had not joined.{mend}"
        case MembershipStatus.WITHDRAWN:
            left = "left the partnership" if member.joined_on else "was invited, and the invitation ended"
            mend = f" The coordinator, {coordinator}, can invite it anew." if now else ""
            return f"It {left} on {since}: it sees nothing of the partnership from then on.{mend}"
    return f"It took no part in the partnership yet: it was invited on {day(member.created_at)}."


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."
