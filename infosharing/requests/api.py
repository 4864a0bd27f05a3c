"""Requests for programs: the same rules and services as for people."""

from typing import Any
from uuid import UUID

from django.db import models
from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api import pages
from foundation.api.schema import operation
from foundation.api.views import ApiView
from foundation.errors import Invalid
from infosharing.notes.markings import Tlp
from infosharing.notes.models import Note
from infosharing.requests import examples, selectors, services
from infosharing.requests.models import InformationRequest
from infosharing.requests.serializers import (
    AnswerIn,
    RefusalIn,
    RequestIn,
    RequestOut,
    RequestQuery,
    TakingBackIn,
    as_data,
    members_named,
)
from partnership.membership.api import page_out, partnership_named

TO_A_POST = (400, 404, 409, 413, 415)


class RequestView(ApiView):
    """What the endpoints of requests share."""

    def find(self, public_id: UUID) -> InformationRequest:
        """Return a request that the actor sees.

        Raises:
            Http404: there is none such, or it is not theirs to see.
        """
        return get_object_or_404(selectors.requests(self.actor), public_id=public_id)

    def one(self, public_id: UUID, **options: Any) -> Response:
        """Answer with a request, read again as the actor sees it now."""
        return Response(as_data(selectors.shown(self.actor, [self.find(public_id)]))[0], **options)


class RequestsView(RequestView):
    scopes = {"GET": "notes:read", "POST": "notes:write"}

    @operation(
        "listRequests",
        summary="What your agency asked of others, and what others asked of it, newest first",
        query=RequestQuery,
        out=page_out("RequestPageOut", RequestOut),
        problems=(400,),
        headers=("Link",),
    )
    def get(self, request: Request) -> Response:
        query = RequestQuery.of_query(request)
        place = pages.read_cursor("requests", query)
        found = self._narrowed(query)
        if place:
            found = found.filter(public_id__lt=UUID(place["before"]))
        limit = query["limit"]
        listed = list(found[: limit + 1])
        cursor = pages.make_cursor("requests", before=str(listed[limit - 1].public_id)) if len(listed) > limit else None
        return pages.respond(request, as_data(selectors.shown(self.actor, listed[:limit])), cursor)

    def _narrowed(self, query: dict[str, Any]) -> models.QuerySet[InformationRequest]:
        partnership = partnership_named(self.actor, query["partnership"]) if "partnership" in query else None
        found: Any = selectors.requests(self.actor, partnership)
        if "whose" in query:
            ours = query["whose"] == "asked"
            found = found.asked_by_us(self.actor) if ours else found.asked_of_us(self.actor)
        if "state" in query:
            found = found.open_for(self.actor) if query["state"] == "open" else found.closed_for(self.actor)
        return found

    @operation(
        "askForInformation",
        summary="Ask other members for information",
        body=RequestIn,
        out=RequestOut,
        status=201,
        problems=(400, 413, 415),
        headers=("Location",),
        example=examples.REQUEST,
    )
    def post(self, request: Request) -> Response:
        data = RequestIn.of_body(request)
        partnership = partnership_named(self.actor, data.pop("partnership"))
        members = members_named(self.actor, partnership, data.pop("to"))
        data.setdefault("tlp", Tlp.AMBER_STRICT)
        made = services.ask_members(
            actor=self.actor, partnership=partnership, members=members, words=services.Words(**data)
        )
        address = request.build_absolute_uri(reverse("api-request", kwargs={"question": made.public_id}))
        return self.one(made.public_id, status=201, headers={"Location": address})


class OneRequestView(RequestView):
    scopes = {"GET": "notes:read"}

    @operation("getRequest", summary="One request", out=RequestOut, problems=(404,), example=examples.REQUEST)
    def get(self, request: Request, question: UUID) -> Response:
        return self.one(question)


class AnswerView(RequestView):
    scopes = {"POST": "notes:write"}

    @operation(
        "answerRequest",
        summary="Answer for your agency: in full, in part, or with an offer of something else",
        body=AnswerIn,
        out=RequestOut,
        problems=TO_A_POST,
    )
    def post(self, request: Request, question: UUID) -> Response:
        found = self.find(question)
        data = AnswerIn.of_body(request)
        data["note"] = self._note(data.get("note"))
        services.answer_request(actor=self.actor, found=found, **data)
        return self.one(question)

    def _note(self, public_id: UUID | None) -> Note | None:
        if public_id is None:
            return None
        note = Note.objects.visible_to(self.actor).filter(public_id=public_id).first()
        if note is None:
            raise Invalid("Choose a note of your agency that the member that asks can see.", field="note")
        return note


class RefusalView(RequestView):
    scopes = {"POST": "notes:write"}

    @operation(
        "refuseRequest",
        summary="Refuse for your agency, on a ground and with a reason",
        body=RefusalIn,
        out=RequestOut,
        problems=TO_A_POST,
    )
    def post(self, request: Request, question: UUID) -> Response:
        found = self.find(question)
        services.refuse_request(actor=self.actor, found=found, **RefusalIn.of_body(request))
        return self.one(question)


class TakingBackView(RequestView):
    scopes = {"POST": "notes:write"}

    @operation(
        "withdrawRequest",
        summary="Take a request of your agency back: who has not answered need not any more",
        body=TakingBackIn,
        out=RequestOut,
        problems=TO_A_POST,
    )
    def post(self, request: Request, question: UUID) -> Response:
        found = self.find(question)
        services.withdraw_request(actor=self.actor, found=found, reason=TakingBackIn.of_body(request)["reason"])
        return self.one(question)
