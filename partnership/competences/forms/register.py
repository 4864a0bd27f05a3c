"""Competences, and how members hold them."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.forms import DayInput
from partnership.approaches import Approach
from partnership.competences.facts import Facts
from partnership.competences.models import Competence, Extent, Holding
from partnership.competences.services.catalogue import Description
from partnership.membership.choices import MemberChoice, MembersChoice
from partnership.membership.models import Membership, Partnership

SMALL = {"class": "govuk-checkboxes--small"}
DESCRIBED = ("name", "approaches", "used_for", "legal_basis", "needs_first", "output")


class CompetenceForm(forms.Form):
    name = forms.CharField(
        label=_("Competence"), max_length=300, help_text=_("What one can do with it, as a verb: close premises.")
    )
    approaches = forms.MultipleChoiceField(
        label=_("Approaches"), choices=Approach.choices, widget=forms.CheckboxSelectMultiple(attrs=SMALL)
    )
    used_for = forms.CharField(
        label=_("Used here for"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Phenomena, goods and places, in the words that people search with: containers, front businesses."),
    )
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=300, required=False)
    needs_first = forms.CharField(
        label=_("Needs first"), max_length=300, required=False, help_text=_("What the law asks for before it is used.")
    )
    output = forms.CharField(label=_("Typical output"), max_length=200, required=False)

    def description(self) -> Description:
        """Return what the service takes."""
        return Description(**{name: self.cleaned_data[name] for name in DESCRIBED})

    @staticmethod
    def initial_of(competence: Competence) -> dict[str, Any]:
        return {name: getattr(competence, name) for name in DESCRIBED}


class ConfirmCompetenceForm(forms.Form):
    against = forms.CharField(
        label=_("Checked against"),
        max_length=300,
        help_text=_("The law, the decision or the person that it was checked against. Everybody reads it."),
        error_messages={"required": _("Say against what you checked it.")},
    )


class NeedsChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Competence) -> str:
        return obj.name


class HoldingForm(forms.Form):
    """How a member holds a competence. The member is chosen unless the page is about one."""

    membership = MemberChoice(
        Membership.objects.none(), label=_("Member"), empty_label=_("Choose a member"), to_field_name="public_id"
    )
    extent = forms.ChoiceField(label=_("Holds it"), choices=Extent.choices, widget=forms.RadioSelect())
    decided_by = forms.CharField(
        label=_("Who decides"), max_length=200, required=False, help_text=_("The function that decides on its use.")
    )
    lead_days = forms.IntegerField(
        label=_("Lead time in days"),
        required=False,
        min_value=0,
        max_value=3650,
        help_text=_("From asking until it works; 0 for at once. Leave it empty if nobody knows."),
    )
    capacity = forms.CharField(
        label=_("Capacity"), max_length=200, required=False, help_text=_("How much of it there is: two teams.")
    )
    limits = forms.CharField(
        label=_("Limits"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What it may not be used for or given to. All members read this."),
    )
    needs = NeedsChoice(
        Competence.objects.none(),
        label=_("Needs first, from a member"),
        required=False,
        to_field_name="name",
        widget=forms.CheckboxSelectMultiple(attrs=SMALL),
        help_text=_("Competences that have to be used before this one, such as a report."),
    )
    needs_words = forms.CharField(label=_("Needs first, in words"), max_length=300, required=False)
    valid_until = forms.DateField(label=_("Valid until"), required=False, widget=DayInput())
    note = forms.CharField(
        label=_("Why this change"), max_length=500, required=False, help_text=_("The history keeps it.")
    )

    def __init__(self, *args: Any, competence: Competence, members: QuerySet[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = competence.partnership.competences.in_use().exclude(pk=competence.pk).order_by("name", "pk")
        self.fields["membership"].queryset = members  # type: ignore[attr-defined]
        self.fields["needs"].queryset = others  # type: ignore[attr-defined]

    def facts(self) -> Facts:
        """Return what the service takes."""
        data = self.cleaned_data
        plain = {name: data[name] for name in Facts.__slots__ if name != "needs"}
        return Facts(**plain, needs=tuple(sorted(need.name for need in data["needs"])))

    @staticmethod
    def initial_of(holding: Holding) -> dict[str, Any]:
        facts = Facts.of(holding)
        return {name: getattr(facts, name) for name in Facts.__slots__} | {"membership": holding.membership.public_id}


class RemarkForm(forms.Form):
    text = forms.CharField(label=_("Remark"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    readers = MembersChoice(
        Membership.objects.none(),
        label=_("Who may read it"),
        required=False,
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple(attrs=SMALL),
        help_text=_("These members and your own, nobody else. With none ticked it stays with your own."),
    )

    def __init__(self, *args: Any, members: QuerySet[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["readers"].queryset = members  # type: ignore[attr-defined]


class RegisterFilter(forms.Form):
    show_optional = False

    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    approach = forms.ChoiceField(
        label=_("Approach"), required=False, choices=[("", _("Every approach")), *Approach.choices]
    )
    member = MemberChoice(
        Membership.objects.none(), label=_("Member"), required=False, empty_label=_("All members"),
        to_field_name="public_id",
    )  # fmt: skip
    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("All in use")),
            ("nobody", _("Held by nobody")),
            ("one", _("Held by one member alone")),
            ("to_check", _("To be checked locally")),
            ("retired", _("Out of use")),
        ],
    )

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = partnership.memberships.active().select_related("agency").by_agency_name()
        self.fields["member"].queryset = members  # type: ignore[attr-defined]

    def apply(self, listed: QuerySet[Competence]) -> list[Competence]:
        """Return what was chosen; what does not hold together chooses nothing less."""
        data = self.cleaned_data if self.is_valid() else {}
        state = data.get("state", "")
        listed = listed.filter(retired_at__isnull=state != "retired")
        for word in data.get("q", "").split():
            listed = listed.filter(
                Q(name__icontains=word) | Q(used_for__icontains=word) | Q(legal_basis__icontains=word)
            )
        if approach := data.get("approach"):
            listed = listed.filter(approaches__contains=[approach])
        if member := data.get("member"):
            held = Holding.objects.held(clock.today()).filter(membership=member)
            listed = listed.filter(pk__in=held.values("competence"))
        if state == "to_check":
            listed = listed.filter(confirmed_at__isnull=True)
        wanted = {"nobody": 0, "one": 1}.get(state)
        return [one for one in listed if wanted is None or len(one.held) == wanted]  # type: ignore[attr-defined]
