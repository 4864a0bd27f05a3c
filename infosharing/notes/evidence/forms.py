"""Choosing a note that shows how a commitment is kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.people.actor import Actor
from infosharing.notes.models import Note, NoteEvidence
from infosharing.notes.selectors import newest_notes
from partnership.commitments.models import Commitment

# a longer list is no choice any more
NEWEST = 100


class NoteChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Note) -> str:
        return f"{obj.title} ({obj.get_tlp_display()}, {obj.owner.agency}, {obj.created_at:%-d %b %Y})"


class NoteEvidenceForm(forms.Form):
    note = NoteChoice(
        Note.objects.none(),
        label=_("Note"),
        empty_label=_("Choose a note"),
        to_field_name="public_id",
        help_text=_("The newest hundred of this partnership that you may see."),
    )

    def __init__(self, *args: Any, actor: Actor, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = NoteEvidence.objects.visible_to(actor).filter(commitment=commitment).values("note")
        newest = newest_notes(actor, partnership=commitment.partnership, limit=NEWEST)
        offered = Note.objects.visible_to(actor).live().filter(pk__in=[note.pk for note in newest])
        self.fields["note"].queryset = (  # type: ignore[attr-defined]
            offered.exclude(pk__in=named).select_related("owner__agency").newest_first()
        )
