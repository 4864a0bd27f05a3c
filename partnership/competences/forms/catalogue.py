"""What people choose in the catalogue: which entries a list shows, and which of them a partnership takes over."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.ui.forms import HintedCheckboxes
from partnership.approaches import Approach
from partnership.competences.models import Entry, EntryCheck
from partnership.competences.models.catalogue import country_name

SEARCHED = ("code", "name", "holder", "legal_basis", "decided_by", "needs_first", "output")
MOST_WORDS = 10
ALL = ("", _("All"))


class CatalogueFilter(forms.Form):
    """What is chosen lives in the address, so that a list can be kept and sent on."""

    show_optional = False

    q = forms.CharField(
        label=_("Words"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    approach = forms.ChoiceField(label=_("Approach"), required=False, choices=[ALL, *Approach.choices])
    country = forms.ChoiceField(label=_("Country"), required=False)
    holder = forms.ChoiceField(label=_("Usually held by"), required=False)
    checked = forms.ChoiceField(label=_("Checked"), required=False, choices=[ALL, *EntryCheck.choices])

    def __init__(self, *args: Any, entries: Collection[Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries = sorted({code for entry in entries for code in entry.countries}, key=country_name)
        self.fields["country"].choices = [ALL, *((code, country_name(code)) for code in countries)]  # type: ignore[attr-defined]
        holders = sorted({entry.holder for entry in entries})
        self.fields["holder"].choices = [ALL, *((holder, holder) for holder in holders)]  # type: ignore[attr-defined]
        self.is_valid()

    def chosen(self, name: str) -> str:
        """Return what was chosen; nonsense chooses nothing."""
        return self.cleaned_data.get(name) or ""

    def apply(self, entries: models.QuerySet[Entry]) -> models.QuerySet[Entry]:
        """Narrow the catalogue to what was chosen; every word has to be there."""
        for word in self.chosen("q").split()[:MOST_WORDS]:
            entries = entries.filter(_any_column_has(word))
        if approach := self.chosen("approach"):
            entries = entries.filter(approaches__contains=[approach])
        if country := self.chosen("country"):
            entries = entries.filter(countries__contains=[country])
        for name in ("holder", "checked"):
            if value := self.chosen(name):
                entries = entries.filter(**{name: value})
        return entries


def _any_column_has(word: str) -> Q:
    found = Q()
    for column in SEARCHED:
        found |= Q(**{f"{column}__icontains": word})
    return found


class CopyChoices(HintedCheckboxes):
    """Tick boxes of which those copied already are marked, and cannot be ticked."""

    copied: Collection[str] = ()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the mark to the option."""
        option = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.copied:
            option["attrs"]["disabled"] = True
            option["selected"] = False
            option["attrs"].pop("checked", None)
        return option


class CopyForm(forms.Form):
    entries = forms.ModelMultipleChoiceField(
        Entry.objects.none(),
        label=_("Competences to copy"),
        to_field_name="code",
        widget=CopyChoices,
        error_messages={
            "required": _("Tick at least one competence."),
            "invalid_choice": _("%(value)s was copied already, or is not in the catalogue."),
            "invalid_list": _("Tick the competences to copy."),
        },
    )

    def __init__(
        self,
        *args: Any,
        offered: models.QuerySet[Entry],
        shown: Collection[Entry],
        copied: Collection[str],
        **kwargs: Any,
    ) -> None:
        """Offer what is not copied yet.

        Args:
            offered: all that may be ticked.
            shown: what the page lists, copied ones included.
            copied: codes of those that the register has already.
        """
        super().__init__(*args, **kwargs)
        field: Any = self.fields["entries"]
        field.queryset = offered
        field.choices = [(entry.code, f"{entry.name} ({entry.code})") for entry in shown]
        field.widget.copied = copied
        field.widget.hints = {entry.code: _hint(entry, is_copied=entry.code in copied) for entry in shown}


def _hint(entry: Entry, *, is_copied: bool) -> str:
    if is_copied:
        return str(_("Copied already."))
    return f"{entry.holder} · {entry.legal_basis} · {entry.what_was_checked}"
