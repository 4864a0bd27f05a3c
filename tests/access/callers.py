"""Calls any address as any persona: a browser's session for people, a bearer token for programs."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import SESSION_KEY
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from tests.world import World
from tests.world.cast import PERSONAS

BACKEND = "accounts.signin.backends.PersonBackend"


def callers(world: World) -> dict[str, Client]:
    """Return a signed-in caller for each persona."""
    return {persona: caller(world, persona) for persona in PERSONAS}


def caller(world: World, persona: str) -> Client:
    if persona == "anonymous":
        return Client(raise_request_exception=False)
    if persona in world.clients:
        return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token(world, persona)}"})
    client = Client(raise_request_exception=False)
    client.force_login(world.people[persona], backend=BACKEND)
    assert SESSION_KEY in client.session
    return client


def token(world: World, persona: str) -> str:
    """Return a fresh token of a client, with all that it may ask for."""
    client = world.clients[persona]
    text = f"token-of-{persona}"
    get_access_token_model().objects.get_or_create(
        token=text,
        defaults={
            "application": client,
            "scope": " ".join(client.allowed_scopes),
            "expires": timezone.now() + timedelta(hours=1),
        },
    )
    return text


def call(client: Client, method: str, address: str, body: dict[str, Any] | None = None) -> HttpResponse:
    """Send one request, in the shape that the address takes: JSON to the API, a form to pages."""
    if address.startswith("/api/v1/"):
        return client.generic(method, address, json.dumps(body or {}), content_type="application/json")
    if address.startswith("/api/oauth/"):
        form = "application/x-www-form-urlencoded"
        return client.generic(method, address, urlencode(body or {}), content_type=form)
    if method == "POST":
        return client.post(address, body or {})
    return client.generic(method, address)
