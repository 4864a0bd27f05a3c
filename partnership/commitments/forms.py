"""What people fill in about commitments; the filter of lists is in `filtering`."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation.files.forms import CheckedFileField
from foundation.forms import AskBeforeEmptying, DayInput, ReasonForm
from partnership.agreements.models import STANDING, Clause, Version
from partnership.approaches import Approach
from partnership.commitments import recurrence
from partnership.commitments.models import Commitment
from partnership.competences.models import Competence
from partnership.engagement.models import Input
from partnership.membership.models import Membership, Partnership
from partnership.membership.policy import may_coordinate
from partnership.responsibilities.forms import SMALL, MemberChoice, MembersChoice
from partnership.responsibilities.models import Responsibility


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        return f"{obj.name} ({obj.agency})"


class ClauseChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Clause) -> str:
        return f"{obj.version.agreement}: {obj}"


class CommitmentChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Commitment) -> str:
        return f"{obj.owner.agency}, {obj.due_on:%-d %b %Y}: {obj.promise[:90]}"


def contributors_field() -> MembersChoice:
    return MembersChoice(
        Membership.objects.none(),
        label=_("Members that contribute"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=SMALL),
        help_text=_("They help; the promise stays with the member that makes it."),
    )


def approaches_choice() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Approaches that it serves"),
        required=False,
        choices=Approach.choices,
        widget=forms.CheckboxSelectMultiple(attrs=SMALL),
    )


class CompetenceChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Competence) -> str:
        return obj.name


class InputChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Input) -> str:
        return f"{obj.group}, {obj.received_on:%-d %b %Y}: {obj.said[:90]}"


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
    contributors = contributors_field()
    due_on = forms.DateField(label=_("Due"), widget=DayInput())
    every = forms.ChoiceField(
        label=_("Repeats"),
        required=False,
        choices=[("", _("Does not repeat")), *recurrence.Every.choices],
        help_text=_("When one has ended, the next one is made, accepted already."),
    )
    done_when = forms.CharField(
        label=_("Done when"), max_length=500, help_text=_("What counts as done, so that nobody has to argue later.")
    )
    approaches = approaches_choice()
    responsibility = forms.ModelChoiceField(
        Responsibility.objects.none(), label=_("Responsibility it comes from"), required=False, empty_label=_("None")
    )
    clause = ClauseChoice(
        Clause.objects.none(),
        label=_("Clause it comes from"),
        required=False,
        empty_label=_("None"),
        help_text=_("Of an agreement that is in force."),
    )
    input = InputChoice(
        Input.objects.none(),
        label=_("Input it comes from"),
        required=False,
        empty_label=_("None"),
        to_field_name="public_id",
        help_text=_("What residents, firms or workers said."),
    )
    competence = CompetenceChoice(
        Competence.objects.none(),
        label=_("Competence that it needs"),
        required=False,
        empty_label=_("None"),
        to_field_name="public_id",
        help_text=_("Only a member that holds it can promise this."),
    )

    def __init__(self, *args: Any, actor: Actor, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = Membership.objects.visible_to(actor).active().filter(partnership=partnership)
        # the others propose for themselves alone
        members = active if may_coordinate(actor, partnership) else active.of_agency(actor)
        people = Person.objects.active().human().filter(agency__in=members.values("agency"))
        duties = Responsibility.objects.visible_to(actor).current().filter(partnership=partnership)
        versions = Version.objects.visible_to(actor).filter(partnership=partnership, status__in=STANDING)
        clauses = Clause.objects.filter(version__in=versions).select_related("version__agreement")
        choices: dict[str, Any] = {
            "owner": members.select_related("agency").by_agency_name(),
            "person": people.select_related("agency").order_by("agency__name", "name", "pk"),
            "contributors": active.select_related("agency").by_agency_name(),
            "responsibility": duties.order_by("duty", "pk"),
            "clause": clauses.order_by("version__agreement__title", "version", "number"),
            "input": Input.objects.visible_to(actor)
            .taken_up()
            .filter(partnership=partnership)
            .select_related("group")
            .newest_first(),
            "competence": Competence.objects.visible_to(actor)
            .in_use()
            .filter(partnership=partnership)
            .order_by("name"),
        }
        for name, queryset in choices.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Put the rule in place of how often it repeats."""
        data = super().clean() or {}
        every, due_on = data.pop("every", ""), data.get("due_on")
        data["rule"] = recurrence.rule_for(every, due_on) if due_on else ""
        return data


