"""Calls the API as a program does: a token from the real endpoint, then requests with it."""

import json
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from tests.world import World

TOKEN = "/api/oauth/token"
FORM = "application/x-www-form-urlencoded"


def ask_token(persona: str = "client_police", *, headers: dict[str, str] | None = None, **changed: Any) -> HttpResponse:
    """Ask for a token as a client of the world; a parameter changed to None is left out."""
    parameters = {
        "grant_type": "client_credentials",
        "client_id": f"id-{persona}",
        "client_secret": f"secret-{persona}",
        **changed,
    }
    sent = {name: value for name, value in parameters.items() if value is not None}
    return Client().post(TOKEN, urlencode(sent), content_type=FORM, headers=headers)


class Program:
    """A client of the world with a token, or, without a persona, nobody."""

    def __init__(self, persona: str | None = None, scope: str | None = None) -> None:
        self.token = ask_token(persona, scope=scope).json()["access_token"] if persona else None
        self.http = Client()

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.http.get(_address(path), headers=self._with_token(headers))

    def pages(self, path: str) -> list[dict[str, Any]]:
        """Return the rows of a whole list, page by page."""
        rows, following = [], _address(path)
        while following:
            page = self.get(following).json()
            rows += page["results"]
            following = page["next"]
        return rows

    def ids(self, path: str) -> set[str]:
        return {row["id"] for row in self.pages(path)}

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.send("POST", path, json.dumps(body), **headers)

    def patch(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.send("PATCH", path, json.dumps(body), **headers)

    def send(
        self, method: str, path: str, body: str | bytes = b"", content_type: str = "application/json", **headers: str
    ) -> HttpResponse:
        """Send any bytes by any method."""
        return self.http.generic(
            method, _address(path), body, content_type=content_type, headers=self._with_token(headers)
        )

    def _with_token(self, headers: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return {"Authorization": f"Bearer {self.token}", **named} if self.token else named


def _address(path: str) -> str:
    return path if path.startswith(("http", "/api/")) else f"/api/v1{path}"


def problem(response: HttpResponse) -> tuple[int, str]:
    """Return status and code of a problem, which looks as every problem does."""
    assert response["Content-Type"] == "application/problem+json", response.content
    assert response["API-Version"] == "1.0.0"
    body = response.json()
    assert body["status"] == response.status_code
    assert {"type", "title", "status", "code", "detail"} <= set(body)
    return response.status_code, body["code"]


def id_of(world: World, kind: str, name: str) -> str:
    """Return a public id: `id_of(world, "agencies", "police")`."""
    return str(getattr(world, kind)[name].public_id)
