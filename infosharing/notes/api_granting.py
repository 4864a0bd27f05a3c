"""For programs: the grants of a note of the own agency, one by one."""

from uuid import UUID

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.parsing import Moment
from foundation.api.schema import operation
from infosharing.notes import granting
from infosharing.notes.api import NoteView
from infosharing.notes.granting import Row
from infosharing.notes.models import Note
from infosharing.notes.serializers import AudienceIn, choice


class GrantOut(serializers.Serializer):
    id = serializers.UUIDField(help_text="The id of whom it is to.")
    kind = serializers.ChoiceField([(kind, kind) for kind in ("agency", "circle", "partnership", "person")])
    granted_at = Moment()
    granted_by = serializers.CharField(source="grant.granted_by.name", allow_null=True, default=None)
    not_before = Moment(source="grant.not_before", allow_null=True)
    expires_at = Moment(source="grant.expires_at", allow_null=True)
    purpose = serializers.CharField(source="grant.purpose")
    onward = serializers.BooleanField(source="grant.onward")
    agreement = serializers.UUIDField(allow_null=True, help_text="The agreement by whose rule they may have it.")


class GrantsOut(serializers.Serializer):
    results = GrantOut(many=True)


class GrantsView(NoteView):
    scopes = {"GET": "notes:read", "POST": "notes:write"}

    @operation(
        "listGrants",
        summary="Whom a note of your agency is shared with, waiting grants included",
        out=GrantsOut,
        problems=(404,),
    )
    def get(self, request: Request, note: UUID) -> Response:
        return Response(self._shown(self.find(note)))

    @operation(
        "addGrants",
        summary="Share a note of your agency with more recipients, on the note's terms",
        body=AudienceIn,
        out=GrantsOut,
        status=201,
        problems=(400, 404, 409, 413, 415),
    )
    def post(self, request: Request, note: UUID) -> Response:
        found = self.find(note)
        added = choice(self.actor, found.partnership, AudienceIn.of_body(request))
        granting.add_recipients(actor=self.actor, note=found, added=added)
        return Response(self._shown(self.find(note)), status=201)

    def _shown(self, note: Note) -> object:
        return GrantsOut({"results": granting.grants_to_others(self.actor, note)}).data


class OneGrantView(NoteView):
    scopes = {"DELETE": "notes:write"}

    @operation(
        "endGrant",
        summary="End one grant of a note of your agency: who had it by this sees it no more",
        out=GrantsOut,
        problems=(400, 404, 409),
    )
    def delete(self, request: Request, note: UUID, grant: UUID) -> Response:
        found = self.find(note)
        if grant not in [row.id for row in self._rows(found)]:
            raise Http404
        granting.take_out(actor=self.actor, note=found, recipient=grant)
        return Response(GrantsOut({"results": self._rows(self.find(note))}).data)

    def _rows(self, note: Note) -> list[Row]:
        return granting.grants_to_others(self.actor, note)
