"""Builds the actor of each request, once: from the session for pages, from the bearer token for the API."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.clients.tokens import actor_of_token
from accounts.people.actor import Actor, actor_for

API = "/api/"


class ActorMiddleware:
    """Sets `request.actor`: whoever signed in or whose token it is, or None.

    The API takes tokens alone: a session's cookie there would need another guard against forged requests.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        by_token = request.path_info.startswith(API)
        request.actor = actor_of_token(request) if by_token else _actor_of_session(request)  # type: ignore[attr-defined]
        return self.get_response(request)


def _actor_of_session(request: HttpRequest) -> Actor | None:
    if not request.user.is_authenticated:
        return None
    # read with the agency, by PersonBackend
    return actor_for(request.user)
