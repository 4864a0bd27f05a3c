"""A draft as its readers get it: what it would be as a note, for whom, and what is still missing."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.forms import BoundField
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from accounts.people.actor import Actor, actor_for
from infosharing.attachments.models import Attachment
from infosharing.drafts.models import Draft
from infosharing.drafts.typed import faults_of, form_of
from infosharing.notes.forms import NoteChangeForm, NoteForm
from infosharing.notes.markings import MEANING, Tlp
from infosharing.notes.models import Note
from infosharing.notes.text import render
from partnership.agreements.comparing import Sides, compare

# these stand on the page by themselves
BY_THEMSELVES = frozenset({"title", "body", "tlp", "audience", "agencies", "circles", "people"})
MARKING, WHO = "Marking", "Who will see it"
# told to those who lose it
NOT_OF_THE_NOTE = frozenset({str(NoteChangeForm.base_fields["reason"].label)})
HEAD = ("draft", "author", "state", "marking", "changed")


@dataclass(frozen=True, slots=True)
class Shown:
    """A draft on its page.

    Attributes:
        html: its text.
        who: in one sentence, who will see it.
        facts: what else was chosen, as rows of a summary.
        faults: what stands in the way of sharing it: the field's label, and what is wrong.
        text: where it changes a note, the words before and after.
        head: the same of the title.
        changes: what else it changes of the note: the field's label, before and after.
        files: names of the note's files, which go along.
    """

    html: SafeString
    meaning: str
    who: str
    facts: list[dict[str, Any]] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    text: Sides | None = None
    head: Sides | None = None
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


def shown(actor: Actor, draft: Draft) -> Shown:
    """Return a draft as it would be shared by its author now, for somebody who sees it."""
    if not draft.author.is_active:
        return Shown(html=render(_typed(draft, "body")), meaning=_meaning(draft), who="", faults=[GONE])
    writer = actor_for(draft.author)
    form = form_of(draft, writer)
    # asked first: a day is read as one from then on
    faults = faults_of(draft, form, writer)
    return Shown(
        html=render(_typed(draft, "body")),
        meaning=_meaning(draft),
        who=form.who_will_see(),
        facts=[{"key": label, "value": words} for label, words in _rows(form).items()],
        faults=faults,
        changes=_changes(draft, draft.note, form) if draft.note else [],
        files=_files(actor, draft.note) if draft.note else [],
        text=compare(draft.note.body, _typed(draft, "body")) if draft.note else None,
        head=compare(draft.note.title, draft.title) if draft.note else None,
    )


GONE = ("Author", "is no longer of your agency.")


def row(draft: Draft) -> tuple[object, ...]:
    """Return a draft as a line of a table."""
    return (
        draft.name,
        draft.author.name,
        draft.status,
        draft.get_tlp_display(),
        draft.updated_at.isoformat(),
    )


def _meaning(draft: Draft) -> str:
    return str(MEANING[Tlp(draft.tlp)])


def _typed(draft: Draft, name: str) -> str:
    return str((draft.typed.get(name) or [""])[0])


def _rows(form: NoteForm) -> dict[str, str]:
    """Return what was chosen, in words, by the label of its field."""
    words = {str(bound.label): _in_words(bound) for bound in form if bound.name not in BY_THEMSELVES}
    return {label: said for label, said in words.items() if said}


def _changes(draft: Draft, note: Note, form: NoteForm) -> list[tuple[str, str, str]]:
    """Return what a draft changes of its note beside title and text."""
    stands = NoteChangeForm(
        actor=form.actor, partnership=draft.partnership, own=draft.member, initial=NoteForm.initial_of(note)
    )
    before = _rows(stands) | {MARKING: str(Tlp(note.tlp).label), WHO: stands.who_will_see()}
    after = _rows(form) | {MARKING: str(Tlp(draft.tlp).label), WHO: form.who_will_see()}
    labels = dict.fromkeys((MARKING, WHO, *before, *after))
    pairs = [(label, before.get(label, ""), after.get(label, "")) for label in labels]
    return [pair for pair in pairs if pair[1] != pair[2] and pair[0] not in NOT_OF_THE_NOTE]


def _files(actor: Actor, note: Note) -> list[str]:
    """Return the names of the files of a note that whoever is let in gets with it."""
    files = Attachment.objects.visible_to(actor).there().filter(note=note, waits=False, audience="note")
    return list(files.order_by("pk").values_list("name", flat=True))


def _in_words(bound: BoundField) -> str:
    """Return what was chosen in a field, in words; nothing where nothing was."""
    value = bound.value()
    choices = getattr(bound.field, "choices", None)
    if choices is not None:
        chosen = {str(each) for each in (value if isinstance(value, list | tuple) else [value]) if each}
        return "; ".join(capfirst(str(label)) for key, label in _flat(choices) if str(key) in chosen)
    if isinstance(value, bool) or bound.field.widget.__class__.__name__ == "CheckboxInput":
        return "Yes" if value else "No"
    said = getattr(bound.form, "cleaned_data", {}).get(bound.name) or value
    return date_format(said, "j F Y") if isinstance(said, date) else str(said or "")


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    return [(key, label) for key, label in choices if key not in ("", None)]
