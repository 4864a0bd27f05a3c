"""What changed in a note between two versions, word by word."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.people.actor import Actor
from infosharing.notes.markings import Tlp
from infosharing.notes.models import Note, NoteVersion
from partnership.agreements.comparing import Sides, compare


@dataclass(frozen=True, slots=True)
class Change:
    """What is different in a note since an earlier version.

    Attributes:
        before: the earlier version; the later one is the note as it is.
        marking: before and after, where it changed.
        new_conditions: handling conditions that did not stand before.
        gone_conditions: those that do not stand any more.
    """

    before: NoteVersion
    title: Sides
    text: Sides
    marking: tuple[str, str] | None
    new_conditions: Sequence[str]
    gone_conditions: Sequence[str]


def earlier_versions(actor: Actor, note: Note) -> list[NoteVersion]:
    """Return the earlier versions that the actor may see, the newest first."""
    visible = NoteVersion.objects.visible_to(actor).filter(note=note)
    return list(visible.select_related("written_by").order_by("-number"))


def change_since(note: Note, before: NoteVersion) -> Change:
    """Return what is different in a note since an earlier version of it."""
    old, new = before.conditions, note.conditions
    return Change(
        before=before,
        title=compare(before.title, note.title),
        text=compare(before.body, note.body),
        marking=(str(Tlp(before.tlp).label), str(Tlp(note.tlp).label)) if before.tlp != note.tlp else None,
        new_conditions=[condition for condition in new if condition not in old],
        gone_conditions=[condition for condition in old if condition not in new],
    )
