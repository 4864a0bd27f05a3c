"""Which commitments a list shows: what is chosen lives in the address, so that a list can be kept and sent on."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.actor import Actor
from foundation import clock
from foundation.forms import DayInput
from partnership.approaches import Approach
from partnership.commitments.models import Commitment, Status
from partnership.membership.models import Membership, Partnership
from partnership.responsibilities.forms import MemberChoice

VIEWS = {"list": _("List"), "board": _("Board"), "calendar": _("Calendar")}
SORTS = {
    "due": ("due_on", "id"),
    "promise": ("promise", "id"),
    "member": ("owner__agency__name", "due_on", "id"),
    "state": ("status", "due_on", "id"),
    "replanned": ("times_replanned", "due_on", "id"),
}


class CommitmentFilter(forms.Form):
    show_optional = False

    WHOSE = (
        ("", _("Everybody's")),
        ("ours", _("My agency's")),
        ("mine", _("Mine")),
        ("helping", _("Where my agency contributes")),
    )
    STATES = (("", _("Open")), ("overdue", _("Overdue")), ("all", _("All")), *Status.choices)

    whose = forms.ChoiceField(label=_("Whose"), required=False, choices=WHOSE)
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    member = MemberChoice(
        Membership.objects.none(), label=_("Member"), required=False, empty_label=_("All members"),
        to_field_name="public_id",
    )  # fmt: skip
    approach = forms.ChoiceField(label=_("Approach"), required=False, choices=[("", _("All")), *Approach.choices])
    due_from = forms.DateField(label=_("Due from"), required=False, widget=DayInput())
    due_to = forms.DateField(label=_("Due until"), required=False, widget=DayInput())
    replanned = forms.ChoiceField(
        label=_("Re-planned"),
        required=False,
        choices=[("", _("Or not")), ("1", _("Once or more")), ("2", _("Twice or more"))],
    )
    blocked = forms.ChoiceField(
        label=_("Blocked"),
        required=False,
        choices=[
            ("", _("Or not")),
            ("yes", _("Blocked")),
            ("by_us", _("Waits for my agency")),
            ("no", _("Not blocked")),
        ],
    )
    view = forms.ChoiceField(required=False, choices=list(VIEWS.items()), widget=forms.HiddenInput)
    month = forms.CharField(required=False, max_length=7, widget=forms.HiddenInput)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        members = Membership.objects.visible_to(actor).filter(partnership=partnership)
        self.fields["member"].queryset = members.select_related("agency").by_agency_name()  # type: ignore[attr-defined]
        self.is_valid()

    def chosen(self, name: str) -> Any:
        """Return what was chosen; nonsense chooses nothing."""
        return self.cleaned_data.get(name)

    @property
    def is_open(self) -> bool:
        """Whether more is chosen than whose and which state, so that the rest of the filter is shown unfolded."""
        return any(self.chosen(name) for name in ("member", "approach", "due_from", "due_to", "replanned", "blocked"))

    @property
    def shown_as(self) -> str:
        """How the list is looked at: "list", "board" or "calendar"."""
        return self.chosen("view") or "list"

    @property
    def first_of_month(self) -> date:
        """The month of the calendar: the one in the address, else this one."""
        try:
            year, month = map(int, (self.chosen("month") or "").split("-"))
            if not 2000 <= year <= 2999:
                raise ValueError("no year that anybody plans for")
            return date(year, month, 1)
        except ValueError:
            return clock.today().replace(day=1)

    def apply(self, commitments: models.QuerySet[Commitment]) -> models.QuerySet[Commitment]:
        """Narrow a list to what was chosen, in the order that was chosen; a calendar, to its month."""
        found: Any = self._of(commitments)
        found = self._blocked(self._in_state(found))
        if member := self.chosen("member"):
            found = found.involving(member.pk)
        if approach := self.chosen("approach"):
            found = found.filter(approaches__contains=[approach])
        if due_from := self.chosen("due_from"):
            found = found.filter(due_on__gte=due_from)
        if due_to := self.chosen("due_to"):
            found = found.filter(due_on__lte=due_to)
        if replanned := self.chosen("replanned"):
            found = found.filter(times_replanned__gte=int(replanned))
        if self.shown_as == "calendar":
            first = self.first_of_month
            found = found.filter(due_on__gte=first, due_on__lt=next_month(first)).order_by("due_on", "id")
        return self._sorted(found) if self.shown_as == "list" else found

    def _of(self, commitments: Any) -> Any:
        match self.chosen("whose"):
            case "ours":
                return commitments.of_agency(self.actor)
            case "mine":
                return commitments.filter(person_id=self.actor.person_id)
            case "helping":
                return commitments.contributed_by(self.actor)
            case _:
                return commitments

    def _in_state(self, commitments: Any) -> Any:
        match self.chosen("state"):
            case None | "":
                return commitments.open()
            case "overdue":
                return commitments.overdue(clock.today())
            case "all":
                return commitments
            case status:
                return commitments.filter(status=status)

    def _blocked(self, commitments: Any) -> Any:
        match self.chosen("blocked"):
            case "yes":
                return commitments.filter(status=Status.BLOCKED)
            case "by_us":
                return commitments.waiting_for(self.actor)
            case "no":
                return commitments.exclude(status=Status.BLOCKED)
            case _:
                return commitments

    def _sorted(self, commitments: Any) -> Any:
        sort = self.chosen("sort") or ""
        columns = SORTS.get(sort.removeprefix("-"), SORTS["due"])
        if sort.startswith("-"):
            return commitments.order_by(*(f"-{column}" for column in columns))
        return commitments.order_by(*columns)


def next_month(first: date) -> date:
    """Return the first day of the month after."""
    return (first + timedelta(days=31)).replace(day=1)
