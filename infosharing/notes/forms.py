"""What people fill in about notes. The form offers only the audiences that the marking allows."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock
from foundation.errors import Invalid
from foundation.forms import DayInput, LineField
from foundation.records import id_of
from foundation.ui.forms import HintedRadios
from infosharing.circles.models import Circle
from infosharing.circles.selectors import possible_circles, rosters
from infosharing.grants.models import NoteGroupGrant, NoteUserGrant
from infosharing.grants.terms import Terms, not_over
from infosharing.notes import audiences, receiving
from infosharing.notes.basis import Basis, agreements_to_rest_on
from infosharing.notes.choices import AgencyChoices, CircleChoices, PersonChoices
from infosharing.notes.conventions import scheme_of
from infosharing.notes.explaining import moment_of
from infosharing.notes.grading import INFORMATION, NOT_GRADED, SOURCE, graded
from infosharing.notes.handling import Handling
from infosharing.notes.markings import FITS, MEANING, Audience, Tlp
from infosharing.notes.models import Note
from partnership.agreements.models import Agreement, Category, PersonalData
from partnership.commitments.forms import CompetenceChoice
from partnership.competences.models import Competence, Holding
from partnership.membership.models import Membership, Partnership

REVIEW_AFTER = timedelta(days=90)
# the whole choice is to be seen at a glance, down to the sentence that sums it up
SMALL_RADIOS = {"class": "govuk-radios--small"}
# the page's script looks there for what may identify a person, without sending it anywhere
POINTED_OUT = {"data-identifiers": ""}
SMALL_BOXES = {"class": "govuk-checkboxes--small"}


class NoteForm(forms.Form):
    # what the chosen audience needs is required; the lists of the others are out of sight
    show_optional = False
    is_change = False

    title = LineField(label=_("Title"), max_length=200, widget=forms.TextInput(attrs=POINTED_OUT))
    body = forms.CharField(
        label=_("Text"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12, **POINTED_OUT}),
        help_text=_("Markdown: **bold**, lists, links, tables. No personal data: name the file of the owning system."),
    )
    category = forms.ChoiceField(
        label=_("What it is about"),
        required=False,
        choices=[("", _("Not said")), *Category.choices],
        help_text=_("Agreements say by category who may receive what."),
    )
    personal_data = forms.MultipleChoiceField(
        label=_("Personal data of"),
        required=False,
        choices=PersonalData.choices,
        widget=forms.CheckboxSelectMultiple(attrs=SMALL_BOXES),
        help_text=_("None, if you can. A reference number of the owning system is enough in most cases."),
    )
    purpose = forms.CharField(label=_("Purpose"), required=False, max_length=300)
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"list": "legal-bases"}),
    )
    agreement = forms.ModelChoiceField(
        Agreement.objects.none(),
        label=_("Agreement that it rests on"),
        required=False,
        empty_label=_("Whichever allows it"),
        to_field_name="public_id",
    )
    competence = CompetenceChoice(
        Competence.objects.none(),
        label=_("Competence that it rests on"),
        required=False,
        empty_label=_("None"),
        to_field_name="public_id",
    )
    handling = forms.MultipleChoiceField(
        label=_("Handling conditions"),
        required=False,
        choices=Handling.choices,
        widget=forms.CheckboxSelectMultiple(attrs=SMALL_BOXES),
        help_text=_("Readers of other agencies accept them before the text opens to them."),
    )
    destroy_by = forms.DateField(
        label=_("Destroy by"),
        required=False,
        widget=DayInput(),
        help_text=_("After this day nobody but your own agency sees it."),
    )
    source_grade = forms.ChoiceField(label=_("Grade of the source"), required=False)
    information_grade = forms.ChoiceField(label=_("Grade of the information"), required=False)
    tlp = forms.ChoiceField(
        label=_("Marking"),
        widget=HintedRadios(hints={tlp.value: meaning for tlp, meaning in MEANING.items()}, attrs=SMALL_RADIOS),
        choices=Tlp,
        initial=Tlp.AMBER_STRICT,
    )
    audience = forms.ChoiceField(
        label=_("Who may see it"),
        widget=forms.RadioSelect(attrs=SMALL_RADIOS),
        error_messages={
            "required": _("Choose who may see it."),
            "invalid_choice": _("This marking does not allow that audience. Choose again."),
        },
    )
    agencies = AgencyChoices(
        Membership.objects.none(),
        label=_("Which agencies"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=SMALL_BOXES),
    )
    circles = CircleChoices(
        Circle.objects.none(),
        label=_("Which circles"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=SMALL_BOXES),
    )
    people = PersonChoices(
        Person.objects.none(),
        label=_("Which people"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=SMALL_BOXES),
    )
    recipients_know_each_other = forms.BooleanField(
        label=_("Recipients may know who else received it"), required=False, initial=True
    )
    share_from = forms.DateField(
        label=_("Not before"),
        required=False,
        widget=DayInput(),
        help_text=_("Others see it from this day on. Empty: at once."),
    )
    share_until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=DayInput(),
        help_text=_("Others see it up to and including this day. Empty: until you end it."),
    )
    may_pass_on = forms.BooleanField(label=_("Who receives it may pass it on"), required=False)
    review_on = forms.DateField(
        label=_("Review date"), widget=DayInput(), help_text=_("By then you decide whether it is still needed.")
    )

    reason = forms.CharField(
        label=_("Reason, if somebody loses sight of it"),
        required=False,
        max_length=500,
        help_text=_("Told to those who read it and will no longer see it."),
    )

    def __init__(self, *args: Any, actor: Actor, partnership: Partnership, own: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.own = actor, own
        if not self.is_change:
            del self.fields["reason"]
        members = audiences.possible_members(actor, partnership)
        persons = audiences.possible_persons(actor, partnership)
        active = Membership.objects.filter(pk__in=[member.pk for member in members]).select_related("agency")
        self.fields["agencies"].queryset = active.by_agency_name()  # type: ignore[attr-defined]
        self.fields["people"].queryset = (  # type: ignore[attr-defined]
            Person.objects.filter(pk__in=[person.pk for person in persons])
            .select_related("agency")
            .order_by("agency__name", "name", "pk")
        )
        self.fields["review_on"].initial = clock.today() + REVIEW_AFTER
        # what was graded keeps its scheme
        self._offer_grades(self.initial.get("grade", NOT_GRADED).scheme or scheme_of(partnership))
        held = (
            Competence.objects.visible_to(actor)
            .in_use()
            .filter(pk__in=Holding.objects.held(clock.today()).filter(membership=own).values("competence"))
        )
        self.fields["competence"].queryset = held.order_by("name", "pk")  # type: ignore[attr-defined]
        agreements = agreements_to_rest_on(partnership).filter(pk__in=Agreement.objects.visible_to(actor))
        self.fields["agreement"].queryset = agreements.order_by("title", "pk")  # type: ignore[attr-defined]
        self.verdicts = receiving.verdicts(actor, own, self._matter())
        self._offer_who_can_receive()
        self._offer_what_fits()

    def _matter(self) -> receiving.Matter:
        """Return what the agreements ask, of what was chosen so far."""
        said = id_of(self._said("agreement"))
        chosen = next((each.pk for each in self.fields["agreement"].queryset if each.public_id == said), None)  # type: ignore[attr-defined]
        category = self._said("category")
        return receiving.Matter(
            self.chosen_tlp, category if category in Category.values else "", self._said_all("personal_data"), chosen
        )

    def _offer_grades(self, scheme: str) -> None:
        """Offer the codes of the partnership's scheme; where it has none, there is nothing to choose."""
        self.scheme = scheme
        for name, codes in (("source_grade", SOURCE), ("information_grade", INFORMATION)):
            if not scheme:
                del self.fields[name]
                continue
            choices = [(code, f"{code}: {meaning}") for code, meaning in codes[scheme].items()]
            self.fields[name].choices = [("", _("Not graded")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        try:
            self.grade = graded(self.scheme, data.get("source_grade", ""), data.get("information_grade", ""))
        except Invalid as refusal:
            self.add_error(refusal.field, refusal.message)
        return data

    def _offer_who_can_receive(self) -> None:
        """Offer only those who can receive it by the agreements in force; the page says of the others why not."""
        can = [verdict.member for verdict in self.verdicts if verdict.can_receive]
        agencies, people = self.fields["agencies"], self.fields["people"]
        agencies.queryset = agencies.queryset.filter(pk__in=[member.pk for member in can])  # type: ignore[attr-defined]
        self._offer_circles({member.pk for member in can})
        homes = {self.own.agency_id, *(member.agency_id for member in can)}
        people.queryset = people.queryset.filter(agency__in=homes)  # type: ignore[attr-defined]

    def _offer_circles(self, can: set[int]) -> None:
        """Offer the circles of which every member can receive it; of the others the page says who cannot."""
        possible = possible_circles(self.actor, self.own.partnership)
        inside = rosters(self.actor, [circle.group_id for circle in possible])
        field = self.fields["circles"]
        names, open_to, self.circles_not_offered = {}, [], []
        for circle in possible:
            others = [member for member in inside.get(circle.group_id, ()) if member.pk != self.own.pk]
            names[circle.pk] = ", ".join(member.agency.name for member in others) or gettext("nobody else yet")
            cannot = [member.agency.name for member in others if member.status == "active" and member.pk not in can]
            if cannot:
                self.circles_not_offered.append((circle, cannot))
            else:
                open_to.append(circle.pk)
        field.names = names  # type: ignore[attr-defined]
        field.queryset = Circle.objects.visible_to(self.actor).filter(pk__in=open_to)  # type: ignore[attr-defined]

    @property
    def cannot_receive(self) -> list[receiving.Verdict]:
        """Return who cannot receive it, each with why not and who could change it."""
        return [verdict for verdict in self.verdicts if not verdict.can_receive]

    @property
    def warnings(self) -> list[str]:
        """Return what will stop more sharing soon, each sentence once."""
        return list(dict.fromkeys(verdict.warning for verdict in self.verdicts if verdict.warning))

    def _said(self, name: str) -> Any:
        return self.data.get(name) if self.is_bound else self.initial.get(name)

    def _said_all(self, name: str) -> list[str]:
        if self.is_bound:
            return self.data.getlist(name)  # type: ignore[attr-defined]
        return list(self.initial.get(name) or ())

    def _offer_what_fits(self) -> None:
        """Offer only the audiences of the marking chosen; the only one is chosen already."""
        fitting = FITS.get(self.chosen_tlp, ())
        self.fields["audience"].choices = [  # type: ignore[attr-defined]
            (kind.value, kind.label) for kind in Audience if kind in fitting
        ]
        if len(fitting) == 1:
            self.fields["audience"].initial = fitting[0]
        # a list with nothing to tick is no list: the page says why nobody can receive it
        if Audience.AGENCIES not in fitting or not self.fields["agencies"].queryset:  # type: ignore[attr-defined]
            del self.fields["agencies"]
        if Audience.AGENCIES not in fitting or not self.fields["circles"].queryset:  # type: ignore[attr-defined]
            del self.fields["circles"]
        if Audience.PERSONS not in fitting or not self.fields["people"].queryset:  # type: ignore[attr-defined]
            del self.fields["people"]

    @property
    def chosen_tlp(self) -> str:
        if self.is_bound:
            return str(self.data.get("tlp", ""))
        return str(self.initial.get("tlp", Tlp.AMBER_STRICT))

    def as_typed(self) -> "NoteForm":
        """Return the form with all that was typed, unchecked: to look at the audiences of another marking."""
        lists = {"agencies", "circles", "people", "personal_data", "handling"}
        typed = {
            name: self.data.getlist(name) if name in lists else self.data.get(name, "")  # type: ignore[attr-defined]
            for name in self.fields
        }
        if typed.get("audience") not in FITS.get(self.chosen_tlp, ()):
            # what was chosen no longer fits; the only one that does is chosen below
            typed.pop("audience", None)
        return type(self)(actor=self.actor, partnership=self.own.partnership, own=self.own, initial=typed)

    def who_will_see(self) -> str:
        """Return in one sentence what the choice so far means, for whoever is about to share."""
        match self["audience"].value():
            case Audience.OWN_AGENCY:
                return gettext("Only your own agency will see this.")
            case Audience.PARTNERSHIP:
                return gettext("Every member of the partnership will see this.")
            case Audience.AGENCIES:
                return _sentence(self._labels_of("agencies") + self._labels_of("circles"), gettext("your own agency"))
            case Audience.PERSONS:
                return _sentence(self._labels_of("people"), gettext("you"))
        return gettext("Choose who may see it.")

    def _labels_of(self, name: str) -> list[str]:
        if name not in self.fields:
            return []
        chosen = {str(value) for value in self[name].value() or ()}
        return [str(label) for value, label in self.fields[name].choices if str(value) in chosen]  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the service."""
        data = self.cleaned_data
        choice = audiences.Choice(
            kind=data["audience"],
            members=list(data.get("agencies") or ()),
            circles=list(data.get("circles") or ()),
            persons=list(data.get("people") or ()),
            terms=Terms(data["share_from"], data["share_until"], data["may_pass_on"]),
        )
        plain = ("title", "body", "tlp", "review_on", "recipients_know_each_other")
        declared = ("category", "purpose", "legal_basis", "personal_data", "competence", "agreement", "handling",
                    "destroy_by")  # fmt: skip
        basis = Basis(**{name: data[name] for name in declared}, grade=self.grade)
        told = {"reason": data["reason"]} if self.is_change else {}
        return {name: data[name] for name in plain} | {"audience": choice, "basis": basis} | told

    @staticmethod
    def initial_of(note: Note) -> dict[str, Any]:
        plain = ("title", "body", "tlp", "audience", "review_on", "recipients_know_each_other", "share_from",
                 "share_until", "may_pass_on")  # fmt: skip
        declared = ("category", "purpose", "legal_basis", "personal_data", "handling", "destroy_by")
        # those that wait for their day too
        groups = NoteGroupGrant._base_manager.filter(not_over(), content_object=note).values_list("group_id", flat=True)
        named = NoteUserGrant.standing().filter(not_over(), content_object=note).exclude(user_id=note.author_id)
        members = Membership.objects.filter(group_id__in=groups).exclude(pk=note.owner_id)
        return {name: getattr(note, name) for name in (*plain, *declared)} | {
            "competence": note.competence.public_id if note.competence else None,
            "agreement": note.agreement.public_id if note.agreement else None,
            "grade": note.grade,
            "source_grade": note.source_grade,
            "information_grade": note.information_grade,
            "agencies": list(members.values_list("pk", flat=True)),
            "circles": list(Circle.objects.filter(group__in=groups).values_list("pk", flat=True)),
            "people": list(named.values_list("user_id", flat=True)),
        }


class NoteChangeForm(NoteForm):
    """The same for a note that is there: who loses it may be told why."""

    is_change = True


def _sentence(names: list[str], besides: str) -> str:
    if not names:
        return gettext("Tick at least one.")
    return gettext("%(names)s and %(besides)s will see this, nobody else.") % {
        "names": "; ".join(names),
        "besides": besides,
    }


class DayOrMoment(forms.DateField):
    """A day that has passed, by which its end is meant; or, in an address, a moment."""

    def to_python(self, value: Any) -> Any:
        try:
            return moment_of(value or "")
        except Invalid as refusal:
            raise forms.ValidationError(refusal.message) from refusal


class ExplanationForm(forms.Form):
    show_optional = False

    agency = forms.ChoiceField(label=_("Agency"), required=False)
    at = DayOrMoment(label=_("At the end of"), required=False, widget=DayInput())

    def __init__(self, *args: Any, members: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = {str(member.agency.public_id): member.agency.name for member in members}
        self.fields["agency"].choices = [("", _("Every agency")), *agencies.items()]  # type: ignore[attr-defined]
