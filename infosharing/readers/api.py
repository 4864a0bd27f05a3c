"""For programs: notes that were taken back after the program read them."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.agencies.api import AgencyRefOut
from foundation.api import pages
from foundation.api.parsing import Moment
from foundation.api.schema import operation
from foundation.api.views import ApiView
from infosharing.readers import services
from infosharing.readers.models import Cause, Recall
from partnership.membership.api import page_out
from partnership.membership.serializers import PartnershipRefOut


class RecallOut(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    note = serializers.UUIDField(source="note_public_id", help_text="Of the note that was read; it is not found now.")
    partnership = PartnershipRefOut()
    agency = AgencyRefOut(source="originator.agency", help_text="The originator.")
    cause = serializers.ChoiceField(Cause.choices)
    reason = serializers.CharField()
    last_read_at = Moment()
    recalled_at = Moment(source="at")
    acknowledged_at = Moment(allow_null=True)


class RecallsView(ApiView):
    scopes = {"GET": "notes:read"}

    @operation(
        "listRecalls",
        summary="Notes that you read and do not see any more: what was concluded from them is to be corrected",
        query=pages.PageQuery,
        out=page_out("RecallPageOut", RecallOut),
        problems=(400,),
        headers=("Link",),
    )
    def get(self, request: Request) -> Response:
        query = pages.PageQuery.of_query(request)
        place = pages.read_cursor("recalls", query)
        own: Any = Recall.objects.for_reader(self.actor).select_related("partnership", "originator__agency")
        records, last = pages.records(own, query, after=place.get("after"))
        cursor = pages.make_cursor("recalls", after=last) if last else None
        return pages.respond(request, RecallOut(records, many=True).data, cursor)


class RecallAcknowledgementView(ApiView):
    scopes = {"POST": "notes:write"}

    @operation(
        "acknowledgeRecall",
        summary="Say that you have stopped relying on a note that was taken back",
        out=RecallOut,
        problems=(404, 409),
    )
    def post(self, request: Request, recall: UUID) -> Response:
        own = Recall.objects.for_reader(self.actor).select_related("partnership", "originator__agency")
        found = get_object_or_404(own, public_id=recall)
        services.acknowledge_recall(actor=self.actor, recall=found)
        return Response(RecallOut(own.get(pk=found.pk)).data)
