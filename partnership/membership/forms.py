"""What people fill in about partnerships and members."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.agencies.models import Agency
from accounts.people.models import Person
from foundation import clock
from foundation.forms import AskBeforeEmptying, DayInput
from partnership.membership.models import Membership, MembershipRole, MembershipStatus, Partnership


class PartnershipForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    city = forms.CharField(label=_("City"), max_length=100)
    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("In a sentence or two: what you want to achieve together, and where."),
    )
    review_date = forms.DateField(
        label=_("Review date"),
        widget=DayInput(),
        help_text=_("When the members look again at what they agreed."),
    )

    def clean_review_date(self) -> object:
        day = self.cleaned_data["review_date"]
        if day <= clock.today() and day != self.initial.get("review_date"):
            raise forms.ValidationError(_("Choose a day after today."))
        return day


class FoundForm(PartnershipForm):
    slug = forms.SlugField(
        label=_("Address"),
        max_length=80,
        help_text=_("Ends the address of its pages: small letters, digits and hyphens, such as harbour-north."),
        error_messages={"invalid": _("Use small letters, digits and hyphens, such as harbour-north.")},
    )
    field_order = ("name", "slug", "city", "purpose", "review_date")

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower()
        if slug == "new":
            raise forms.ValidationError(_("This address is taken. Choose another."))
        return slug


class AgencyChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Agency) -> str:
        # every city has a police
        return obj.name if not obj.city or obj.city in obj.name else f"{obj.name}, {obj.city}"


class InviteForm(forms.Form):
    agency = AgencyChoice(Agency.objects.none(), label=_("Agency"), empty_label=_("Choose an agency"))
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect, initial=MembershipRole.CORE)

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taking_part = partnership.memberships.live().values("agency")
        self.fields["agency"].queryset = Agency.objects.exclude(pk__in=taking_part).by_name()  # type: ignore[attr-defined]
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            choice for choice in MembershipRole.choices if choice[0] != MembershipRole.COORDINATOR
        ]


class RepresentativesForm(AskBeforeEmptying):
    emptied = ("representative", "deputy")

    representative = forms.ModelChoiceField(
        Person.objects.none(), label=_("Representative"), required=False, empty_label=_("Nobody yet")
    )
    representative_mandate = forms.CharField(
        label=_("Mandate of the representative"),
        max_length=300,
        required=False,
        help_text=_("What this person may decide for the agency, such as: commit staff up to 40 hours a month."),
    )
    deputy = forms.ModelChoiceField(
        Person.objects.none(), label=_("Deputy"), required=False, empty_label=_("Nobody yet")
    )
    deputy_mandate = forms.CharField(label=_("Mandate of the deputy"), max_length=300, required=False)

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = membership.agency.people.active().human().order_by("name", "pk")
        for name in ("representative", "deputy"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]


class MemberFilter(forms.Form):
    show_optional = False

    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("All but withdrawn")), *MembershipStatus.choices]
    )

    def apply(self, memberships: models.QuerySet[Membership]) -> models.QuerySet[Membership]:
        """Narrow a list of members to what was chosen; nonsense chooses nothing."""
        status = self.cleaned_data.get("status") if self.is_valid() else ""
        return memberships.filter(status=status) if status else memberships.live()  # type: ignore[attr-defined]
