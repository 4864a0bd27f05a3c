"""What people fill in about requests."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.people.actor import Actor
from foundation import clock
from foundation.forms import DayInput, LineField
from foundation.records import id_of
from foundation.ui.forms import HintedRadios
from infosharing.notes.forms import SMALL_BOXES, SMALL_RADIOS, AgencyChoices
from infosharing.notes.markings import MEANING as MARKING_MEANING
from infosharing.notes.markings import Tlp
from infosharing.notes.models import Note
from infosharing.requests import policy, selectors
from infosharing.requests.grounds import MEANING, Ground
from infosharing.requests.models import ANSWERS, MARKINGS, TRANSITIONS, Asked, InformationRequest, Status
from infosharing.requests.services import Words
from partnership.agreements.models import Category
from partnership.commitments.forms import CompetenceChoice
from partnership.competences.models import Competence
from partnership.membership.models import Membership, Partnership
from partnership.reminders.calendars import add_working_days

# two weeks of work
USUAL_WORKING_DAYS = 10
# a longer list is no choice any more
NEWEST = 100


class AskForm(forms.Form):
    to = AgencyChoices(
        Membership.objects.none(),
        label=_("Whom do you ask?"),
        widget=forms.CheckboxSelectMultiple(attrs=SMALL_BOXES),
        error_messages={"required": _("Choose at least one member to ask.")},
    )
    title = LineField(label=_("Title"), max_length=200)
    question = forms.CharField(
        label=_("Question"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Ask for no more than you need, and say no more than the question needs. No personal data: give the "
            "reference of your own system."
        ),
    )
    purpose = forms.CharField(
        label=_("Purpose"), max_length=300, help_text=_("What you will do with the answer: who answers weighs it.")
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"), max_length=300, widget=forms.TextInput(attrs={"list": "legal-bases"})
    )
    due_on = forms.DateField(
        label=_("Answer by"), widget=DayInput(), help_text=_("Ten working days from now, unless you choose another.")
    )
    tlp = forms.ChoiceField(
        label=_("Marking"),
        widget=HintedRadios(hints={tlp.value: MARKING_MEANING[tlp] for tlp in MARKINGS}, attrs=SMALL_RADIOS),
        choices=[(tlp.value, tlp.label) for tlp in MARKINGS],
        initial=Tlp.AMBER_STRICT,
        help_text=_("Of the question and of its answers."),
    )
    asked_know_each_other = forms.BooleanField(
        label=_("Those asked may know who else is asked"), required=False, initial=True
    )
    competence = CompetenceChoice(
        Competence.objects.none(),
        label=_("Competence that it concerns"),
        required=False,
        empty_label=_("None"),
        to_field_name="public_id",
    )
    category = forms.ChoiceField(
        label=_("What it is about"),
        required=False,
        choices=[("", _("Not said")), *Category.choices],
        help_text=_("Needed where a private member takes part and agreements say what it may receive."),
    )

    def __init__(self, *args: Any, actor: Actor, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = selectors.askable(actor, partnership)  # type: ignore[attr-defined]
        register = Competence.objects.visible_to(actor).in_use().filter(partnership=partnership)
        self.fields["competence"].queryset = register.order_by("name", "pk")  # type: ignore[attr-defined]
        usual = add_working_days(clock.today(), USUAL_WORKING_DAYS, partnership.coordinator.country)
        self.fields["due_on"].initial = usual

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the service."""
        said = dict(self.cleaned_data)
        return {"members": list(said.pop("to")), "words": Words(**said)}

    @staticmethod
    def initial_of(actor: Actor, partnership: Partnership, given: Any) -> dict[str, Any]:
        """Return what an address says beforehand: `to`, a member, and `competence`; nonsense says nothing."""
        member, competence = id_of(given.get("to")), id_of(given.get("competence"))
        chosen = selectors.askable(actor, partnership).filter(public_id=member) if member else []
        return {"to": [each.pk for each in chosen], "competence": competence}


