"""What was typed into the form of a note, kept as it was typed, and made a form again."""

from collections.abc import Mapping, Sequence

from django.http import QueryDict

from accounts.people.actor import Actor
from foundation.errors import Invalid
from foundation.words import without_turns
from infosharing.drafts.models import Draft
from infosharing.notes.forms import NoteChangeForm, NoteForm
from infosharing.notes.markings import Audience, Tlp
from infosharing.notes.services import require_shareable

Typed = Mapping[str, Sequence[str]]

LONGEST_TEXT = 20_000
LONGEST_WORDS = 1000
MOST_TICKED = 500
# as much as the database keeps of one (migration 0002), with what its own writing of it adds
LONGEST_OF_ALL = 120_000
FIELDS = frozenset(NoteChangeForm.base_fields)
LISTS = frozenset({"agencies", "circles", "people", "personal_data", "handling"})
CHANGED_SINCE = "The note was changed since this draft was saved. Look at it, and save the draft again."
WITHDRAWN_SINCE = "The note was withdrawn since. Throw this draft away."


def typed_of(data: QueryDict) -> dict[str, list[str]]:
    """Return what was typed, of the fields that a note has, finished or not.

    Of a field that takes one answer the last one counts, as forms have it: there is nothing else to be read or shared.

    Raises:
        Invalid: more than any note could hold.
    """
    typed = {name: data.getlist(name) for name in sorted(FIELDS & set(data))}
    typed = {name: values if name in LISTS else values[-1:] for name, values in typed.items()}
    for name, values in typed.items():
        longest = LONGEST_TEXT if name == "body" else LONGEST_WORDS
        if len(values) > MOST_TICKED or any(len(value) > longest for value in values):
            raise Invalid("This is longer than a note can be.", field=name)
        if any("\x00" in value for value in values):
            raise Invalid("Null characters are not allowed.", field=name)
    if sum(len(value.encode()) for values in typed.values() for value in values) > LONGEST_OF_ALL:
        raise Invalid("This is longer than a note can be.", field="body")
    return typed


def title_of(typed: Typed) -> str:
    return " ".join(without_turns(_first(typed, "title")).split())[:200]


def marking_of(typed: Typed) -> str:
    """Return the marking that was chosen; where none was, the one that a new note has."""
    marking = _first(typed, "tlp")
    return marking if marking in Tlp.values else str(Tlp.AMBER_STRICT)


def leaves_agency(typed: Typed) -> bool:
    """Say whether others are among those for whom it was written."""
    return _first(typed, "audience") != Audience.OWN_AGENCY


def _first(typed: Typed, name: str) -> str:
    return (list(typed.get(name, ())) or [""])[0]


def form_of(draft: Draft, writer: Actor) -> NoteForm:
    """Return the form of a note, filled in as the draft has it and not yet looked at for faults.

    Args:
        writer: whose draft it is: what they may choose is what the form offers.
    """
    data = QueryDict(mutable=True)
    for name, values in draft.typed.items():
        data.setlist(name, values)
    return form_with(draft, writer, data)


def form_with(draft: Draft, writer: Actor, data: QueryDict) -> NoteForm:
    """Return the form of the note that a draft is, with other input."""
    if draft.note is None:
        return NoteForm(data, actor=writer, partnership=draft.partnership, own=draft.member)
    initial = NoteForm.initial_of(draft.note)
    return NoteChangeForm(data, actor=writer, partnership=draft.partnership, own=draft.member, initial=initial)


def faults_of(draft: Draft, form: NoteForm, actor: Actor) -> list[tuple[str, str]]:
    """Return what stands in the way of sharing a draft: the label of the field at fault, and what is wrong with it."""
    if draft.note is not None and draft.note.status != "live":
        return [("The note", WITHDRAWN_SINCE)]
    if draft.note is not None and draft.note.updated_at != draft.note_stood_at:
        return [("The note", CHANGED_SINCE)]
    if not form.is_valid():
        return [(_label(form, name), str(each)) for name, errors in form.errors.items() for each in errors]
    said = form.arguments()
    if draft.note is not None and said["audience"].kind == Audience.PERSONS:
        words = "A change cannot make it a note to named people. Withdraw it, and write another."
        return [(_label(form, "audience"), words)]
    checked = ("tlp", "audience", "review_on", "basis")
    try:
        require_shareable(actor=actor, own=draft.member, **{name: said[name] for name in checked})
    except Invalid as refusal:
        return [(_label(form, refusal.field or ""), refusal.message)]
    return []


def _label(form: NoteForm, name: str) -> str:
    return str(form.fields[name].label) if name in form.fields else "The note"
