"""From a bearer token to the actor that it stands for."""

from django.http import HttpRequest
from oauth2_provider.oauth2_backends import get_oauthlib_core

from accounts.people.actor import Actor, actor_for
from accounts.people.models import Person


def actor_of_token(request: HttpRequest) -> Actor | None:
    """Return the actor of a request's bearer token.

    Returns:
        The actor of the client's service account, bounded by the token's scopes; None without a token, or with one
        that is unknown or expired, or whose account was closed.
    """
    if not request.headers.get("Authorization", "").startswith("Bearer "):
        return None
    valid, verified = get_oauthlib_core().verify_request(request, scopes=[])
    if not valid:
        return None
    account = (
        Person.objects.active().select_related("agency").filter(client__pk=verified.access_token.application_id).first()
    )
    if account is None:
        return None
    # a scope that was taken from the client after the token was made is gone from the token too
    scopes = frozenset(verified.access_token.scope.split()) & frozenset(account.client.allowed_scopes)
    return actor_for(account, scopes=scopes, session_strength="client")
