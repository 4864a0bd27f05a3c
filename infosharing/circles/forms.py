"""What people fill in about circles."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.people.actor import Actor
from foundation.forms import LineField
from infosharing.circles.models import Circle
from infosharing.circles.selectors import may_be_invited
from partnership.membership.models import Membership, Partnership


class MemberChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Membership) -> str:
        return obj.agency.name


class MemberChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Membership) -> str:
        return obj.agency.name


class WordsForm(forms.Form):
    show_optional = False

    name = LineField(label=_("Name"), max_length=120)
    purpose = forms.CharField(label=_("What it is for"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class CircleForm(WordsForm):
    is_confidential = forms.BooleanField(
        label=_("Nobody else knows that it exists"),
        required=False,
        help_text=_("Otherwise the partnership knows its name and who keeps it, never who is in it. Chosen once."),
    )
    invited = MemberChoices(
        Membership.objects.none(),
        label=_("Invite"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
        help_text=_("Each is in it once its own lead has accepted."),
    )

    def __init__(self, *args: Any, actor: Actor, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Membership.objects.visible_to(actor).active().filter(partnership=partnership)
        others = others.exclude(agency_id=actor.agency_key).select_related("agency").by_agency_name()
        self.fields["invited"].queryset = others  # type: ignore[attr-defined]


class InvitationForm(forms.Form):
    membership = MemberChoice(Membership.objects.none(), label=_("Member"))

    def __init__(self, *args: Any, actor: Actor, circle: Circle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["membership"].queryset = may_be_invited(actor, circle)  # type: ignore[attr-defined]
