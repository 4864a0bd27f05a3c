"""What is filled in while a meeting sits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.people.actor import Actor
from accounts.people.models import Person
from partnership.commitments.forms import CommitmentForm, CompetenceChoice
from partnership.competences.models import Competence
from partnership.meetings.forms import PersonOfMember, active_members
from partnership.meetings.models import AgendaItem, Decision, DecisionRule, ItemStatus, Meeting, Presence
from partnership.meetings.selectors import Seat
from partnership.meetings.services import Represented
from partnership.membership.models import Membership, Partnership
from partnership.responsibilities.forms import MemberChoice


class AttendanceForm(forms.Form):
    """A row for each active member: how it is represented, and by whom. What was announced is filled in already."""

    show_optional = False

    BEFORE = {"coming": Presence.PRESENT, "deputy": Presence.DEPUTY, "apology": Presence.APOLOGY, "": ""}

    def __init__(self, *args: Any, seats: list[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = seats
        agencies = [seat.member.agency_id for seat in seats]
        everybody = Person.objects.active().human().filter(agency__in=agencies).order_by("name", "pk")
        for seat in seats:
            key, row, agency = seat.member.public_id, seat.attendance, seat.member.agency
            self.fields[f"status-{key}"] = forms.ChoiceField(
                label=_("Attendance of %s") % agency,
                choices=[("", _("Not on record")), *Presence.choices],
                required=False,
                initial=seat.status or self.BEFORE[seat.announced],
            )
            self.fields[f"person-{key}"] = PersonOfMember(
                everybody.filter(agency=agency),
                label=_("Who came for %s") % agency,
                required=False,
                empty_label=_("Nobody named"),
                initial=row.person_id if row else seat.member.representative_id,
            )
            self.fields[f"name-{key}"] = forms.CharField(
                label=_("Somebody without an account for %s") % agency,
                max_length=200,
                required=False,
                initial=row.name if row else "",
            )

    def rows(self) -> list[dict[str, Any]]:
        """Return what a table needs: each seat with its three fields."""
        return [
            {"seat": seat, **{name: self[f"{name}-{seat.member.public_id}"] for name in ("status", "person", "name")}}
            for seat in self.seats
        ]

    def represented(self) -> list[Represented]:
        """Return what is to be put on record; members of whom nothing is said are left out."""
        data = self.cleaned_data
        return [
            Represented(
                member=seat.member,
                status=data[f"status-{seat.member.public_id}"],
                person=None if data[f"name-{seat.member.public_id}"] else data[f"person-{seat.member.public_id}"],
                name=data[f"name-{seat.member.public_id}"],
            )
            for seat in self.seats
            if data[f"status-{seat.member.public_id}"]
        ]


class OutcomeForm(forms.Form):
    status = forms.ChoiceField(
        label=_("What became of this item"),
        choices=[(ItemStatus.DONE, ItemStatus.DONE.label), (ItemStatus.POSTPONED, ItemStatus.POSTPONED.label)],
        widget=forms.RadioSelect,
        initial=ItemStatus.DONE,
    )
    outcome = forms.CharField(
        label=_("Outcome"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What the minutes will say. No personal data."),
    )


class DecisionWords(forms.Form):
    text = forms.CharField(
        label=_("Decision"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("In full sentences."),
    )
    options = forms.CharField(
        label=_("Options considered"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    rule = forms.ChoiceField(
        label=_("How it was decided"),
        choices=DecisionRule.choices,
        widget=forms.RadioSelect,
        initial=DecisionRule.CONSENSUS,
    )
    decided_by = MemberChoice(
        Membership.objects.none(),
        label=_("Member that decided alone"),
        required=False,
        empty_label=_("No member alone"),
    )
    competence = forms.CharField(
        label=_("Competence used"),
        max_length=300,
        required=False,
        help_text=_("The power it rests on, such as: closure order under the municipal by-law."),
    )
    rests_on = CompetenceChoice(
        Competence.objects.none(),
        label=_("Competence of the register"),
        required=False,
        empty_label=_("None"),
        to_field_name="public_id",
        help_text=_("Who decides alone must hold it."),
    )

    def __init__(self, *args: Any, actor: Actor, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decided_by"].queryset = active_members(actor, partnership)  # type: ignore[attr-defined]
        known = Competence.objects.visible_to(actor).in_use().filter(partnership=partnership)
        self.fields["rests_on"].queryset = known.order_by("name")  # type: ignore[attr-defined]


class ItemChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: AgendaItem) -> str:
        return obj.title


class DecisionChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Decision) -> str:
        return f"{obj.label}: {obj.text[:80]}"


class DecisionForm(DecisionWords):
    item = ItemChoice(AgendaItem.objects.none(), label=_("Item"), required=False, empty_label=_("No item"))
    corrects = DecisionChoice(
        Decision.objects.none(),
        label=_("Corrects an earlier decision"),
        required=False,
        empty_label=_("None"),
        help_text=_("The earlier one stays on record and refers to this one."),
    )

    def __init__(self, *args: Any, actor: Actor, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, partnership=meeting.partnership, **kwargs)
        items = AgendaItem.objects.visible_to(actor).filter(meeting=meeting).on_agenda().in_order()
        earlier = Decision.objects.visible_to(actor).filter(partnership=meeting.partnership).exclude(meeting=meeting)
        self.fields["item"].queryset = items  # type: ignore[attr-defined]
        self.fields["corrects"].queryset = earlier.newest_first()  # type: ignore[attr-defined]


class DissentForm(forms.Form):
    member = MemberChoice(Membership.objects.none(), label=_("Member"), empty_label=_("Choose a member"))
    text = forms.CharField(
        label=_("What it does not agree with"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, actor: Actor, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = active_members(actor, partnership)  # type: ignore[attr-defined]


class MadeForm(CommitmentForm):
    """A commitment made in the session."""

    item = ItemChoice(AgendaItem.objects.none(), label=_("Item"), required=False, empty_label=_("No item"))
    decision = DecisionChoice(
        Decision.objects.none(), label=_("Decision that it follows from"), required=False, empty_label=_("None")
    )

    def __init__(self, *args: Any, actor: Actor, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, partnership=meeting.partnership, **kwargs)
        items = AgendaItem.objects.visible_to(actor).filter(meeting=meeting).on_agenda().in_order()
        decided = Decision.objects.visible_to(actor).filter(meeting=meeting).order_by("year", "number")
        self.fields["item"].queryset = items  # type: ignore[attr-defined]
        self.fields["decision"].queryset = decided  # type: ignore[attr-defined]