class PlanForm(AskBeforeEmptying):
    """Who does it, who helps, and what it serves."""

    emptied = ("person", "contributors", "approaches")
    person = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Person who does it"),
        required=False,
        empty_label=_("Nobody named"),
        help_text=_("Gets the reminders."),
    )
    contributors = contributors_field()
    approaches = approaches_choice()

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {
            "person": commitment.person_id,
            "contributors": [member.pk for member in commitment.contributors.all()],
            "approaches": commitment.approaches,
        }
        people = commitment.owner.agency.people.active().human()
        others = Membership.objects.filter(partnership=commitment.partnership_id).exclude(pk=commitment.owner_id)
        # who contributes and is not active any more can stay, and can be taken off
        members = others.filter(Q(status="active") | Q(contributions__commitment=commitment)).distinct()
        self.fields["person"].queryset = people.order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["contributors"].queryset = members.select_related("agency").by_agency_name()  # type: ignore[attr-defined]


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


class BlockForm(ReasonForm):
    blocker = MemberChoice(
        Membership.objects.none(),
        label=_("Member that it waits for"),
        required=False,
        empty_label=_("No member: something else"),
        help_text=_("Its representative is told."),
    )
    blocker_words = forms.CharField(
        label=_("Something else that it waits for"),
        max_length=200,
        required=False,
        help_text=_("Such as a permit, a delivery, a judgment. Fill this in if no member is named."),
    )
    field_order = ("blocker", "blocker_words", "reason")

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("What stands in the way")
        members = Membership.objects.active().filter(partnership=commitment.partnership_id)
        others = members.exclude(pk=commitment.owner_id).select_related("agency").by_agency_name()
        self.fields["blocker"].queryset = others  # type: ignore[attr-defined]


class ClaimForm(forms.Form):
    evidence = forms.CharField(
        label=_("What shows that it is done"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A report, a place, a number of the owning system. No personal data."),
        error_messages={"required": _("Say what shows that it is done.")},
    )
    evidence_link = forms.URLField(
        label=_("Where to find it"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("An address that begins with https://."),
    )

    def clean_evidence_link(self) -> str:
        link: str = self.cleaned_data["evidence_link"]
        if link and not link.startswith("https://"):
            raise forms.ValidationError(_("Give an address that begins with https://."))
        return link


class EvidenceForm(forms.Form):
    """A link or a file."""

    show_optional = False

    title = forms.CharField(
        label=_("What it shows"),
        max_length=200,
        help_text=_("In a few words, such as: report of October. No personal data."),
    )
    link = forms.URLField(
        label=_("Link"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("An address that begins with https://. Leave it empty if you add a file."),
    )
    file = CheckedFileField(label=_("File"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        data = super().clean() or {}
        if not {"link", "file"} & set(self.errors) and bool(data.get("link")) == bool(data.get("file")):
            self.add_error("link", _("Give a link or a file: one of the two."))
        return data


class ReplanForm(ReasonForm):
    due_on = forms.DateField(label=_("New date"), widget=DayInput())
    field_order = ("due_on", "reason")


class AskDateForm(ReplanForm):
    """Another date than the one that is asked for."""

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].label = _("Date by which your agency can do it")
        self.fields["due_on"].initial = commitment.asked_due_on
        self.fields["reason"].initial = commitment.asked_reason


class NeedForm(forms.Form):
    needs = CommitmentChoice(
        Commitment.objects.none(), label=_("What it needs first"), empty_label=_("Choose a commitment")
    )

    def __init__(self, *args: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["needs"].queryset = choices  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """Who leaves, and who takes over."""

    person = forms.ChoiceField(label=_("Whose commitments"), error_messages={"required": _("Choose somebody.")})
    to = PersonChoice(
        Person.objects.none(),
        label=_("Who takes over"),
        empty_label=_("Choose a colleague"),
        to_field_name="public_id",
        help_text=_("Somebody of the same member."),
    )

    def __init__(self, *args: Any, holders: Iterable[tuple[Membership, Person, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holders = {f"{member.public_id}.{person.public_id}": (member, person) for member, person, _n in holders}
        counts = {f"{member.public_id}.{person.public_id}": count for member, person, count in holders}
        choices = [
            (key, f"{person.name} ({member.agency}): {counts[key]} open")
            for key, (member, person) in self.holders.items()
        ]
        self.fields["person"].choices = [("", _("Choose somebody")), *choices]  # type: ignore[attr-defined]
        agencies = {member.agency_id for member, _person in self.holders.values()}
        people = Person.objects.active().human().filter(agency__in=agencies).select_related("agency")
        self.fields["to"].queryset = people.order_by("agency__name", "name", "pk")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Name the member and the person in place of the key, and refuse a colleague of another member."""
        data = super().clean() or {}
        if key := data.get("person"):
            data["member"], data["person"] = self.holders[key]
            if (to := data.get("to")) and to.agency_id != data["member"].agency_id:
                self.add_error("to", _("Choose somebody of the same member."))
            elif to and to.pk == data["person"].pk:
                self.add_error("to", _("Choose somebody else to take over."))
        return data
