"""What a program gets where no view could answer; pages keep Django's own."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views import defaults

from foundation.api.problems import plain


def _is_program(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception, *args: Any) -> HttpResponseBase:
    """Answer what Django refused before any view: a strange host, too many fields."""
    if _is_program(request):
        return plain(400, "This request cannot be read.", kind="malformed")
    return defaults.bad_request(request, exception)


def broken(request: HttpRequest, *args: Any) -> HttpResponseBase:
    """Answer a defect of ours, without its details: they are in the log under the answer's X-Request-ID."""
    if _is_program(request):
        return plain(500, "Something broke on our side. Nothing was changed.")
    return defaults.server_error(request)
