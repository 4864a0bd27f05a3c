"""What people fill in about commitments."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock
from foundation.forms import DayInput, ReasonForm
from partnership.commitments.models import Commitment, Status
from partnership.membership.models import Membership, Partnership
from partnership.membership.policy import may_coordinate
from partnership.responsibilities.forms import MemberChoice
from partnership.responsibilities.models import Responsibility


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        return f"{obj.name} ({obj.agency})"


class CommitmentForm(forms.Form):
    promise = forms.CharField(
        label=_("Promise"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("As a sentence: who will do what, where."),
    )
    owner = MemberChoice(Membership.objects.none(), label=_("Member who promises"), empty_label=_("Choose a member"))
    person = PersonChoice(
        Person.objects.none(),
        label=_("Person who does it"),
        required=False,
        empty_label=_("The member decides"),
        help_text=_("Gets the reminders. Somebody of the member that promises."),
    )
    due_on = forms.DateField(label=_("Due"), widget=DayInput())
    done_when = forms.CharField(
        label=_("Done when"), max_length=500, help_text=_("What counts as done, so that nobody has to argue later.")
    )
    responsibility = forms.ModelChoiceField(
        Responsibility.objects.none(), label=_("Responsibility it comes from"), required=False, empty_label=_("None")
    )

    def __init__(self, *args: Any, actor: Actor, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Membership.objects.visible_to(actor).active().filter(partnership=partnership)
        if not may_coordinate(actor, partnership):
            # the others propose for themselves alone
            members = members.of_agency(actor)
        people = Person.objects.active().human().filter(agency__in=members.values("agency"))
        duties = Responsibility.objects.visible_to(actor).current().filter(partnership=partnership)
        self.fields["owner"].queryset = members.select_related("agency").by_agency_name()  # type: ignore[attr-defined]
        self.fields["person"].queryset = people.select_related("agency").order_by(  # type: ignore[attr-defined]
            "agency__name", "name", "pk"
        )
        self.fields["responsibility"].queryset = duties.order_by("duty", "pk")  # type: ignore[attr-defined]


class AcceptForm(forms.Form):
    person = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Person who does it"),
        empty_label=None,
        help_text=_("Gets the reminders."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = Person.objects.colleagues_of(actor).order_by("name", "pk")
        self.fields["person"].queryset = colleagues  # type: ignore[attr-defined]
        self.fields["person"].initial = actor.person_id


class ClaimForm(forms.Form):
    evidence = forms.CharField(
        label=_("What shows that it is done"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A report, a place, a number of the owning system. No personal data."),
        error_messages={"required": _("Say what shows that it is done.")},
    )


class ReplanForm(ReasonForm):
    due_on = forms.DateField(label=_("New date"), widget=DayInput())
    field_order = ("due_on", "reason")


class CommitmentFilter(forms.Form):
    show_optional = False

    WHOSE = (("", _("Everybody's")), ("ours", _("My agency's")), ("mine", _("Mine")))
    STATES = (("", _("Open")), ("overdue", _("Overdue")), ("all", _("All")), *Status.choices)

    whose = forms.ChoiceField(label=_("Whose"), required=False, choices=WHOSE)
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)

    def apply(self, commitments: models.QuerySet[Commitment], actor: Actor) -> models.QuerySet[Commitment]:
        """Narrow a list to what was chosen; nonsense chooses nothing."""
        self.is_valid()
        return self._in_state(self._of(commitments, actor))

    def _of(self, commitments: Any, actor: Actor) -> Any:
        match self.cleaned_data.get("whose"):
            case "ours":
                return commitments.of_agency(actor)
            case "mine":
                return commitments.filter(person_id=actor.person_id)
            case _:
                return commitments

    def _in_state(self, commitments: Any) -> Any:
        match self.cleaned_data.get("state"):
            case None | "":
                return commitments.open()
            case "overdue":
                return commitments.overdue(clock.today())
            case "all":
                return commitments
            case status:
                return commitments.filter(status=status)
