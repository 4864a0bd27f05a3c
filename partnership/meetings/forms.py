"""What people fill in about meetings."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock
from foundation.forms import DayInput, ReasonForm
from partnership.meetings.models import Announced, ItemKind, Meeting, QuorumRule, Series, Status
from partnership.meetings.outlook import Wanted
from partnership.meetings.rhythm import DAYS, NTH
from partnership.membership.models import Membership, Partnership
from partnership.responsibilities.forms import MemberChoice, MembersChoice

EVERY = [
    ("FREQ=WEEKLY", _("every week")),
    ("FREQ=WEEKLY;INTERVAL=2", _("every second week")),
    ("FREQ=MONTHLY", _("every month")),
    ("FREQ=MONTHLY;INTERVAL=2", _("every second month")),
    ("FREQ=MONTHLY;INTERVAL=3", _("every quarter")),
]


def active_members(actor: Actor, partnership: Partnership) -> models.QuerySet[Membership]:
    members = Membership.objects.visible_to(actor).active().filter(partnership=partnership)
    return members.select_related("agency").by_agency_name()


class GatheringForm(forms.Form):
    """What a meeting and a series have in common."""

    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("Stands in invitations and calendars: nothing confidential.")
    )
    minutes = forms.IntegerField(label=_("Length in minutes"), min_value=5, max_value=1440, initial=90)
    place = forms.CharField(label=_("Place"), max_length=300, required=False)
    link = forms.URLField(
        label=_("Link to take part from elsewhere"), max_length=500, required=False, assume_scheme="https"
    )
    chair = MemberChoice(Membership.objects.none(), label=_("Member that chairs"), empty_label=None)
    quorum_rule = forms.ChoiceField(
        label=_("Quorum"), choices=QuorumRule.choices, widget=forms.RadioSelect, initial=QuorumRule.SHARE
    )
    quorum_percent = forms.IntegerField(
        label=_("Share in percent"), min_value=1, max_value=100, initial=50, help_text=_("Of the active members.")
    )
    core_members = MembersChoice(
        Membership.objects.none(),
        label=_("Members that must be there"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Where certain members make the quorum."),
    )

    def __init__(self, *args: Any, actor: Actor, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = active_members(actor, partnership)
        self.fields["chair"].queryset = members  # type: ignore[attr-defined]
        self.fields["chair"].initial = members.filter(role="coordinator").first()
        self.fields["core_members"].queryset = members  # type: ignore[attr-defined]


class MeetingForm(GatheringForm):
    starts_at = forms.DateTimeField(label=_("Starts"), widget=forms.DateTimeInput())
    field_order = ("title", "starts_at", "minutes", "place", "link", "chair")

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the service."""
        data = {**self.cleaned_data}
        data["ends_at"] = data["starts_at"] + timedelta(minutes=data.pop("minutes"))
        return data

    @staticmethod
    def initial_of(meeting: Meeting) -> dict[str, Any]:
        plain = ("title", "starts_at", "place", "link", "chair", "quorum_rule", "quorum_percent")
        return {name: getattr(meeting, name) for name in plain} | {
            "minutes": int((meeting.ends_at - meeting.starts_at).total_seconds() // 60),
            "core_members": list(meeting.core_members.values_list("pk", flat=True)),
        }


class SeriesForm(GatheringForm):
    every = forms.ChoiceField(label=_("How often"), choices=EVERY, initial="FREQ=MONTHLY")
    nth = forms.ChoiceField(
        label=_("Which of the month"),
        choices=list(NTH.items()),
        initial="2",
        help_text=_("Counts for months and quarters, not for weeks."),
    )
    weekday = forms.ChoiceField(label=_("Day"), choices=list(DAYS.items()), initial="TU")
    starts_at = forms.TimeField(
        label=_("Starts at"),
        widget=forms.TimeInput(),
        initial="10:00",
        help_text=_("Local time, in summer and in winter."),
    )
    first_on = forms.DateField(label=_("From"), widget=DayInput(), initial=clock.today)
    last_on = forms.DateField(
        label=_("Until"),
        widget=DayInput(),
        required=False,
        help_text=_("Empty: until somebody ends it."),
    )
    field_order: tuple[str, ...] = (
        "title", "every", "nth", "weekday", "starts_at", "minutes", "first_on", "last_on", "place", "link", "chair",
    )  # fmt: skip

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the service."""
        data = {**self.cleaned_data}
        every, nth, weekday = data.pop("every"), data.pop("nth"), data.pop("weekday")
        data["rule"] = f"{every};BYDAY={nth if 'MONTHLY' in every else ''}{weekday}"
        return data


class SeriesEditForm(SeriesForm, ReasonForm):
    """Another rhythm, time or place for a series, from a day on."""

    first_on = None  # type: ignore[assignment]
    since = forms.DateField(
        label=_("From which day"),
        widget=DayInput(),
        help_text=_("Tomorrow or later. Meetings before it stay; another rhythm counts from it."),
    )
    field_order: tuple[str, ...] = (
        "title", "every", "nth", "weekday", "starts_at", "minutes", "since", "last_on", "place", "link", "chair",
        "quorum_rule", "quorum_percent", "core_members", "reason",
    )  # fmt: skip

    def __init__(self, *args: Any, series: Series, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # a chair that is no member any more cannot stay; the form then asks for another
        if series.chair_id in self.fields["chair"].queryset.values_list("pk", flat=True):  # type: ignore[attr-defined]
            self.fields["chair"].initial = series.chair_id
        self.initial = {**parts_of(series.rule), **self._initial_of(series), **self.initial}

    def _initial_of(self, series: Series) -> dict[str, Any]:
        plain = ("title", "starts_at", "minutes", "last_on", "place", "link", "quorum_rule", "quorum_percent")
        return {name: getattr(series, name) for name in plain} | {
            "since": max(series.first_on, clock.today() + timedelta(days=1)),
            "core_members": list(series.core_members.values_list("pk", flat=True)),
        }

    def wanted(self) -> Wanted:
        """Return what the series is to be."""
        said = {name: value for name, value in self.arguments().items() if name != "reason"}
        return Wanted(**said)


def parts_of(rule: str) -> dict[str, str]:
    """Return a rhythm as its form asks for it."""
    every, _by, day = rule.partition(";BYDAY=")
    return {"every": every, "weekday": day[-2:], **({"nth": day[:-2]} if day[:-2] else {})}


class ItemForm(forms.Form):
    title = forms.CharField(label=_("Subject"), max_length=200)
    kind = forms.ChoiceField(
        label=_("What for"), choices=ItemKind.choices, widget=forms.RadioSelect, initial=ItemKind.DISCUSS
    )
    purpose = forms.CharField(
        label=_("What is wanted of the meeting"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Such as the question to answer, or the decision to take. No personal data."),
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=480, initial=15)
    presenter = MemberChoice(Membership.objects.none(), label=_("Presented by"), empty_label=None)

    def __init__(self, *args: Any, actor: Actor, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = active_members(actor, partnership)
        self.fields["presenter"].queryset = members  # type: ignore[attr-defined]
        self.fields["presenter"].initial = members.filter(agency=actor.agency_key).first()


class PaperForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    link = forms.URLField(
        label=_("Link"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Where it lies, if it lies elsewhere. Members need to be able to open it there."),
    )
    text = forms.CharField(
        label=_("Or the text itself"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Every active member reads it. What only some may know belongs into a note."),
    )


class PersonOfMember(forms.ModelChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        return f"{obj.name}, {obj.function}" if obj.function and obj.function != obj.name else obj.name


class AnswerForm(forms.Form):
    announced = forms.ChoiceField(
        label=_("Does your agency come?"),
        choices=Announced.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether you come.")},
    )
    person = PersonOfMember(
        Person.objects.none(),
        label=_("Who comes"),
        required=False,
        empty_label=_("The representative, or the deputy"),
    )
    name = forms.CharField(
        label=_("Or somebody without an account"), max_length=200, required=False, help_text=_("Name or function.")
    )
    remark = forms.CharField(label=_("Remark"), max_length=300, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = Person.objects.colleagues_of(actor).order_by("name", "pk")  # type: ignore[attr-defined]


class MeetingFilter(forms.Form):
    show_optional = False

    WHEN = (("", _("Coming")), ("past", _("Past")), ("all", _("All")))
    when = forms.ChoiceField(label=_("When"), required=False, choices=WHEN)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Every state")), *Status.choices])

    def apply(self, meetings: Any) -> Any:
        """Narrow a list to what was chosen; nonsense chooses nothing. What has been stands newest first."""
        self.is_valid()
        state = self.cleaned_data.get("state")
        match self.cleaned_data.get("when"):
            case "past":
                chosen = meetings.past(clock.now()).latest_first()
            case "all":
                chosen = meetings.latest_first()
            case _:
                # a state asked for by name is looked for everywhere, or "cancelled" would find nothing
                chosen = meetings if state else meetings.coming(clock.now())
        return chosen.filter(status=state) if state else chosen


class DecisionFilter(forms.Form):
    show_optional = False

    FORCE = (("", _("In force")), ("corrected", _("Corrected")), ("all", _("All")))
    force = forms.ChoiceField(label=_("Which"), required=False, choices=FORCE)
    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", _("Every year")), *((year, str(year)) for year in years)]  # type: ignore[attr-defined]

    def apply(self, decisions: Any) -> Any:
        """Narrow a register to what was chosen; nonsense chooses nothing."""
        self.is_valid()
        if year := self.cleaned_data.get("year"):
            decisions = decisions.filter(year=year)
        match self.cleaned_data.get("force"):
            case "corrected":
                return decisions.corrected()
            case "all":
                return decisions
            case _:
                return decisions.in_force()
