"""A draft as its readers get it: what it would be as a note, for whom, and what is still missing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.forms import BoundField
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from accounts.people.actor import actor_for
from infosharing.drafts.models import Draft
from infosharing.drafts.typed import faults_of, form_of
from infosharing.notes.forms import NoteForm
from infosharing.notes.markings import MEANING, Tlp
from infosharing.notes.text import render
from partnership.agreements.comparing import Sides, compare

# these stand on the page by themselves
BY_THEMSELVES = frozenset({"title", "body", "tlp", "audience", "agencies", "circles", "people"})
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
    """

    html: SafeString
    meaning: str
    who: str
    facts: list[dict[str, Any]] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    text: Sides | None = None
    head: Sides | None = None


def shown(draft: Draft) -> Shown:
    """Return a draft as it would be shared by its author now."""
    if not draft.author.is_active:
        return Shown(html=render(_typed(draft, "body")), meaning=_meaning(draft), who="", faults=[GONE])
    writer = actor_for(draft.author)
    form = form_of(draft, writer)
    return Shown(
        html=render(_typed(draft, "body")),
        meaning=_meaning(draft),
        who=form.who_will_see(),
        facts=[*_rows(form)],
        faults=faults_of(draft, form, writer),
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


def _rows(form: NoteForm) -> Iterable[dict[str, Any]]:
    for bound in form:
        if bound.name in BY_THEMSELVES:
            continue
        words = _in_words(bound)
        if words:
            yield {"key": bound.label, "value": words}


def _in_words(bound: BoundField) -> str:
    """Return what was chosen in a field, in words; nothing where nothing was."""
    value = bound.value()
    choices = getattr(bound.field, "choices", None)
    if choices is not None:
        chosen = {str(each) for each in (value if isinstance(value, list | tuple) else [value]) if each}
        return "; ".join(capfirst(str(label)) for key, label in _flat(choices) if str(key) in chosen)
    if isinstance(value, bool) or bound.field.widget.__class__.__name__ == "CheckboxInput":
        return "Yes" if value else "No"
    cleaned = getattr(bound.form, "cleaned_data", {}).get(bound.name)
    return date_format(cleaned, "j F Y") if isinstance(cleaned, date) else str(value or "")


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    return [(key, label) for key, label in choices if key not in ("", None)]
