"""For programs: why an agency sees a note, or does not."""

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.parsing import Input
from foundation.api.schema import operation
from infosharing.notes import examples, explaining
from infosharing.notes.api import NoteView


class ExplanationQuery(Input):
    agency = serializers.UUIDField(required=False, help_text="Id of an agency that takes or took part; else your own.")
    at = serializers.CharField(
        max_length=40, required=False, help_text="A day that has passed, by which its end is meant, or a moment."
    )


class ExplanationOut(serializers.Serializer):
    visible = serializers.BooleanField()
    reasons = serializers.ListField(child=serializers.CharField(), help_text="For people: words may change.")


class ExplanationView(NoteView):
    scopes = {"GET": "notes:read"}

    @operation(
        "explainNote",
        summary="Why an agency sees a note: to its originator, of any agency and day; to others, of their own",
        query=ExplanationQuery,
        out=ExplanationOut,
        problems=(400, 404),
        example=examples.EXPLANATION,
    )
    def get(self, request: Request, note: UUID) -> Response:
        found = self.find(note)
        query = ExplanationQuery.of_query(request)
        at = explaining.moment_of(query.get("at", ""))
        return Response(ExplanationOut(explaining.explain(self.actor, found, agency=query.get("agency"), at=at)).data)
