"""Registering programs of an agency."""

from django.db import transaction
from oauth2_provider.generators import generate_client_id, generate_client_secret

from accounts.agencies.models import Agency
from accounts.clients.models import Client
from accounts.people.models import Person, Role
from foundation.audit.services import Doer, record


@transaction.atomic
def register_client(
    *,
    actor: Doer | None,
    agency: Agency,
    name: str,
    scopes: list[str],
    client_id: str = "",
    client_secret: str = "",
) -> tuple[Client, str]:
    """Register a client and its service account.

    Args:
        actor: the site administrator; None for a command on the server.
        scopes: what it may ask for; a client that may not write gets a read-only account.
        client_id, client_secret: made here unless given.

    Returns:
        The client, and its secret in clear: it is stored hashed and cannot be shown again.
    """
    client_id = client_id or generate_client_id()
    secret = client_secret or generate_client_secret()
    account = Person.objects.create_user(
        email=f"{client_id.lower()}@clients.invalid",
        name=name,
        agency=agency,
        role=Role.STAFF if any(scope.endswith(":write") for scope in scopes) else Role.READ_ONLY,
        is_service=True,
    )
    client = Client.objects.create(
        client_id=client_id,
        client_secret=secret,
        name=name,
        client_type=Client.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
        service_account=account,
        allowed_scopes=scopes,
    )
    record(verb="clients.registered", actor=actor, subject=account, client_id=client_id, scopes=scopes)
    return client, secret
