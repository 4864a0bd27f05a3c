"""What people fill in about responsibilities."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from partnership.membership.models import Membership, Partnership
from partnership.responsibilities.models import Part, Period, Responsibility, Status

# eight members three times over: small boxes keep the page short
SMALL = {"class": "govuk-checkboxes--small"}
PART_FIELDS = {Part.RESPONSIBLE: "responsible", Part.CONSULTED: "consulted", Part.INFORMED: "informed"}


class MemberChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Membership) -> str:
        return obj.agency.name


class MembersChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Membership) -> str:
        return obj.agency.name


class ResponsibilityForm(forms.Form):
    duty = forms.CharField(
        label=_("Duty"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is expected, as a sentence: who does what, for whom."),
    )
    measure = forms.CharField(
        label=_("Measure"), max_length=500, help_text=_("How everybody can see that it is being done.")
    )
    period = forms.ChoiceField(label=_("How often"), choices=Period)
    accountable = MemberChoice(
        Membership.objects.none(),
        label=_("Accountable"),
        empty_label=_("Choose a member"),
        help_text=_("Exactly one member. Its lead is asked to accept."),
    )
    responsible = MembersChoice(
        Membership.objects.none(),
        label=_("Responsible"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=SMALL),
        help_text=_("Those who do the work with the accountable member."),
    )
    consulted = MembersChoice(
        Membership.objects.none(),
        label=_("Consulted"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=SMALL),
    )
    informed = MembersChoice(
        Membership.objects.none(),
        label=_("Informed"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=SMALL),
    )

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = partnership.memberships.active().select_related("agency").by_agency_name()
        for name in ("accountable", *PART_FIELDS.values()):
            self.fields[name].queryset = members  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a member with two parts, at the field where the second one is."""
        data = super().clean() or {}
        taken = {data["accountable"]} if data.get("accountable") else set()
        for name in PART_FIELDS.values():
            for member in data.get(name) or ():
                if member in taken:
                    self.add_error(name, _("%(member)s has another part already.") % {"member": member.agency})
                taken.add(member)
        return data

    def wording(self) -> dict[str, Any]:
        """Return the arguments of the service."""
        data = self.cleaned_data
        parts = {member: part for part, name in PART_FIELDS.items() for member in data[name]}
        return {name: data[name] for name in ("duty", "measure", "period", "accountable")} | {"parts": parts}

    @staticmethod
    def initial_of(responsibility: Responsibility) -> dict[str, Any]:
        by_part: dict[str, list[int]] = {name: [] for name in PART_FIELDS.values()}
        for row in responsibility.parts.all():
            by_part[PART_FIELDS[Part(row.part)]].append(row.membership_id)
        wording = {name: getattr(responsibility, name) for name in ("duty", "measure", "period")}
        return {**wording, "accountable": responsibility.accountable_id, **by_part}


class ResponsibilityFilter(forms.Form):
    show_optional = False

    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("All but ended")), *Status.choices])
    member = MemberChoice(
        Membership.objects.none(), label=_("Member"), required=False, empty_label=_("All members"),
        to_field_name="public_id",
    )  # fmt: skip

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = partnership.memberships.live().select_related("agency").by_agency_name()
        self.fields["member"].queryset = members  # type: ignore[attr-defined]

    def apply(self, responsibilities: models.QuerySet[Responsibility]) -> models.QuerySet[Responsibility]:
        """Narrow a list to what was chosen; nonsense chooses nothing."""
        self.is_valid()
        status, member = self.cleaned_data.get("status"), self.cleaned_data.get("member")
        chosen: Any = responsibilities.filter(status=status) if status else responsibilities.current()  # type: ignore[attr-defined]
        return chosen.involving(member.pk) if member else chosen
