"""From a bearer token to the actor that it stands for."""

from hashlib import sha256

from django.http import HttpRequest
from oauth2_provider.models import get_access_token_model

from accounts.people.actor import Actor, actor_for


def actor_of_token(request: HttpRequest) -> Actor | None:
    """Return the actor of a request's bearer token, which is taken from the header alone (RFC 6750, section 2.1).

    Returns:
        The actor of the client's service account, bounded by the token's scopes; None without a token, or with one
        that is unknown or expired, or whose account was closed.
    """
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    # looked up here, not by oauthlib: it would also read bodies and queries, and fail on such as ?x=%GG
    token = (
        get_access_token_model()
        .objects.select_related("application__service_account__agency")
        .filter(token_checksum=sha256(text.strip().encode()).hexdigest())
        .first()
    )
    if token is None or token.is_expired() or token.application is None:
        return None
    account = token.application.service_account
    if not account.is_active:
        return None
    # a scope that was taken from the client after the token was made is gone from the token too
    scopes = frozenset(token.scope.split()) & frozenset(token.application.allowed_scopes)
    return actor_for(account, scopes=scopes, session_strength="client")
