"""Agencies, partnerships and memberships for programs."""

from typing import Any
from uuid import UUID

from django.db import models
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.agencies.api import AgencyOut
from foundation.api import pages
from foundation.api.linked_data import LinkedDataRenderer
from foundation.api.schema import operation
from foundation.api.views import ApiView
from foundation.errors import Invalid
from partnership.membership import examples, feed, linked_data
from partnership.membership.models import Membership, Partnership
from partnership.membership.querysets import agencies_visible_to
from partnership.membership.serializers import MembershipOut, MembershipQuery, PartnershipOut


def partnership_named(actor: Any, name: str) -> Partnership:
    """Return the partnership that input names, by its id or its slug.

    Raises:
        Invalid: there is none such, or the actor does not see it: the same words for both.
    """
    visible = Partnership.objects.visible_to(actor)
    try:
        found = visible.filter(public_id=UUID(name)).first()
    except ValueError:
        found = visible.filter(slug=name).first()
    if found is None:
        raise Invalid("There is no such partnership, or none that you may see.", field="partnership")
    return found


def page_out(name: str, row: Any, **more: Any) -> Any:
    """Return the serializer of a page of rows, for the schema."""
    fields = {"results": row(many=True), "next": serializers.URLField(allow_null=True), **more}
    return inline_serializer(name, fields)


class MembershipView(ApiView):
    """What the endpoints of this room share."""

    scopes = {"GET": "membership:read"}
    renderer_classes = [JSONRenderer, LinkedDataRenderer]
    conditional = True
    vocabularies = linked_data.VOCABULARIES

    def listed(self, request: Request, kind: str, rows: models.QuerySet, out: type[serializers.Serializer]) -> Response:
        """Answer with a page of records."""
        query = pages.PageQuery.of_query(request)
        place = pages.read_cursor(kind, query)
        records, last = pages.records(rows, query, after=place.get("after"))
        cursor = pages.make_cursor(kind, after=last) if last else None
        return pages.respond(request, out(records, many=True).data, cursor)


def of_list(name: str, **more: Any) -> Any:
    problems = (400, *more.pop("problems", ()))
    sent, given = ("If-None-Match",), ("ETag", "Link")
    return operation(name, problems=problems, takes=sent, headers=given, linked_data=True, **more)


def of_one(name: str, **more: Any) -> Any:
    sent, given = ("If-None-Match",), ("ETag",)
    return operation(name, problems=(404,), takes=sent, headers=given, linked_data=True, **more)


class AgenciesView(MembershipView):
    linked_data = staticmethod(linked_data.agency)

    @of_list(
        "listAgencies",
        summary="The own agency, and those that take or took part in a partnership that you see",
        query=pages.PageQuery,
        out=page_out("AgencyPageOut", AgencyOut),
    )
    def get(self, request: Request) -> Response:
        return self.listed(request, "agencies", agencies_visible_to(self.actor), AgencyOut)


class AgencyView(MembershipView):
    linked_data = staticmethod(linked_data.agency)

    @of_one("getAgency", summary="One agency", out=AgencyOut)
    def get(self, request: Request, agency: UUID) -> Response:
        found = get_object_or_404(agencies_visible_to(self.actor), public_id=agency)
        return Response(AgencyOut(found).data)


class PartnershipsView(MembershipView):
    linked_data = staticmethod(linked_data.partnership)

    @of_list(
        "listPartnerships",
        summary="The partnerships in which your agency is an active member",
        query=pages.PageQuery,
        out=page_out("PartnershipPageOut", PartnershipOut),
    )
    def get(self, request: Request) -> Response:
        rows = Partnership.objects.visible_to(self.actor).select_related("coordinator")
        return self.listed(request, "partnerships", rows, PartnershipOut)


class PartnershipView(MembershipView):
    linked_data = staticmethod(linked_data.partnership)

    @of_one("getPartnership", summary="One partnership", out=PartnershipOut)
    def get(self, request: Request, partnership: UUID) -> Response:
        visible = Partnership.objects.visible_to(self.actor).select_related("coordinator")
        return Response(PartnershipOut(get_object_or_404(visible, public_id=partnership)).data)


def with_all_that_is_shown(rows: models.QuerySet[Membership]) -> models.QuerySet[Membership]:
    return rows.select_related("partnership", "agency", "representative", "deputy")


class PartnershipMembershipsView(MembershipView):
    linked_data = staticmethod(linked_data.membership)

    @of_list(
        "listMembershipsOfPartnership",
        summary="Who takes or took part in one partnership",
        query=pages.PageQuery,
        out=page_out("MembershipPageOut", MembershipOut),
        problems=(404,),
    )
    def get(self, request: Request, partnership: UUID) -> Response:
        found = get_object_or_404(Partnership.objects.visible_to(self.actor), public_id=partnership)
        rows = Membership.objects.visible_to(self.actor).filter(partnership=found)
        return self.listed(request, f"memberships.{partnership}", with_all_that_is_shown(rows), MembershipOut)


class MembershipsView(MembershipView):
    linked_data = staticmethod(linked_data.membership)

    @of_list(
        "listMemberships",
        summary="Memberships that you see, or what changed of them since a token",
        query=MembershipQuery,
        out=page_out("MembershipFeedOut", MembershipOut, token=serializers.CharField()),
        example=examples.MEMBERSHIPS,
    )
    def get(self, request: Request) -> Response:
        query = MembershipQuery.of_query(request)
        place = pages.read_cursor("memberships", query)
        # before the rows are read, and the same on every page: what changes while somebody leafs comes next time
        token = place.get("token") or feed.token_for(self.actor)
        records, last = pages.records(self._rows(query), query, after=place.get("after"))
        cursor = pages.make_cursor("memberships", after=last, token=token) if last else None
        return pages.respond(request, MembershipOut(records, many=True).data, cursor, token=token)

    def _rows(self, query: dict[str, Any]) -> models.QuerySet[Membership]:
        if "since" in query:
            rows = feed.changed_since(self.actor, query["since"])
        else:
            rows = Membership.objects.visible_to(self.actor)
        if "partnership" in query:
            rows = rows.filter(partnership=partnership_named(self.actor, query["partnership"]))
        return with_all_that_is_shown(rows)


class OneMembershipView(MembershipView):
    linked_data = staticmethod(linked_data.membership)

    @of_one("getMembership", summary="One membership", out=MembershipOut, example=examples.MEMBERSHIP)
    def get(self, request: Request, membership: UUID) -> Response:
        visible = with_all_that_is_shown(Membership.objects.visible_to(self.actor))
        return Response(MembershipOut(get_object_or_404(visible, public_id=membership)).data)
