"""What people fill in about sharing: a rule of a clause, and the question "may this member give that to another?"."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.people.actor import Actor
from foundation.forms import DayInput
from partnership.agreements.models import Category, PersonalData
from partnership.agreements.services.sharing import Members
from partnership.membership.choices import MembersChoice
from partnership.membership.models import Membership, Partnership
from partnership.membership.selectors import members

SMALL_BOXES = {"class": "govuk-checkboxes--small"}


class MemberChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Membership) -> str:
        if obj.status == "active":
            return obj.agency.name
        return f"{obj.agency.name} ({obj.get_status_display()})"


class RuleForm(forms.Form):
    # what is left open says so in its hint: a side is named by ticking one of two
    show_optional = False

    givers = MembersChoice(
        Membership.objects.none(),
        label=_("Who gives"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=SMALL_BOXES),
    )
    from_any = forms.BooleanField(label=_("Any member may give"), required=False)
    receivers = MembersChoice(
        Membership.objects.none(),
        label=_("Who receives"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=SMALL_BOXES),
    )
    to_any = forms.BooleanField(label=_("Any member may receive"), required=False)
    category = forms.ChoiceField(label=_("What it is about"), choices=[("", _("Choose a category")), *Category.choices])
    purpose = forms.CharField(
        label=_("Purpose"), max_length=300, help_text=_("What it is given for, such as: investigation of smuggling.")
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        max_length=300,
        widget=forms.TextInput(attrs={"list": "legal-bases"}),
        help_text=_("The article of law on which it is given. Some are suggested as you type."),
    )
    personal_data = forms.MultipleChoiceField(
        label=_("Personal data of"),
        choices=PersonalData,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=SMALL_BOXES),
        help_text=_("Tick none if it holds no personal data."),
    )
    onward = forms.BooleanField(label=_("Who receives it may pass it on"), required=False)
    until = forms.DateField(
        label=_("Until"),
        widget=DayInput(),
        required=False,
        help_text=_("Leave empty for as long as this version stands."),
    )

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = partnership.memberships.active().select_related("agency").by_agency_name()
        for name in ("givers", "receivers"):
            self.fields[name].queryset = active  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Name both sides as the service takes them."""
        given = super().clean() or {}
        for side, anybody in (("givers", "from_any"), ("receivers", "to_any")):
            given[side] = Members(named=list(given.get(side) or []), any=given.pop(anybody, False))
            if side not in self.errors and bool(given[side].named) == given[side].any:
                # said at once, with whatever else is missing; the service refuses it as well
                self.add_error(side, _("Name members, or tick any member: one of the two."))
        return given


class MayShareForm(forms.Form):
    """The question lives in the address, so that an answer can be sent to a colleague."""

    show_optional = False

    giver = MemberChoice(
        Membership.objects.none(),
        label=_("Who would give"),
        to_field_name="public_id",
        empty_label=_("Choose a member"),
    )
    receiver = MemberChoice(
        Membership.objects.none(),
        label=_("Who would receive"),
        to_field_name="public_id",
        empty_label=_("Choose a member"),
    )
    category = forms.ChoiceField(label=_("What it is about"), choices=[("", _("Choose a category")), *Category.choices])
    personal_data = forms.MultipleChoiceField(
        label=_("It holds personal data of"),
        choices=PersonalData,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=SMALL_BOXES),
        help_text=_("Tick none if it holds no personal data."),
    )

    def __init__(self, *args: Any, actor: Actor, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taking_part = members(actor, partnership).live()  # type: ignore[attr-defined]
        for name in ("giver", "receiver"):
            self.fields[name].queryset = taking_part  # type: ignore[attr-defined]
