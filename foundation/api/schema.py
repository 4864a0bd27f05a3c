"""The OpenAPI description: drawn from the views, served to anybody at /api/v1/openapi.json."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api import version
from foundation.api.problems import CODES, CONTENT_TYPE
from foundation.api.views import ApiView

JSON, LINKED_DATA = "application/json", "application/ld+json"


class FieldProblemOut(serializers.Serializer):
    field = serializers.CharField(help_text="Path of the field, such as `audience.agencies`.")
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemOut(serializers.Serializer):
    """A problem (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable: decide by this.")
    detail = serializers.CharField(help_text="For people: may change.")
    errors = FieldProblemOut(many=True, required=False)  # type: ignore[assignment]


class BearerScheme(OpenApiAuthenticationExtension):
    """Client credentials, and for each operation the scope that its view takes."""

    target_class = "foundation.api.authentication.ActorAuthentication"
    name = "oauth2"

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[str]]:
        scopes = auto_schema.view.scopes  # type: ignore[attr-defined]
        return {self.name: [scopes[auto_schema.method]]}

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        flow = {
            "tokenUrl": f"{settings.CONCORD_URL}/api/oauth/token",
            "scopes": settings.OAUTH2_PROVIDER["SCOPES"],
        }
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}


def operation(
    name: str,
    *,
    summary: str,
    out: Any,
    body: Any = None,
    query: Any = None,
    status: int = 200,
    problems: Iterable[int] = (),
    headers: Iterable[str] = (),
    takes: Iterable[str] = (),
    linked_data: bool = False,
    media: str = JSON,
    example: Any = None,
) -> Callable[..., Any]:
    """Describe an operation of a view.

    Args:
        name: such as `listMemberships`.
        out, body, query: serializers of the answer, the body and the address's parameters.
        status: of the answer.
        problems: statuses beside 401, 403 and 406 that it may answer with.
        headers: of the answer, beside the API's version.
        takes: names of headers that the caller sends.
        linked_data: whether it also answers in JSON-LD.
        media: type of the answer, where it is not JSON.
        example: an answer.
    """
    responses: dict[Any, Any] = {(status, media): out}
    if linked_data:
        responses[status, LINKED_DATA] = OpenApiTypes.OBJECT
    for code in sorted({401, 403, 406, *problems}):
        responses[code, CONTENT_TYPE] = ProblemOut
    sent = [OpenApiParameter(header, str, OpenApiParameter.HEADER, required=header == "If-Match") for header in takes]
    given = [
        OpenApiParameter(header, str, OpenApiParameter.HEADER, response=[status])
        for header in (version.HEADER, *headers)
    ]
    return extend_schema(
        operation_id=name,
        summary=summary,
        # else the view's docstring, which is for us
        description=f"{summary}.",
        request=body,
        parameters=[*([query] if query else []), *sent, *given],
        responses=responses,
        examples=[*_examples(example, status), *map(_problem, sorted({401, 403, *problems}))],
    )


def _examples(example: Any, status: int) -> list[OpenApiExample]:
    if example is None:
        return []
    return [OpenApiExample("Answer", example, response_only=True, status_codes=[str(status)], media_type=JSON)]


def _problem(code: int) -> OpenApiExample:
    value = {"type": "about:blank", "title": "…", "status": code, "code": CODES[code], "detail": "…"}
    return OpenApiExample(
        f"Problem {code}", value, response_only=True, status_codes=[str(code)], media_type=CONTENT_TYPE
    )


class OpenApiView(ApiView):
    """The description itself: the same for everybody, so made once per process."""

    authentication_classes = []
    permission_classes = [AllowAny]
    renderer_classes = [OpenApiJsonRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(_description(), content_type=JSON, headers={"Cache-Control": "public, max-age=300"})


@cache
def _description() -> Any:
    return SchemaGenerator().get_schema(request=None, public=True)
