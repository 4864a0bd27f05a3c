"""How notes look to a program, and what it may say about one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from rest_framework import serializers

from accounts.agencies.api import AgencyRefOut
from accounts.people.actor import Actor
from foundation.api.pages import PageQuery
from foundation.api.parsing import Input, Moment
from foundation.errors import Invalid
from infosharing.attachments.serializers import NoteFileOut
from infosharing.circles.selectors import possible_circles
from infosharing.grants.terms import NO_TERMS, Terms
from infosharing.notes import audiences
from infosharing.notes.basis import Basis, agreements_to_rest_on
from infosharing.notes.conventions import scheme_of
from infosharing.notes.grading import NOT_GRADED, Scheme, graded
from infosharing.notes.handling import Handling
from infosharing.notes.markings import Audience, Tlp
from infosharing.notes.models import Note, Status
from infosharing.notes.searching import MOST_LETTERS
from partnership.agreements.models import Agreement, Category, PersonalData
from partnership.membership.models import Partnership
from partnership.membership.serializers import PartnershipRefOut

MOST_NAMED = 200


class AuthorOut(serializers.Serializer):
    name = serializers.CharField()


class AudienceOut(serializers.Serializer):
    kind = serializers.ChoiceField(Audience.choices)
    agencies = serializers.ListField(
        child=serializers.UUIDField(), help_text="Beside the note's own; yours alone if you may not know the others."
    )
    circles = serializers.ListField(child=serializers.UUIDField(), help_text="As far as you know of them.")
    people = serializers.ListField(child=serializers.UUIDField(), help_text="Beside the author; likewise.")
    partnership = serializers.BooleanField(help_text="Whether it is for the whole partnership.")


class NoteOut(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    partnership = PartnershipRefOut()
    agency = AgencyRefOut(source="owner.agency", help_text="The originator, who owns the note.")
    author = AuthorOut()
    title = serializers.CharField()
    body = serializers.CharField(
        source="opened_body", allow_null=True, help_text="Markdown; null until you accept the handling conditions."
    )
    category = serializers.ChoiceField([("", "not said"), *Category.choices])
    purpose = serializers.CharField()
    legal_basis = serializers.CharField()
    personal_data = serializers.ListField(child=serializers.ChoiceField(PersonalData.choices))
    competence = serializers.UUIDField(source="competence.public_id", allow_null=True, default=None)
    agreement = serializers.UUIDField(
        source="agreement.public_id", allow_null=True, default=None, help_text="That it rests on, if on one alone."
    )
    handling = serializers.ListField(child=serializers.ChoiceField(Handling.choices))
    destroy_by = serializers.DateField(allow_null=True)
    grading = serializers.ChoiceField([("", "not graded"), *Scheme.choices], help_text="The scheme of both grades.")
    source_grade = serializers.CharField()
    information_grade = serializers.CharField()
    tlp = serializers.ChoiceField(Tlp.choices)
    audience = AudienceOut(source="shared")
    recipients_know_each_other = serializers.BooleanField()
    share_from = serializers.DateField(allow_null=True, help_text="The first day on which others see it.")
    share_until = serializers.DateField(allow_null=True, help_text="The last day on which others see it.")
    may_pass_on = serializers.BooleanField(help_text="Whether who receives it may pass it on.")
    review_on = serializers.DateField()
    status = serializers.ChoiceField(Status.choices)
    files = NoteFileOut(
        source="shown_files",
        many=True,
        help_text="Those that are for you, once you accepted the conditions.",
    )
    version = serializers.IntegerField(help_text="Counts edits of title, text, marking and handling conditions.")
    created_at = Moment()
    updated_at = Moment()


class NoteQuery(PageQuery):
    partnership = serializers.CharField(
        max_length=80, required=False, help_text="Only of this partnership: its id or its slug."
    )
    tlp = serializers.ChoiceField(Tlp.choices, required=False, help_text="Only of this marking.")
    agency = serializers.UUIDField(required=False, help_text="Only of this originator, by its id.")
    agreement = serializers.UUIDField(
        required=False, help_text="Only those that rest on this agreement, by its id, as far as you may know."
    )
    q = serializers.CharField(
        max_length=MOST_LETTERS,
        required=False,
        help_text='Only those in which this stands: words, "a phrase", or, -not; the last word may be begun only.',
    )
    since = serializers.DateField(required=False, help_text="Only those written on this day or later.")
    until = serializers.DateField(required=False, help_text="Only those written on this day or earlier.")


def marking_field(**options: Any) -> serializers.ChoiceField:
    wrong = f'Write one of {", ".join(Tlp.values)}, without "TLP:" before it.'
    return serializers.ChoiceField(Tlp.choices, error_messages={"invalid_choice": wrong}, **options)


class AudienceIn(Input):
    agencies = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MOST_NAMED)
    circles = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MOST_NAMED)
    partnership = serializers.BooleanField(required=False)
    people = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MOST_NAMED)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        named = bool(attrs.get("agencies") or attrs.get("circles"))
        if sum((named, bool(attrs.get("partnership")), bool(attrs.get("people")))) > 1:
            raise serializers.ValidationError("Choose one: agencies and circles, the whole partnership, or people.")
        return attrs


class NoteFieldsIn(Input):
    """What its writer says of a note."""

    title = serializers.CharField(max_length=200)
    body = serializers.CharField(max_length=20_000, help_text="Markdown.")
    tlp = marking_field(required=False)
    audience = AudienceIn(required=False)
    recipients_know_each_other = serializers.BooleanField(required=False)
    share_from = serializers.DateField(
        required=False, allow_null=True, help_text="Others see it from this day on; at once if left out."
    )
    share_until = serializers.DateField(
        required=False, allow_null=True, help_text="Others see it up to and including this day."
    )
    may_pass_on = serializers.BooleanField(required=False, help_text="Whether who receives it may pass it on.")
    category = serializers.ChoiceField(
        Category.choices, required=False, help_text="What it is about; agreements say by category who may receive what."
    )
    purpose = serializers.CharField(max_length=300, required=False, allow_blank=True)
    legal_basis = serializers.CharField(max_length=300, required=False, allow_blank=True)
    personal_data = serializers.ListField(
        child=serializers.ChoiceField(PersonalData.choices), required=False, max_length=4
    )
    agreement = serializers.UUIDField(
        required=False, allow_null=True, help_text="In force, and the only one by which others may then receive it."
    )
    handling = serializers.ListField(child=serializers.ChoiceField(Handling.choices), required=False, max_length=4)
    destroy_by = serializers.DateField(required=False, allow_null=True)
    source_grade = serializers.CharField(
        max_length=1,
        required=False,
        allow_blank=True,
        allow_null=True,
        help_text="By the partnership's scheme, 4x4 or 3x5x2.",
    )
    information_grade = serializers.CharField(
        max_length=1, required=False, allow_blank=True, allow_null=True, help_text="Likewise; both or neither."
    )
    review_on = serializers.DateField(help_text="By then the owner decides whether it is still needed.")


class NoteChangeIn(NoteFieldsIn):
    """What its owner may change of a note; what is not sent stays."""

    reason = serializers.CharField(
        max_length=500, required=False, allow_blank=True, help_text="Told to those who read it and lose it by this."
    )


class NoteIn(NoteFieldsIn):
    """A new note: `AMBER+STRICT` and for the own agency alone, unless it says otherwise."""

    partnership = serializers.CharField(max_length=80, help_text="Its id or its slug.")


class WithdrawalIn(Input):
    reason = serializers.CharField(max_length=500)


DECLARED = ("category", "purpose", "legal_basis", "personal_data", "handling", "destroy_by")


def basis_of(data: dict[str, Any], partnership: Partnership, note: Note | None = None) -> Basis:
    """Take what input declares out of it, and return it; what it does not say stays as the note has it.

    What was graded keeps its own scheme, whatever the partnership's is now.

    Raises:
        Invalid: it grades otherwise, or names an agreement that is not in force.
    """
    said = {name: data.pop(name) for name in DECLARED if name in data}
    stands = note.grade if note else NOT_GRADED
    source = data.pop("source_grade", stands.source) or ""
    information = data.pop("information_grade", stands.information) or ""
    if (source, information) != (stands.source, stands.information):
        said["grade"] = graded(stands.scheme or scheme_of(partnership), source, information)
    if "agreement" in data:
        said["agreement"] = _agreement(data.pop("agreement"), partnership)
    return replace(Basis.of(note) if note else Basis(), **said)


def _agreement(wanted: UUID | None, partnership: Partnership) -> Agreement | None:
    if wanted is None:
        return None
    found = agreements_to_rest_on(partnership).filter(public_id=wanted).first()
    if found is None:
        raise Invalid("Name an agreement of this partnership that is in force.", field="agreement")
    return found


def terms_of(data: dict[str, Any], note: Note | None = None) -> Terms:
    """Take the terms of sharing out of input, and return them; what it does not say stays as the note has it."""
    names = {"share_from": "not_before", "share_until": "until", "may_pass_on": "onward"}
    said = {names[name]: data.pop(name) for name in names if name in data}
    return replace(audiences.terms_of(note) if note else NO_TERMS, **said)


def choice(actor: Actor, partnership: Partnership, audience: Mapping[str, Any]) -> audiences.Choice:
    """Return the audience that input names.

    Raises:
        Invalid: it names somebody whom the writer cannot share with, or does not see: the same words for both.
    """
    if audience.get("agencies") or audience.get("circles"):
        members = {member.agency.public_id: member for member in audiences.possible_members(actor, partnership)}
        agencies = audience.get("agencies", ())
        found = _named(members, agencies, "agencies", "Name active members other than your own agency.")
        circles = {circle.public_id: circle for circle in possible_circles(actor, partnership)}
        named = _named(circles, audience.get("circles", ()), "circles", "Name circles that your agency is in.")
        return audiences.Choice(kind=Audience.AGENCIES, members=found, circles=named)
    if audience.get("people"):
        persons = {person.public_id: person for person in audiences.possible_persons(actor, partnership)}
        found = _named(persons, audience["people"], "people", "Name people of active members other than yourself.")
        return audiences.Choice(kind=Audience.PERSONS, persons=found)
    return audiences.Choice(kind=Audience.PARTNERSHIP if audience.get("partnership") else Audience.OWN_AGENCY)


def _named(possible: Mapping[Any, Any], wanted: Iterable[Any], field: str, mend: str) -> Sequence[Any]:
    unknown = [str(key) for key in wanted if key not in possible]
    if unknown:
        raise Invalid(f"Not in this partnership: {', '.join(unknown)}. {mend}", field=f"audience.{field}")
    return [possible[key] for key in dict.fromkeys(wanted)]
