"""Competences for programs, to read: the catalogue, a partnership's register, its barrier model."""

from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation import clock
from foundation.api import pages
from foundation.api.schema import operation
from foundation.api.views import ApiView
from partnership.competences import selectors
from partnership.competences.models import Barrier, Competence, Entry, Holding, Step
from partnership.competences.serializers import CompetenceOut, EntryOut, StepOut
from partnership.membership.api import page_out
from partnership.membership.models import Partnership


class CompetencesView(ApiView):
    """What the endpoints of this room share."""

    conditional = True

    def listed(self, request: Request, kind: str, rows: models.QuerySet, out: type[serializers.Serializer]) -> Response:
        """Answer with a page of records."""
        query = pages.PageQuery.of_query(request)
        place = pages.read_cursor(kind, query)
        records, last = pages.records(rows, query, after=place.get("after"))
        cursor = pages.make_cursor(kind, after=last) if last else None
        return pages.respond(request, out(records, many=True).data, cursor)

    def partnership(self, public_id: UUID) -> Partnership:
        return get_object_or_404(Partnership.objects.visible_to(self.actor), public_id=public_id)


def of_list(name: str, *, problems: tuple[int, ...] = (), **more: Any) -> Any:
    sent, given = ("If-None-Match",), ("ETag", "Link")
    return operation(name, query=pages.PageQuery, problems=(400, *problems), takes=sent, headers=given, **more)


class CatalogueView(CompetencesView):
    scopes = {"GET": "membership:read"}

    @of_list(
        "listCatalogue",
        summary="The catalogue: competences that kinds of agency usually have, and how far each was checked",
        out=page_out("EntryPageOut", EntryOut),
    )
    def get(self, request: Request) -> Response:
        return self.listed(request, "catalogue", Entry.objects.visible_to(self.actor), EntryOut)


class RegisterView(CompetencesView):
    scopes = {"GET": "agreements:read"}

    @of_list(
        "listCompetencesOfPartnership",
        summary="The register of a partnership: its competences in use, and who holds them today",
        out=page_out("CompetencePageOut", CompetenceOut),
        problems=(404,),
    )
    def get(self, request: Request, partnership: UUID) -> Response:
        found = self.partnership(partnership)
        rows = selectors.competences(self.actor, found).filter(retired_at__isnull=True)
        return self.listed(request, f"competences.{partnership}", rows, CompetenceOut)


class StepsView(CompetencesView):
    scopes = {"GET": "agreements:read"}

    @of_list(
        "listStepsOfPartnership",
        summary="The barrier model of a partnership: steps of its processes in use, and who can act at each today",
        out=page_out("StepPageOut", StepOut),
        problems=(404,),
    )
    def get(self, request: Request, partnership: UUID) -> Response:
        found = self.partnership(partnership)
        rows = Step.objects.visible_to(self.actor).filter(partnership=found, process__retired_at__isnull=True)
        shown = rows.select_related("process").prefetch_related(self._barriers())
        return self.listed(request, f"steps.{partnership}", shown, StepOut)

    def _barriers(self) -> Prefetch:
        held = Holding.objects.visible_to(self.actor).held(clock.today()).select_related("membership__agency")
        by_name = held.order_by("membership__agency__name", "pk")
        serving = Competence.objects.visible_to(self.actor).in_use().order_by("name", "pk")
        return Prefetch(
            "barriers",
            Barrier.objects.visible_to(self.actor)
            .order_by("pk")
            .prefetch_related(
                Prefetch("competences", serving.prefetch_related(Prefetch("holdings", by_name, to_attr="held")))
            ),
        )
