"""How requests look to a program, and what it may say about one."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from rest_framework import serializers

from accounts.agencies.api import AgencyRefOut
from accounts.people.actor import Actor
from foundation.api.pages import PageQuery
from foundation.api.parsing import Input, Moment
from foundation.errors import Invalid
from infosharing.notes.markings import Tlp
from infosharing.notes.serializers import AuthorOut
from infosharing.requests import selectors
from infosharing.requests.grounds import Ground
from infosharing.requests.models import ANSWERS, MARKINGS, Asked, Status
from infosharing.requests.selectors import Shown, is_late
from partnership.agreements.models import Category
from partnership.membership.models import Membership, Partnership
from partnership.membership.serializers import PartnershipRefOut

MOST_ASKED = 200
STATES = (("open", "open"), ("closed", "closed"), ("withdrawn", "withdrawn"))
WHOSE = (("asked", "asked by your agency"), ("to_us", "asked of your agency"))


class AskedOut(serializers.Serializer):
    """A member that was asked. What it decided is told to itself and to the asker: null and empty for others."""

    agency = AgencyRefOut()
    status = serializers.ChoiceField(Status.choices, allow_null=True)
    late = serializers.BooleanField(
        allow_null=True, help_text="Whether the day passed without an answer: no refusal, and still to be answered."
    )
    answer = serializers.CharField()
    note = serializers.UUIDField(allow_null=True, help_text="The note that answers it, where you see that.")
    offer = serializers.CharField(help_text="What is offered instead.")
    ground = serializers.ChoiceField([("", "not refused"), *Ground.choices])
    reason = serializers.CharField(help_text="Of a refusal; of an answer in part, what is left out.")
    decided_by = serializers.CharField(allow_null=True)
    decided_at = Moment(allow_null=True)


class RequestOut(serializers.Serializer):
    id = serializers.UUIDField(source="request.public_id")
    partnership = PartnershipRefOut(source="request.partnership")
    agency = AgencyRefOut(source="request.asker.agency", help_text="Who asks.")
    author = AuthorOut(source="request.asked_by")
    to = AskedOut(many=True, source="as_data", help_text="Whom it asks, as far as you may know.")
    title = serializers.CharField(source="request.title")
    question = serializers.CharField(source="request.question")
    purpose = serializers.CharField(source="request.purpose")
    legal_basis = serializers.CharField(source="request.legal_basis")
    category = serializers.ChoiceField([("", "not said"), *Category.choices], source="request.category")
    competence = serializers.UUIDField(source="request.competence.public_id", allow_null=True, default=None)
    tlp = serializers.ChoiceField(Tlp.choices, source="request.tlp")
    due_on = serializers.DateField(source="request.due_on")
    asked_know_each_other = serializers.BooleanField(source="request.asked_know_each_other")
    state = serializers.ChoiceField(STATES, help_text="`open` while somebody whose state you see is waited for.")
    withdrawal_reason = serializers.CharField(source="request.withdrawal_reason")
    created_at = Moment(source="request.created_at")


def as_data(shown: Sequence[Shown]) -> Any:
    """Return requests as data."""
    for each in shown:
        rows = [_row(each, row) for row in each.rows] + [_beside(member) for member in each.beside]
        each.as_data = sorted(rows, key=lambda row: row["agency"].name)
    return RequestOut(shown, many=True).data


def _row(each: Shown, row: Asked) -> dict[str, Any]:
    note = each.notes.get(row.pk)
    return {
        "agency": row.member.agency,
        "status": row.status,
        "late": is_late(row, each.request.due_on),
        "answer": row.answer,
        "note": note.public_id if note else None,
        "offer": row.offer,
        "ground": row.ground,
        "reason": row.reason,
        "decided_by": row.decided_by.name if row.decided_by else None,
        "decided_at": row.decided_at,
    }


def _beside(member: Membership) -> dict[str, Any]:
    blank = dict.fromkeys(("answer", "offer", "ground", "reason"), "")
    unknown = dict.fromkeys(("status", "late", "note", "decided_by", "decided_at"))
    return {"agency": member.agency, **blank, **unknown}


class RequestQuery(PageQuery):
    partnership = serializers.CharField(
        max_length=80, required=False, help_text="Only of this partnership: its id or its slug."
    )
    whose = serializers.ChoiceField(WHOSE, required=False, help_text="Only what your agency asked, or was asked.")
    state = serializers.ChoiceField(
        STATES[:2], required=False, help_text="Only those in which somebody is waited for, or nobody."
    )


class RequestIn(Input):
    """A question to other members, under a marking that is for named agencies."""

    partnership = serializers.CharField(max_length=80, help_text="Its id or its slug.")
    to = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MOST_ASKED, help_text="Agencies, by their ids."
    )
    title = serializers.CharField(max_length=200)
    question = serializers.CharField(max_length=5000)
    purpose = serializers.CharField(max_length=300)
    legal_basis = serializers.CharField(max_length=300)
    category = serializers.ChoiceField(
        Category.choices,
        required=False,
        help_text="Needed where a private member takes part and agreements decide what it may receive.",
    )
    tlp = serializers.ChoiceField(
        [(tlp.value, tlp.label) for tlp in MARKINGS],
        required=False,
        error_messages={"invalid_choice": f'Write one of {", ".join(MARKINGS)}, without "TLP:" before it.'},
        help_text="`AMBER+STRICT` if left out.",
    )
    due_on = serializers.DateField(help_text="A day after today, at most a year ahead.")
    asked_know_each_other = serializers.BooleanField(required=False, help_text="True if left out.")


class AnswerIn(Input):
    outcome = serializers.ChoiceField(
        [(each.value, each.label) for each in ANSWERS], required=False, help_text="`answered` if left out."
    )
    answer = serializers.CharField(
        max_length=5000, required=False, allow_blank=True, help_text="Or, with `counter_offered`, what you offer."
    )
    note = serializers.UUIDField(required=False, allow_null=True, help_text="Of your agency, which the asker has.")
    reason = serializers.CharField(
        max_length=500, required=False, allow_blank=True, help_text="With `partly_answered`: what is left out, and why."
    )


class RefusalIn(Input):
    ground = serializers.ChoiceField(Ground.choices)
    reason = serializers.CharField(max_length=500)


class TakingBackIn(Input):
    reason = serializers.CharField(max_length=500)


def members_named(actor: Actor, partnership: Partnership, agencies: Iterable[UUID]) -> list[Membership]:
    """Return the members that input names by their agencies.

    Raises:
        Invalid: it names somebody whom the actor cannot ask, or does not see: the same words for both.
    """
    members = {member.agency.public_id: member for member in selectors.askable(actor, partnership)}
    unknown = [str(key) for key in agencies if key not in members]
    if unknown:
        raise Invalid(
            f"Not in this partnership: {', '.join(unknown)}. Name active members other than your own agency.",
            field="to",
        )
    return [members[key] for key in dict.fromkeys(agencies)]
