"""What people choose above a list of notes; it lives in the address."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.people.actor import Actor
from foundation.forms import DayInput
from infosharing.notes.markings import Tlp
from infosharing.notes.searching import MOST_LETTERS
from partnership.agreements.models import Agreement
from partnership.membership.models import Membership, Partnership


class NoteFilter(forms.Form):
    """Words to look for, and which notes to look through. Nonsense chooses nothing."""

    show_optional = False

    q = forms.CharField(
        label=_("Words"), required=False, max_length=MOST_LETTERS, widget=forms.TextInput(attrs={"type": "search"})
    )
    partnership = forms.ChoiceField(label=_("Partnership"), required=False)
    tlp = forms.ChoiceField(label=_("Marking"), required=False, choices=[("", _("Every marking")), *Tlp.choices])
    whose = forms.ChoiceField(
        label=_("Whose"), required=False, choices=[("", _("Everybody's")), ("ours", _("My agency's"))]
    )
    originator = forms.ChoiceField(label=_("Originator"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DayInput())
    until = forms.DateField(label=_("To"), required=False, widget=DayInput())
    # from an agreement's page, and kept while other filters are chosen
    agreement = forms.UUIDField(required=False, widget=forms.HiddenInput())

    def __init__(self, data: Any, *, actor: Actor, partnership: Partnership | None) -> None:
        """Offer what the actor may know of whatever notes there are: their partnerships, and the members of these."""
        super().__init__(data)
        self.actor = actor
        self.within = partnership
        self.partnerships = list(Partnership.objects.visible_to(actor).order_by("name", "pk"))
        if partnership is None and len(self.partnerships) > 1:
            every = [("", _("Every partnership"))]
            self._offer("partnership", every + [(each.slug, each.name) for each in self.partnerships])
        else:
            del self.fields["partnership"]
        members = Membership.objects.visible_to(actor).filter(partnership__in=self.partnerships)
        if partnership is not None:
            members = members.filter(partnership=partnership)
        agencies = members.order_by("agency__name").values_list("agency__public_id", "agency__name").distinct()
        self._offer("originator", [("", _("Every member")), *((str(key), name) for key, name in agencies)])

    @cached_property
    def resting_on(self) -> Agreement | None:
        """The agreement that notes are to rest on, if one was named that the reader sees."""
        self.is_valid()
        wanted = self.cleaned_data.get("agreement")
        return Agreement.objects.visible_to(self.actor).filter(public_id=wanted).first() if wanted else None

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def is_open(self) -> bool:
        """Whether more is chosen than words, marking and whose, so that the rest is shown unfolded."""
        return any(self.data.get(name) for name in ("partnership", "originator", "since", "until"))

    @property
    def words(self) -> str:
        self.is_valid()
        return str(self.cleaned_data.get("q") or "")

    def chosen(self) -> dict[str, Any]:
        """Return the filters of `find_notes`, empty where nothing is chosen."""
        self.is_valid()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        by_slug = {each.slug: each for each in self.partnerships}
        choices = {
            "partnership": self.within or by_slug.get(found.get("partnership", "")),
            "tlp": found.get("tlp"),
            "ours": "whose" in found,
            "originator": UUID(found["originator"]) if "originator" in found else None,
            "agreement": self.resting_on,
            **span(found.get("since"), found.get("until")),
        }
        return {name: value for name, value in choices.items() if value}


def span(since: date | None, until: date | None) -> dict[str, datetime]:
    """Return two days, both within, as the filters of `find_notes`."""
    found = {}
    if since:
        found["since"] = _midnight(since)
    # nothing is written after the last day there is
    if until and until < date.max:
        found["until"] = _midnight(until + timedelta(days=1))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
