"""What people fill in about groups and inputs."""

from typing import Any

from django import forms
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.people.actor import Actor
from foundation import clock
from foundation.forms import DayInput
from partnership.engagement.models import Group, Input, Status, Way
from partnership.engagement.services import Words
from partnership.membership.choices import MemberChoice
from partnership.membership.models import Membership, Partnership
from partnership.membership.policy import own_membership


class GroupForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("As people here say it, such as: shop owners on the Hoogstraat.")
    )
    description = forms.CharField(
        label=_("Who they are"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What concerns them, roughly how many. No names."),
    )
    reached_through = forms.CharField(
        label=_("How they are reached"),
        max_length=200,
        required=False,
        help_text=_("An association, a district manager, an organisation that helps victims."),
    )

    @staticmethod
    def initial_of(group: Group) -> dict[str, Any]:
        return {name: getattr(group, name) for name in ("name", "description", "reached_through")}


class InputForm(forms.Form):
    group = forms.ModelChoiceField(
        Group.objects.none(), label=_("Who said it"), empty_label=_("Choose a group"), to_field_name="public_id"
    )
    place = forms.CharField(
        label=_("Place or district"), max_length=200, required=False, help_text=_("A district, a street, a terminal.")
    )
    received_on = forms.DateField(label=_("When"), widget=DayInput())
    way = forms.ChoiceField(
        label=_("How"), choices=Way, widget=forms.RadioSelect(attrs={"class": "govuk-radios--small"})
    )
    said = forms.CharField(
        label=_("What was said"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("In your own words. No personal data: nobody's name, address, number plate or telephone number."),
    )
    given_to = MemberChoice(
        Membership.objects.none(),
        label=_("Member that answers"),
        empty_label=_("Choose a member"),
        help_text=_("The one to which it was said, or which can do something about it. It has 30 days."),
    )

    def __init__(
        self, *args: Any, actor: Actor, partnership: Partnership, found: Input | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        groups = Group.objects.visible_to(actor).filter(partnership=partnership).order_by("name", "pk")
        members = Membership.objects.visible_to(actor).filter(partnership=partnership)
        # whoever it was given to may stay, also when it is not active any more
        offered = members.filter(Q(status="active") | Q(pk=found.given_to_id if found else None))
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        self.fields["given_to"].queryset = offered.select_related("agency").by_agency_name()  # type: ignore[attr-defined]
        if found is None:
            own = own_membership(actor, partnership)
            self.initial = {"received_on": clock.today(), "given_to": own.pk if own else None, **self.initial}
        else:
            plain = {name: getattr(found, name) for name in ("place", "received_on", "way", "said")}
            self.initial = {**plain, "group": found.group.public_id, "given_to": found.given_to_id}

    def words(self) -> Words:
        """Return what the service takes."""
        return Words(**self.cleaned_data)


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("What was done with it"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("As it was told to the group: you said this, we did that. No personal data."),
        error_messages={"required": _("Say what was done with it.")},
    )
    answered_on = forms.DateField(label=_("On which day the group was told"), widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("answered_on", clock.today())


class InputFilter(forms.Form):
    show_optional = False

    STATES = (("", _("All")), ("open", _("Waiting for an answer")), ("late", _("Waiting for longer than 30 days")))

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[*STATES, *[choice for choice in Status.choices if choice[0] != Status.RECEIVED]],
    )
    group = forms.ModelChoiceField(
        Group.objects.none(), label=_("Group"), required=False, empty_label=_("All groups"), to_field_name="public_id"
    )
    member = MemberChoice(
        Membership.objects.none(), label=_("Member that answers"), required=False, empty_label=_("All members"),
        to_field_name="public_id",
    )  # fmt: skip
    place = forms.CharField(label=_("Place or district"), required=False, max_length=200)

    def __init__(self, *args: Any, actor: Actor, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = Group.objects.visible_to(actor).filter(partnership=partnership).order_by("name", "pk")
        members = Membership.objects.visible_to(actor).filter(partnership=partnership)
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        self.fields["member"].queryset = members.select_related("agency").by_agency_name()  # type: ignore[attr-defined]

    def apply(self, inputs: models.QuerySet[Input]) -> models.QuerySet[Input]:
        """Narrow a list to what was chosen; nonsense chooses nothing."""
        self.is_valid()
        chosen: Any = self._in_state(inputs)
        if group := self.cleaned_data.get("group"):
            chosen = chosen.filter(group=group)
        if member := self.cleaned_data.get("member"):
            chosen = chosen.filter(given_to=member)
        if place := self.cleaned_data.get("place"):
            chosen = chosen.filter(place__icontains=place)
        return chosen

    def _in_state(self, inputs: Any) -> Any:
        match self.cleaned_data.get("state"):
            case None | "":
                return inputs
            case "open":
                return inputs.unanswered()
            case "late":
                return inputs.late(clock.today())
            case status:
                return inputs.filter(status=status)
