"""Commitments for programs: the same rules and services as for people."""

from uuid import UUID

from django.db import models
from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.people.models import Person
from foundation.api import pages
from foundation.api.schema import operation
from foundation.api.views import ApiView
from foundation.errors import Invalid
from partnership.commitments import examples, services
from partnership.commitments.models import Commitment, Status
from partnership.commitments.serializers import (
    AcceptIn,
    CommitmentOut,
    CommitmentQuery,
    CompletionIn,
    DateAnswerIn,
    DateIn,
    ProgressIn,
    ReasonIn,
)
from partnership.membership.api import page_out, partnership_named
from partnership.membership.models import Membership

FILTERS = {"agency": "owner__agency__public_id", "status": "status", "due_from": "due_on__gte", "due_to": "due_on__lte"}
TO_A_POST = (400, 404, 409, 413, 415)


class CommitmentView(ApiView):
    """What the endpoints of commitments share."""

    def visible(self) -> models.QuerySet[Commitment]:
        """Return the commitments that the actor sees, with all that is shown of them."""
        return (
            Commitment.objects.visible_to(self.actor)
            .with_times_replanned()
            .select_related(
                "partnership", "owner__agency", "person", "responsibility", "clause", "input", "competence",
                "blocker__agency", "verified_by__agency",
            )
            .prefetch_related(
                "contributors__agency", "dependencies__needs", "evidence_items__file", "evidence_items__member__agency"
            )
        )  # fmt: skip

    def find(self, public_id: UUID) -> Commitment:
        """Return a commitment that the actor sees.

        Raises:
            Http404: there is none such, or it is not theirs to see.
        """
        return get_object_or_404(self.visible(), public_id=public_id)

    def one(self, public_id: UUID) -> Response:
        """Answer with a commitment, read again as it stands now."""
        return Response(CommitmentOut(self.find(public_id)).data)


class CommitmentsView(CommitmentView):
    scopes = {"GET": "commitments:read"}
    conditional = True

    @operation(
        "listCommitments",
        summary="The commitments of your partnerships, ended ones included",
        query=CommitmentQuery,
        out=page_out("CommitmentPageOut", CommitmentOut),
        problems=(400,),
        takes=("If-None-Match",),
        headers=("ETag", "Link"),
    )
    def get(self, request: Request) -> Response:
        query = CommitmentQuery.of_query(request)
        place = pages.read_cursor("commitments", query)
        rows = self.visible().filter(**{FILTERS[name]: query[name] for name in FILTERS if name in query})
        if "partnership" in query:
            rows = rows.filter(partnership=partnership_named(self.actor, query["partnership"]))
        records, last = pages.records(rows, query, after=place.get("after"))
        cursor = pages.make_cursor("commitments", after=last) if last else None
        return pages.respond(request, CommitmentOut(records, many=True).data, cursor)


class OneCommitmentView(CommitmentView):
    scopes = {"GET": "commitments:read"}
    conditional = True

    @operation(
        "getCommitment",
        summary="One commitment",
        out=CommitmentOut,
        problems=(404,),
        takes=("If-None-Match",),
        headers=("ETag",),
        example=examples.COMMITMENT,
    )
    def get(self, request: Request, commitment: UUID) -> Response:
        return self.one(commitment)


class AcceptanceView(CommitmentView):
    scopes = {"POST": "commitments:write"}

    @operation(
        "acceptCommitment",
        summary="Accept what was proposed to your agency",
        body=AcceptIn,
        out=CommitmentOut,
        problems=TO_A_POST,
    )
    def post(self, request: Request, commitment: UUID) -> Response:
        found = self.find(commitment)
        named = AcceptIn.of_body(request).get("person")
        services.accept_commitment(actor=self.actor, commitment=found, person=self._colleague(named))
        return self.one(commitment)

    def _colleague(self, public_id: UUID | None) -> Person | None:
        if public_id is None:
            return None
        person = Person.objects.colleagues_of(self.actor).filter(public_id=public_id).first()
        if person is None:
            raise Invalid("Choose somebody of your agency.", field="person")
        return person


class DeclineView(CommitmentView):
    scopes = {"POST": "commitments:write"}

    @operation(
        "declineCommitment",
        summary="Decline what was proposed to your agency, saying why",
        body=ReasonIn,
        out=CommitmentOut,
        problems=TO_A_POST,
    )
    def post(self, request: Request, commitment: UUID) -> Response:
        found = self.find(commitment)
        services.decline_commitment(actor=self.actor, commitment=found, **ReasonIn.of_body(request))
        return self.one(commitment)


class DateView(CommitmentView):
    scopes = {"POST": "commitments:write"}

    @operation(
        "askForDate",
        summary="Ask for another date than the one proposed to your agency, saying why",
        body=DateIn,
        out=CommitmentOut,
        problems=TO_A_POST,
    )
    def post(self, request: Request, commitment: UUID) -> Response:
        found = self.find(commitment)
        services.ask_for_date(actor=self.actor, commitment=found, **DateIn.of_body(request))
        return self.one(commitment)


class DateAnswerView(CommitmentView):
    scopes = {"POST": "commitments:write"}

    @operation(
        "answerDate",
        summary="As the coordinator, agree to another date that a member asks for, or keep the date and say why",
        body=DateAnswerIn,
        out=CommitmentOut,
        problems=TO_A_POST,
    )
    def post(self, request: Request, commitment: UUID) -> Response:
        found = self.find(commitment)
        answer = DateAnswerIn.of_body(request)
        if answer["agreed"]:
            services.agree_to_date(actor=self.actor, commitment=found)
        else:
            services.keep_date(actor=self.actor, commitment=found, reason=answer["reason"])
        return self.one(commitment)


class ProgressView(CommitmentView):
    scopes = {"POST": "commitments:write"}

    @operation(
        "reportProgress",
        summary="Say that work has begun or goes on, or that it is blocked and by what",
        body=ProgressIn,
        out=CommitmentOut,
        problems=TO_A_POST,
    )
    def post(self, request: Request, commitment: UUID) -> Response:
        found = self.find(commitment)
        data = ProgressIn.of_body(request)
        if data["status"] == Status.BLOCKED:
            services.block_commitment(
                actor=self.actor,
                commitment=found,
                reason=data["reason"],
                blocker=self._member(found, data.get("waits_for_agency")),
                blocker_words=data.get("waits_for", ""),
            )
        elif found.status == Status.BLOCKED:
            services.unblock_commitment(actor=self.actor, commitment=found)
        else:
            services.start_commitment(actor=self.actor, commitment=found)
        return self.one(commitment)

    def _member(self, commitment: Commitment, agency: UUID | None) -> Membership | None:
        if agency is None:
            return None
        members = Membership.objects.visible_to(self.actor).active().filter(partnership=commitment.partnership_id)
        member = members.select_related("agency").filter(agency__public_id=agency).first()
        if member is None:
            raise Invalid("Name another active member of this partnership.", field="waits_for_agency")
        return member


class CompletionView(CommitmentView):
    scopes = {"POST": "commitments:write"}

    @operation(
        "completeCommitment",
        summary="Claim that it is done, with what shows it; another member verifies",
        body=CompletionIn,
        out=CommitmentOut,
        problems=TO_A_POST,
    )
    def post(self, request: Request, commitment: UUID) -> Response:
        found = self.find(commitment)
        services.claim_done(actor=self.actor, commitment=found, **CompletionIn.of_body(request))
        return self.one(commitment)
