"""What happens around every request: its id, an honest answer when a server behind us is away, private headers."""

import logging
import sys
import uuid
from collections.abc import Callable

import redis.exceptions
from django.core.signals import got_request_exception
from django.db import DatabaseError, InterfaceError, OperationalError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from kombu.exceptions import OperationalError as BrokerError

from foundation.audit import context

logger = logging.getLogger(__name__)
Respond = Callable[[HttpRequest], HttpResponse]

AWAY = (OperationalError, InterfaceError, redis.exceptions.ConnectionError, redis.exceptions.TimeoutError, BrokerError)


class RequestIdMiddleware:
    """Gives each request an id: in the log, in the audit trail, and in the answer's header."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = context.request_id.set(uuid.uuid4().hex)
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = context.request_id.get()
            return response
        finally:
            context.request_id.reset(token)


class RequestIdFilter(logging.Filter):
    """Adds the id of the request or task at work to a log line."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = context.request_id.get() or context.task_id.get() or "-"
        return True


class OutageMiddleware:
    """Answers 503, plainly, when PostgreSQL or Redis is away or too slow; nothing was changed then."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.outage = None  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        except AWAY as error:
            return _unavailable(request, error)
        # what went wrong further in, in a view or a middleware, became a 500 before it came here; its cause was noted
        if response.status_code == 500 and request.outage is not None:  # type: ignore[attr-defined]
            return _unavailable(request, request.outage)  # type: ignore[attr-defined]
        return response


@receiver(got_request_exception)
def note_outage(request: HttpRequest | None = None, **kwargs: object) -> None:
    """Note on the request that a server behind us is away, wherever in the request that showed."""
    error = sys.exc_info()[1]
    if request is not None and isinstance(error, AWAY):
        request.outage = error  # type: ignore[attr-defined]


def _unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    what = "PostgreSQL" if isinstance(error, DatabaseError | InterfaceError) else "Redis"
    # the driver's own words can hold addresses: they go to the log, not to the person
    logger.error("%s %s answered 503: %s is away (%s)", request.method, request.path, what, type(error).__name__)
    if request.path_info.startswith("/api/"):
        problem = {
            "type": "about:blank",
            "title": "Service unavailable",
            "status": 503,
            "code": "unavailable",
            "detail": "Concord is not available for a moment. Nothing was changed; try again shortly.",
        }
        response: HttpResponse = JsonResponse(problem, status=503, content_type="application/problem+json")
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = "15"
    response["Cache-Control"] = "no-store"
    return response


class PrivacyHeadersMiddleware:
    """Keeps what signed-in people read out of every cache, and browser features off that no page needs."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


class ButtonMiddleware:
    """Explains itself to who opens the address of a button: after signing in anew, say, on the way back to it.

    The last one, so that the page is made in the sight of its reader.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        opened = response.status_code == 405 and request.method == "GET" and not request.path_info.startswith("/api/")
        if not opened or response.content:
            return response
        page = render(request, "405.html", {"back": _page_above(request.path_info)}, status=405)
        page["Allow"] = response["Allow"]
        return page


def _page_above(path: str) -> str:
    """Return the nearest address above a path that something answers."""
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return path
