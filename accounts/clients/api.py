"""Where a program gets its token: OAuth 2.0 client credentials (RFC 6749, section 4.4), and no other grant."""

import base64
import binascii
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from oauth2_provider.views import TokenView as ToolkitTokenView

from accounts.clients.failures import Failures
from foundation.api.problems import plain
from foundation.api.version import HEADER, VERSION

FORM = "application/x-www-form-urlencoded"


class TokenView(ToolkitTokenView):
    """Refuses what the toolkit would be lenient about, slows down guessing, and lets the toolkit do the rest."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = self._answer(request)
        response["Cache-Control"] = "no-store"
        response[HEADER] = VERSION
        if response.status_code == 401:
            response["WWW-Authenticate"] = 'Basic realm="concord", charset="UTF-8"'
        return response

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = plain(405, "Use POST.")
        response["Allow"] = "POST"
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        refused = _refusal(request)
        if refused is not None:
            return refused
        failures = Failures(_client_id(request) or "", get_adapter().get_client_ip(request))
        wait = failures.wait()
        if wait:
            slow = _error(429, "too_many_requests", f"Too many wrong secrets. Try again in {wait} seconds.")
            slow["Retry-After"] = str(wait)
            return slow
        response = super().post(request)
        if response.status_code == 401:
            failures.count()
        return response


def _error(status: int, code: str, description: str) -> HttpResponse:
    return JsonResponse({"error": code, "error_description": description}, status=status)


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """Return the error of a request that cannot be one for a token; None if the secret is to be looked at."""
    try:
        sent = dict(request.POST.lists())
    except SuspiciousOperation:
        return _error(413, "invalid_request", "The body is too large.")
    if request.content_type != FORM or request.META.get("QUERY_STRING"):
        return _error(400, "invalid_request", f"Send the parameters in the body, as {FORM}.")
    if any(len(values) > 1 for values in sent.values()):
        return _error(400, "invalid_request", "Send each parameter once.")
    grant = sent.get("grant_type", [""])[0]
    if grant != "client_credentials":
        code = "unsupported_grant_type" if grant else "invalid_request"
        return _error(400, code, "Send grant_type=client_credentials.")
    if "resource" in sent:
        return _error(400, "invalid_target", "Tokens are for the whole API: leave resource out.")
    by_header = "Authorization" in request.headers
    if by_header and "client_secret" in sent:
        # else guesses in the body could hide behind another id in the header
        return _error(400, "invalid_request", "Send the secret in the header or in the body, not in both.")
    if by_header and _client_id(request) is None:
        return _error(401, "invalid_client", "The Authorization header is not HTTP Basic.")
    return None


def _client_id(request: HttpRequest) -> str | None:
    """Return the id that a request gives, unchecked; None where the header cannot be read."""
    header = request.headers.get("Authorization")
    if header is None:
        return request.POST.get("client_id", "")
    scheme, _space, text = header.partition(" ")
    try:
        identity, colon, _secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (ValueError, binascii.Error):
        return None
    return identity if scheme == "Basic" and colon else None
