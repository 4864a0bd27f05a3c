"""Who a program is, and what its token lets it do. Denied unless a view names the scope that it takes."""

from typing import TYPE_CHECKING, Any

from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    # rest_framework.views imports this module
    from rest_framework.views import APIView

CHALLENGE = 'Bearer realm="concord"'


class NoSuchScope(exceptions.PermissionDenied):
    """The token was not given the scope that the view takes (RFC 6750, section 3.1)."""

    kind = "insufficient_scope"

    def __init__(self, scope: str) -> None:
        super().__init__(f"This needs a token with the scope {scope}.")
        self.challenge = f'{CHALLENGE}, error="insufficient_scope", scope="{scope}"'


class DenyAll(BaseAuthentication):
    """The default of every view that forgot to say how it authenticates: nobody."""

    def authenticate(self, request: Request) -> None:
        return None


class Denied(BasePermission):
    """The default of every view that forgot to say whom it lets in: nobody."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return False


class ActorAuthentication(BaseAuthentication):
    """Takes the actor that the middleware read from the bearer token."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        actor = request._request.actor  # type: ignore[attr-defined]
        return None if actor is None else (actor, None)

    def authenticate_header(self, request: Request) -> str:
        presented = "Authorization" in request.headers
        return f'{CHALLENGE}, error="invalid_token"' if presented else CHALLENGE


class HasScope(BasePermission):
    """Asks for the scope that the view names for the method, in `scopes`."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if request.user is None:
            raise exceptions.NotAuthenticated(
                "Send a bearer token that has not expired; POST /api/oauth/token gives one."
            )
        # HEAD tells no more than GET does
        method = "GET" if request.method == "HEAD" else str(request.method)
        wanted = view.scopes.get(method)  # type: ignore[attr-defined]
        if wanted is None:
            # a method that the view does not have is answered 405; one that it has without a scope, is a mistake
            return not hasattr(view, method.lower()) or method == "OPTIONS"
        if wanted not in (request.user.scopes or frozenset()):  # type: ignore[union-attr]
            raise NoSuchScope(wanted)
        return True
