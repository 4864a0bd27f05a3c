"""What people fill in about responsibilities."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.actor import Actor
from foundation.forms import DayInput
from partnership.agreements.models import Agreement, Clause, Version
from partnership.approaches import Approach
from partnership.membership.choices import MemberChoice, MembersChoice
from partnership.membership.models import Membership, Partnership
from partnership.responsibilities.models import Part, Period, Responsibility, Status
from partnership.responsibilities.services import Wording

# eight members three times over: small boxes keep the page short
SMALL = {"class": "govuk-checkboxes--small"}
PART_FIELDS = {Part.RESPONSIBLE: "responsible", Part.CONSULTED: "consulted", Part.INFORMED: "informed"}


# what is taken over as it was typed
PLAIN = ("duty", "measure", "period", "approaches", "valid_from", "valid_until")


def clauses_of(actor: Actor, partnership: Partnership) -> models.QuerySet[Clause]:
    """Return the clauses that a duty can come from: of versions that have not ended, the actor's to see."""
    versions = Version.objects.visible_to(actor).filter(partnership=partnership)
    lasting = versions.exclude(status__in=("superseded", "expired", "terminated"))
    return (
        Clause.objects.filter(version__in=lasting)
        .select_related("version__agreement")
        .order_by("version__agreement__title", "version__number", "number")
    )


class ClauseChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Clause) -> str:
        return f"{obj.version}: {obj}"


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
        help_text=_("Those who do the work. If none is ticked, the accountable member does it."),
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
    approaches = forms.MultipleChoiceField(
        label=_("Approaches"), required=False, choices=Approach, widget=forms.CheckboxSelectMultiple(attrs=SMALL)
    )
    clause = ClauseChoice(
        Clause.objects.none(),
        label=_("Clause it comes from"),
        required=False,
        empty_label=_("None"),
        to_field_name="public_id",
    )
    valid_from = forms.DateField(label=_("From"), required=False, widget=DayInput())
    valid_until = forms.DateField(label=_("Until"), required=False, widget=DayInput())

    def __init__(self, *args: Any, actor: Actor, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = partnership.memberships.active().select_related("agency").by_agency_name()
        for name in ("accountable", *PART_FIELDS.values()):
            self.fields[name].queryset = members  # type: ignore[attr-defined]
        self.fields["clause"].queryset = clauses_of(actor, partnership)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a member with two parts, at the field where the second one is. Who is accountable may do the work."""
        data = super().clean() or {}
        taken: set[Membership] = set()
        for name in PART_FIELDS.values():
            if name == PART_FIELDS[Part.CONSULTED] and data.get("accountable"):
                taken.add(data["accountable"])
            for member in data.get(name) or ():
                if member in taken:
                    self.add_error(name, _("%(member)s has another part already.") % {"member": member.agency})
                taken.add(member)
        return data

    def wording(self) -> Wording:
        """Return what the service takes."""
        data = self.cleaned_data
        parts = {member: part for part, name in PART_FIELDS.items() for member in data[name]}
        return Wording(**{name: data[name] for name in (*PLAIN, "accountable", "clause")}, parts=parts)

    @staticmethod
    def initial_of(responsibility: Responsibility) -> dict[str, Any]:
        by_part: dict[str, list[int]] = {name: [] for name in PART_FIELDS.values()}
        for row in responsibility.parts.all():
            by_part[PART_FIELDS[Part(row.part)]].append(row.membership_id)
        plain = {name: getattr(responsibility, name) for name in PLAIN}
        clause = responsibility.clause.public_id if responsibility.clause else None
        return {**plain, "accountable": responsibility.accountable_id, "clause": clause, **by_part}


class ResponsibilityFilter(forms.Form):
    show_optional = False

    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("All but ended")), *Status.choices])
    member = MemberChoice(
        Membership.objects.none(), label=_("Member"), required=False, empty_label=_("All members"),
        to_field_name="public_id",
    )  # fmt: skip
    approach = forms.ChoiceField(
        label=_("Approach"), required=False, choices=[("", _("Every approach")), *Approach.choices]
    )
    agreement = forms.ModelChoiceField(
        Agreement.objects.none(), label=_("Agreement or strand"), required=False, empty_label=_("All"),
        to_field_name="public_id",
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = partnership.memberships.live().select_related("agency").by_agency_name()
        self.fields["member"].queryset = members  # type: ignore[attr-defined]
        agreements = Agreement.objects.visible_to(actor).filter(partnership=partnership).order_by("title", "pk")
        self.fields["agreement"].queryset = agreements  # type: ignore[attr-defined]

    def apply(self, responsibilities: models.QuerySet[Responsibility]) -> models.QuerySet[Responsibility]:
        """Narrow a list to what was chosen; nonsense chooses nothing."""
        self.is_valid()
        status, member = self.cleaned_data.get("status"), self.cleaned_data.get("member")
        chosen: Any = responsibilities.filter(status=status) if status else responsibilities.current()  # type: ignore[attr-defined]
        if member:
            chosen = chosen.involving(member.pk)
        if approach := self.cleaned_data.get("approach"):
            chosen = chosen.filter(approaches__contains=[approach])
        if agreement := self.cleaned_data.get("agreement"):
            chosen = chosen.filter(clause__version__agreement=agreement)
        return chosen
