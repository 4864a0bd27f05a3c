"""Getting a token, and what ends it."""

import base64
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from accounts.clients import failures
from accounts.clients.tasks import forget_expired_tokens
from tests.api.client import FORM, TOKEN, Program, ask_token, problem
from tests.world import World

AccessToken = get_access_token_model()


def basic(text: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}


def test_a_program_gets_a_token_for_the_scopes_of_its_agency(world: World) -> None:
    response = ask_token("client_reader")
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    body = response.json()
    assert body["token_type"].lower() == "bearer"
    assert body["expires_in"] == 3600
    assert body["scope"] == "membership:read"
    assert "refresh_token" not in body


def test_the_token_is_not_kept_in_clear(world: World) -> None:
    token = ask_token().json()["access_token"]
    assert not AccessToken.objects.filter(token=token).exists()


def test_the_secret_may_come_by_http_basic(world: World) -> None:
    header = basic("id-client_police:secret-client_police")
    response = ask_token(client_id=None, client_secret=None, headers=header, scope="notes:read")
    assert response.json()["scope"] == "notes:read"


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_id": "nul\0byte"}, 401, "invalid_client"),
        ({"client_secret": "nul\0byte"}, 401, "invalid_client"),
        ({"scope": "everything"}, 400, "invalid_scope"),
        ({"scope": "NOTES:READ"}, 400, "invalid_scope"),
        ({"scope": "notes:read\0"}, 400, "invalid_scope"),
        ({"grant_type": None}, 400, "invalid_request"),
        ({"grant_type": "password", "username": "staff_police@haven.example"}, 400, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 400, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, 400, "unsupported_grant_type"),
        ({"resource": "https://elsewhere.example"}, 400, "invalid_target"),
    ],
)
def test_what_is_wrong_is_answered_as_rfc_6749_says(
    world: World, changed: dict[str, str], status: int, error: str
) -> None:
    response = ask_token(**changed)
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert response["Cache-Control"] == "no-store"
    assert ("WWW-Authenticate" in response) == (status == 401)
    assert not AccessToken.objects.exists()


def test_a_program_gets_no_scope_that_its_agency_was_not_given(world: World) -> None:
    assert ask_token("client_reader", scope="membership:read notes:read").json()["error"] == "invalid_scope"


@pytest.mark.parametrize(
    ("query", "body", "content_type"),
    [
        ("", '{"grant_type": "client_credentials"}', "application/json"),
        ("?client_id=id-client_police&client_secret=secret-client_police", "grant_type=client_credentials", FORM),
        ("?x=%GG", "grant_type=client_credentials", FORM),
        ("", "grant_type=client_credentials&grant_type=client_credentials", FORM),
        ("", "grant_type=client_credentials&client_id=a&client_id=b", FORM),
        ("", "", FORM),
        ("", "\xff=\xfe", FORM),
        ("", "--x\r\nnot multipart", "multipart/form-data; boundary=x"),
    ],
)
def test_what_cannot_be_read_is_an_invalid_request(world: World, query: str, body: str, content_type: str) -> None:
    response = Client().post(TOKEN + query, body.encode("latin-1"), content_type=content_type)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


def test_an_oversized_request_is_refused(world: World) -> None:
    response = Client().post(TOKEN, "a=" + "x" * 1_100_000, content_type=FORM)
    assert (response.status_code, response.json()["error"]) == (413, "invalid_request")


@pytest.mark.parametrize("header", ["Basic", "Basic é", "Basic !!!", "Basic bm9jb2xvbg==", "Basic /w==", "Bearer x"])
def test_a_header_that_is_not_basic_is_an_invalid_client(world: World, header: str) -> None:
    response = ask_token(client_id=None, client_secret=None, headers={"Authorization": header})
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


def test_a_secret_comes_in_one_place_only(world: World) -> None:
    assert ask_token(headers=basic("other:guess")).json()["error"] == "invalid_request"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"])
def test_the_token_endpoint_takes_post_alone(world: World, method: str) -> None:
    response = Client().generic(method, TOKEN)
    assert response.status_code == 405
    assert response["Allow"] == "POST"


@pytest.mark.parametrize("path", ["authorize", "introspect", "revoke_token", "applications", "token/"])
def test_there_is_no_other_oauth_endpoint(nobody: Program, path: str) -> None:
    assert problem(nobody.get(f"/api/oauth/{path}")) == (404, "not_found")


def test_guessing_secrets_is_slowed_down_for_the_guesser_alone(world: World) -> None:
    for _guess in range(failures.MOST_PER_CLIENT):
        assert ask_token(client_secret="guess").status_code == 401
    response = ask_token()
    assert (response.status_code, response.json()["error"]) == (429, "too_many_requests")
    assert 0 < int(response["Retry-After"]) <= failures.WINDOW
    assert ask_token("client_reader").status_code == 200


def test_guessing_many_clients_from_one_address_is_slowed_down_too(world: World) -> None:
    for number in range(failures.MOST_PER_ADDRESS):
        assert ask_token(client_id=f"guess-{number}").status_code == 401
    assert ask_token("client_reader").status_code == 429


def test_a_token_that_expired_opens_nothing(police: Program) -> None:
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    response = police.get("/notes")
    assert problem(response) == (401, "not_authenticated")
    assert 'error="invalid_token"' in response["WWW-Authenticate"]


def test_tokens_that_expired_are_forgotten_after_a_day(police: Program) -> None:
    ask_token("client_reader")
    longer, shorter = AccessToken.objects.order_by("pk")
    now = timezone.now()
    AccessToken.objects.filter(pk=longer.pk).update(expires=now - timedelta(days=1, minutes=1))
    AccessToken.objects.filter(pk=shorter.pk).update(expires=now - timedelta(hours=23))
    assert forget_expired_tokens() == 1
    assert list(AccessToken.objects.all()) == [shorter]


def test_a_closed_service_account_ends_its_tokens_and_gets_none(world: World, police: Program) -> None:
    account = world.person("client_police")
    account.is_active = False
    account.save()
    assert problem(police.get("/memberships")) == (401, "not_authenticated")
    assert ask_token().json()["error"] == "invalid_client"


def test_a_scope_taken_from_the_client_is_gone_from_its_tokens(world: World, police: Program) -> None:
    client = world.clients["client_police"]
    client.allowed_scopes = ["membership:read"]
    client.save()
    assert problem(police.get("/notes")) == (403, "insufficient_scope")
    assert police.get("/memberships").status_code == 200


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer nonsense", "Bearer é", "Token {token}", "Basic {token}", "{token}"],
)
def test_nothing_but_a_bearer_token_opens_the_api(police: Program, header: str) -> None:
    response = police.get("/memberships", Authorization=header.format(token=police.token))
    assert problem(response) == (401, "not_authenticated")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_token_in_the_address_or_body_opens_nothing(police: Program, nobody: Program) -> None:
    assert nobody.get(f"/memberships?access_token={police.token}").status_code == 401
    body = f"access_token={police.token}"
    assert nobody.send("POST", "/notes", body, content_type=FORM).status_code == 401


def test_a_session_opens_no_api(world: World) -> None:
    browser = Client()
    browser.force_login(world.people["staff_police"], backend="accounts.signin.backends.PersonBackend")
    assert browser.get("/api/v1/notes").status_code == 401
