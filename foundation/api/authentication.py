"""Who a program is, and what its token lets it do. Denied unless a view names the scope that it takes."""

from typing import Any

from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView


class DenyAll(BaseAuthentication):
    """The default of every view that forgot to say how it authenticates: nobody."""

    def authenticate(self, request: Request) -> None:
        return None


class Denied(BasePermission):
    """The default of every view that forgot to say whom it lets in: nobody."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return False


class ActorAuthentication(BaseAuthentication):
    """Takes the actor that the middleware read from the bearer token."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        actor = request._request.actor
        return None if actor is None else (actor, None)

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="concord"'


class HasScope(BasePermission):
    """Asks for the scope that the view names for the method, in `scopes`."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.user is None:
            raise exceptions.NotAuthenticated("Send a bearer token; POST /api/oauth/token gives one.")
        # HEAD and OPTIONS tell no more than GET does
        method = "GET" if request.method in {"HEAD", "OPTIONS"} else str(request.method)
        wanted = view.scopes.get(method)  # type: ignore[attr-defined]
        if wanted is None:
            return True  # the method itself is answered 405
        if wanted not in (request.user.scopes or frozenset()):
            raise exceptions.PermissionDenied(f"This needs a token with the scope {wanted}.")
        return True
