"""Responsibilities for programs, to read."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.agencies.api import AgencyRefOut
from foundation.api import pages
from foundation.api.parsing import Moment
from foundation.api.schema import operation
from foundation.api.views import ApiView
from partnership.approaches import Approach
from partnership.membership.api import page_out, partnership_named
from partnership.membership.serializers import PartnershipRefOut
from partnership.responsibilities.models import Part, Period, Responsibility, Status


class PartOut(serializers.Serializer):
    agency = AgencyRefOut(source="membership.agency")
    part = serializers.ChoiceField(Part.choices)


class ResponsibilityOut(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    partnership = PartnershipRefOut()
    duty = serializers.CharField()
    measure = serializers.CharField()
    period = serializers.ChoiceField(Period.choices)
    accountable = AgencyRefOut(source="accountable.agency", help_text="Exactly one member.")
    parts = serializers.SerializerMethodField()
    approaches = serializers.ListField(child=serializers.ChoiceField(Approach.choices))
    clause = serializers.UUIDField(source="clause.public_id", allow_null=True, default=None)
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    status = serializers.ChoiceField(Status.choices)
    reason = serializers.CharField(help_text="Why it was declined, or what change is asked for.")
    answered_at = Moment(allow_null=True)
    created_at = Moment()

    @extend_schema_field(PartOut(many=True))
    def get_parts(self, responsibility: Responsibility) -> list[Any]:
        return list(PartOut(responsibility.parts.all(), many=True).data)


class ResponsibilityQuery(pages.PageQuery):
    partnership = serializers.CharField(
        max_length=80, required=False, help_text="Only of this partnership: its id or its slug."
    )
    status = serializers.ChoiceField(Status.choices, required=False, help_text="Only in this state.")


class ResponsibilitiesView(ApiView):
    scopes = {"GET": "commitments:read"}
    conditional = True

    @operation(
        "listResponsibilities",
        summary="The responsibilities in your partnerships, ended ones included",
        query=ResponsibilityQuery,
        out=page_out("ResponsibilityPageOut", ResponsibilityOut),
        problems=(400,),
        takes=("If-None-Match",),
        headers=("ETag", "Link"),
    )
    def get(self, request: Request) -> Response:
        query = ResponsibilityQuery.of_query(request)
        place = pages.read_cursor("responsibilities", query)
        rows = Responsibility.objects.visible_to(self.actor)
        if "status" in query:
            rows = rows.filter(status=query["status"])
        if "partnership" in query:
            rows = rows.filter(partnership=partnership_named(self.actor, query["partnership"]))
        shown = rows.select_related("partnership", "accountable__agency", "clause")
        records, last = pages.records(
            shown.prefetch_related("parts__membership__agency"), query, after=place.get("after")
        )
        cursor = pages.make_cursor("responsibilities", after=last) if last else None
        return pages.respond(request, ResponsibilityOut(records, many=True).data, cursor)