OUTCOME_HINTS = {
    Status.ANSWERED: _("Everything that was asked for, in words or in a note."),
    Status.PARTLY: _("Say below what is left out, and why. The rest can follow."),
    Status.COUNTER_OFFER: _("Such as figures in place of cases. The asker says whether that helps."),
}
OUTCOME_LABELS = {
    Status.ANSWERED: _("In full"),
    Status.PARTLY: _("In part"),
    Status.COUNTER_OFFER: _("We offer something else"),
}


class AnsweringNote(forms.ModelChoiceField):
    def label_from_instance(self, obj: Note) -> str:
        return f"{obj.title} ({obj.get_tlp_display()}, {obj.created_at:%-d %b %Y})"


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("How do you answer?"),
        choices=[(each.value, OUTCOME_LABELS[each]) for each in ANSWERS],
        widget=HintedRadios(hints={each.value: OUTCOME_HINTS[each] for each in ANSWERS}, attrs=SMALL_RADIOS),
    )
    answer = forms.CharField(
        label=_("Answer, or what you offer"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("No personal data: give the reference of your own system. May be left empty with a note."),
    )
    note = AnsweringNote(
        Note.objects.none(),
        label=_("Note that answers it"),
        required=False,
        empty_label=_("None"),
        to_field_name="public_id",
        help_text=_("Of your agency, shared with who asks. The link shows nobody more than the note does."),
    )
    reason = forms.CharField(
        label=_("What is left out, and why"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Where you answer in part."),
    )

    def __init__(self, *args: Any, actor: Actor, row: Asked, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        notes = policy.answering_notes(actor, row.member, row.asker, partnership)
        newest = [note.pk for note in notes[:NEWEST]]
        offered = Note.objects.visible_to(actor).filter(pk__in=newest).newest_first()
        self.fields["note"].queryset = offered  # type: ignore[attr-defined]
        possible = [each for each in ANSWERS if each in TRANSITIONS[row.status]]
        self.fields["outcome"].choices = [(each.value, OUTCOME_LABELS[each]) for each in possible]  # type: ignore[attr-defined]
        if Status.PARTLY not in possible:
            # what was said in part stands there, to go on from
            del self.fields["reason"]
            self.initial = {"outcome": Status.ANSWERED, "answer": row.answer, **self.initial}


class RefuseForm(forms.Form):
    ground = forms.ChoiceField(
        label=_("On what ground?"),
        choices=Ground.choices,
        widget=HintedRadios(hints={ground.value: text for ground, text in MEANING.items()}, attrs=SMALL_RADIOS),
        error_messages={"required": _("Choose the ground on which you refuse.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The asker reads it. Say nothing that the ground protects."),
        error_messages={"required": _("Say why, in words that the asker can work with.")},
    )


class RequestFilter(forms.Form):
    """Which requests a list shows; nonsense chooses nothing."""

    show_optional = False

    whose = forms.ChoiceField(
        label=_("Whose"),
        required=False,
        choices=[("", _("All")), ("asked", _("Asked by my agency")), ("to_us", _("Asked of my agency"))],
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("open", _("Waiting for an answer")), ("closed", _("Nobody is waited for"))],
    )

    def apply(self, found: models.QuerySet[InformationRequest], actor: Actor) -> models.QuerySet[InformationRequest]:
        """Narrow a list to what was chosen."""
        self.is_valid()
        narrowed: Any = found
        match self.cleaned_data.get("whose"):
            case "asked":
                narrowed = narrowed.asked_by_us(actor)
            case "to_us":
                narrowed = narrowed.asked_of_us(actor)
        match self.cleaned_data.get("state"):
            case "open":
                narrowed = narrowed.open_for(actor)
            case "closed":
                narrowed = narrowed.closed_for(actor)
        return narrowed

    @property
    def is_chosen(self) -> bool:
        self.is_valid()
        return any(self.cleaned_data.values())
