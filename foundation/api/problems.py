"""Errors of the API: application/problem+json (RFC 9457), with a code that programs can rely on."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response

from foundation.errors import Refusal

CONTENT_TYPE = "application/problem+json"

CODES = {
    status.HTTP_400_BAD_REQUEST: "invalid",
    status.HTTP_401_UNAUTHORIZED: "not_authenticated",
    status.HTTP_403_FORBIDDEN: "not_allowed",
    status.HTTP_404_NOT_FOUND: "not_found",
    status.HTTP_405_METHOD_NOT_ALLOWED: "method_not_allowed",
    status.HTTP_406_NOT_ACCEPTABLE: "not_acceptable",
    status.HTTP_415_UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
    status.HTTP_429_TOO_MANY_REQUESTS: "too_many_requests",
}


def problem(code: int, detail: str, *, kind: str = "", errors: list[dict[str, str]] | None = None) -> Response:
    """Return a problem response.

    Args:
        code: the HTTP status.
        detail: one sentence saying what is wrong and how to mend it.
        kind: the stable code; by default the status's.
        errors: for input, each `{"field", "code", "detail"}`.
    """
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(code).phrase,
        "status": code,
        "code": kind or CODES.get(code, "error"),
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    return Response(body, status=code, content_type=CONTENT_TYPE)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception into a problem; None for a defect, which is logged and answered 500."""
    if isinstance(error, Refusal):
        named = [{"field": error.field, "code": error.code, "detail": error.message}] if error.field else None
        return problem(error.status, error.message, kind=error.code, errors=named)
    if isinstance(error, Http404):
        error = exceptions.NotFound("There is nothing here, or nothing that you may see.")
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    response = _of_api_exception(error)
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        response["WWW-Authenticate"] = 'Bearer realm="concord"'
    if getattr(error, "wait", None):
        response["Retry-After"] = str(int(error.wait))
    return response


def _of_api_exception(error: exceptions.APIException) -> Response:
    if isinstance(error, exceptions.ValidationError):
        errors = list(_flat(error.detail))
        fields = ", ".join(dict.fromkeys(entry["field"] for entry in errors if entry["field"]))
        detail = f"Mend these fields: {fields}." if fields else errors[0]["detail"]
        return problem(400, detail, kind="invalid", errors=errors)
    return problem(error.status_code, str(error.detail))


def _flat(detail: Any, field: str = "") -> Any:
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
