"""What every endpoint shares: who is asking, the scope it takes, the version header, conditional requests."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.api import version
from foundation.api.authentication import ActorAuthentication, HasScope
from foundation.api.problems import NOTHING_HERE


class ApiView(APIView):
    """An endpoint.

    Attributes:
        scopes: the scope that each method takes; a method without one is closed.
        conditional: whether a GET may be answered 304. Its content may then be kept by the client, not by proxies.
    """

    authentication_classes = [ActorAuthentication]
    permission_classes = [HasScope]
    # no OPTIONS: the schema describes the view
    http_method_names = ["get", "head", "post", "patch", "put", "delete"]
    scopes: ClassVar[Mapping[str, str]] = {}
    conditional = False

    @property
    def actor(self) -> Any:
        return self.request.user

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response[version.HEADER] = version.VERSION
        return response

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = super().dispatch(request, *args, **kwargs)
        if self.conditional and request.method in {"GET", "HEAD"} and response.status_code == 200:
            return _unless_same(request, response)
        return response


def etag_of(content: bytes) -> str:
    """Return the strong validator of an answer: the digest of its bytes."""
    return f'"{sha256(content).hexdigest()[:32]}"'


def _unless_same(request: HttpRequest, response: Any) -> HttpResponseBase:
    response["ETag"] = etag_of(response.render().content)
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Accept", "Authorization"])
    known = parse_etags(request.headers.get("If-None-Match", ""))
    # weak comparison (RFC 9110, section 13.1.2)
    if "*" not in known and response["ETag"] not in {etag.removeprefix("W/") for etag in known}:
        return response
    same = HttpResponseNotModified()
    for header in ("ETag", "Cache-Control", "Vary", version.HEADER):
        same[header] = response[header]
    return same


class NothingHere(ApiView):
    """Every address of the API that there is not: a problem too, the same one as for what the caller may not see."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise exceptions.NotFound(NOTHING_HERE)

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        raise exceptions.NotFound(NOTHING_HERE)


nothing_here: Callable[..., HttpResponseBase] = NothingHere.as_view(schema=None)
