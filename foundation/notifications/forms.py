"""What people fill in about their mail."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from foundation.audit.services import Doer
from foundation.notifications import kinds
from foundation.notifications.models import WEEKDAYS, KindPreference, Preference
from foundation.notifications.timing import Cadence

PLAIN = ("cadence", "time_zone", "quiet_from", "quiet_until", "gathered_at", "weekday")


def time_zones() -> list[tuple[str, str]]:
    """Return the zones that have a city in their name, and UTC; the site's own first."""
    named = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
    return [("", f"{settings.TIME_ZONE} ({_('as the site')})"), ("UTC", "UTC"), *((zone, zone) for zone in named)]


class TimeInput(forms.TimeInput):
    """The browser's own field for a time of day."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class MailForm(forms.Form):
    show_optional = False

    cadence = forms.ChoiceField(label=_("Mail"), choices=Cadence, widget=forms.RadioSelect)
    gathered_at = forms.TimeField(label=_("Gathered mail at"), widget=TimeInput())
    weekday = forms.TypedChoiceField(label=_("Weekly mail on"), choices=WEEKDAYS, coerce=int)
    quiet_from = forms.TimeField(
        label=_("Quiet from"),
        required=False,
        widget=TimeInput(),
        help_text=_("No mail arrives in the quiet hours. Leave both empty for none."),
    )
    quiet_until = forms.TimeField(label=_("Quiet until"), required=False, widget=TimeInput())
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = time_zones()  # type: ignore[attr-defined]
        for kind in kinds.all_kinds():
            self.fields[_field(kind.slug)] = forms.ChoiceField(
                label=str(kind.label), required=False, choices=[("", _("As the others")), *Cadence.choices]
            )

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the service."""
        by_kind = {kind.slug: self.cleaned_data[_field(kind.slug)] for kind in kinds.all_kinds()}
        return {name: self.cleaned_data[name] for name in PLAIN} | {"by_kind": by_kind}

    @property
    def has_exceptions(self) -> bool:
        """Whether some kind is to come otherwise than the others, or was filled in wrongly."""
        return any(field.value() or field.errors for field in self.kind_fields)

    @property
    def kind_fields(self) -> list[forms.BoundField]:
        return [self[_field(kind.slug)] for kind in kinds.all_kinds()]

    @staticmethod
    def initial_of(actor: Doer) -> dict[str, Any]:
        preference = Preference.objects.filter(person_id=actor.person_id).first() or Preference()
        chosen = KindPreference.objects.filter(person_id=actor.person_id).values_list("kind", "cadence")
        by_kind = {_field(slug): cadence for slug, cadence in chosen}
        return {name: getattr(preference, name) for name in PLAIN} | by_kind


def _field(slug: str) -> str:
    return f"kind-{slug}"
