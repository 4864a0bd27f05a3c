"""Errors of the API: application/problem+json (RFC 9457), with a code that programs can rely on."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from rest_framework import exceptions, status
from rest_framework.response import Response

from foundation.api.version import HEADER, VERSION
from foundation.errors import Refusal

CONTENT_TYPE = "application/problem+json"
NOTHING_HERE = "There is nothing here, or nothing that you may see."

CODES = {
    status.HTTP_400_BAD_REQUEST: "invalid",
    status.HTTP_401_UNAUTHORIZED: "not_authenticated",
    status.HTTP_403_FORBIDDEN: "not_allowed",
    status.HTTP_404_NOT_FOUND: "not_found",
    status.HTTP_405_METHOD_NOT_ALLOWED: "method_not_allowed",
    status.HTTP_406_NOT_ACCEPTABLE: "not_acceptable",
    status.HTTP_409_CONFLICT: "out_of_turn",
    status.HTTP_412_PRECONDITION_FAILED: "precondition_failed",
    status.HTTP_413_REQUEST_ENTITY_TOO_LARGE: "too_large",
    status.HTTP_415_UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
    status.HTTP_428_PRECONDITION_REQUIRED: "precondition_required",
    status.HTTP_429_TOO_MANY_REQUESTS: "too_many_requests",
    status.HTTP_500_INTERNAL_SERVER_ERROR: "defect",
}


class InvalidCursor(exceptions.APIException):
    """A cursor that this list did not give."""

    status_code = 400
    default_detail = "This cursor is not one that this list gave. Start again without a cursor."
    kind = "invalid_cursor"


class TooLarge(exceptions.APIException):
    status_code = 413
    default_detail = "The body is too large."


class PreconditionFailed(exceptions.APIException):
    """What the caller read has changed since."""

    status_code = 412
    default_detail = "This has changed since you read it. Read it again, and then decide."


class PreconditionRequired(exceptions.APIException):
    status_code = 428
    default_detail = "Send If-Match with the ETag of what you read, so that nobody's change is lost."


def body(code: int, detail: str, *, kind: str = "", errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """Return the members of a problem.

    Args:
        code: the HTTP status.
        detail: one sentence saying what is wrong and how to mend it.
        kind: the stable code; by default the status's.
        errors: for input, each `{"field", "code", "detail"}`.
    """
    members: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(code).phrase,
        "status": code,
        "code": kind or CODES.get(code, "error"),
        "detail": detail,
    }
    return members | {"errors": errors} if errors else members


def plain(code: int, detail: str, *, kind: str = "") -> JsonResponse:
    """Return a problem where REST framework has no part: before a view, or after one broke."""
    response = JsonResponse(body(code, detail, kind=kind), status=code, content_type=CONTENT_TYPE)
    response[HEADER] = VERSION
    return response


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception into a problem; None for a defect, which is logged and answered 500."""
    if isinstance(error, Refusal):
        return _of_refusal(error)
    if isinstance(error, Http404):
        error = exceptions.NotFound(NOTHING_HERE)
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    response = _of_api_exception(error)
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        response["WWW-Authenticate"] = error.auth_header  # type: ignore[union-attr]
    elif hasattr(error, "challenge"):
        response["WWW-Authenticate"] = error.challenge
    if getattr(error, "wait", None):
        response["Retry-After"] = str(int(error.wait))  # type: ignore[attr-defined]
    return response


def _response(code: int, detail: str, *, kind: str = "", errors: list[dict[str, str]] | None = None) -> Response:
    return Response(body(code, detail, kind=kind, errors=errors), status=code, content_type=CONTENT_TYPE)


def _of_refusal(refusal: Refusal) -> Response:
    field, code, detail = refusal.field, refusal.code, refusal.message
    named = [{"field": field, "code": code, "detail": detail}] if field else None
    return _response(refusal.status, detail, kind=code, errors=named)


def _of_api_exception(error: exceptions.APIException) -> Response:
    if isinstance(error, exceptions.ValidationError):
        errors = list(_flat(error.detail))
        fields = ", ".join(dict.fromkeys(entry["field"] for entry in errors if entry["field"]))
        return _response(400, f"Mend these fields: {fields}." if fields else errors[0]["detail"], errors=errors)
    kind = "malformed" if isinstance(error, exceptions.ParseError) else getattr(error, "kind", "")
    return _response(error.status_code, str(error.detail), kind=kind)


def _flat(detail: Any, field: str = "") -> Iterator[dict[str, str]]:
    """Yield each message of DRF's nested detail with the path of its field, `audience.agencies.0`."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            name = "" if key == "non_field_errors" else str(key)
            yield from _flat(value, ".".join(part for part in (field, name) if part))
    elif isinstance(detail, list):
        for number, value in enumerate(detail):
            nested = isinstance(value, dict | list)
            yield from _flat(value, f"{field}.{number}" if nested else field)
    else:
        yield {"field": field, "code": getattr(detail, "code", "invalid"), "detail": str(detail)}
