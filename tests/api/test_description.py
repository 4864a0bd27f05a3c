"""The OpenAPI description holds for what the API answers."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import get_resolver

from tests.api.client import Program, id_of
from tests.world import World


@pytest.fixture
def description(nobody: Program) -> dict[str, Any]:
    response = nobody.get("/openapi.json")
    assert response["Content-Type"] == "application/json"
    assert response["API-Version"] == "1.0.0"
    return response.json()


# what an answer is that is a file of any kind
FILE = "*/*"


def test_it_is_drawn_without_a_warning() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO(), stderr=StringIO())


def test_it_names_every_address_of_the_api(description: dict[str, Any]) -> None:
    (api,) = [entry for entry in get_resolver().url_patterns if str(entry.pattern) == "api/"]
    patterns = {str(entry.pattern) for entry in api.url_patterns if str(entry.pattern).startswith("v1/")}
    plain = {f"/api/{pattern.replace('<uuid:', '{').replace('>', '}')}" for pattern in patterns}
    assert set(description["paths"]) == plain - {"/api/v1/openapi.json"}


def test_every_operation_says_which_scope_it_takes_and_which_problems_it_has(description: dict[str, Any]) -> None:
    scopes = description["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]["scopes"]
    for methods in description["paths"].values():
        for operation in methods.values():
            (requirement,) = operation["security"]
            assert set(requirement["oauth2"]) <= set(scopes)
            assert {"401", "403", "406"} <= set(operation["responses"])
            for status, response in operation["responses"].items():
                kinds = set(response["content"])
                assert kinds == {"application/problem+json"} if status >= "400" else kinds & {"application/json", FILE}


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/agencies/{agency}", "AgencyOut"),
        ("/partnerships/{partnership}", "PartnershipOut"),
        ("/memberships/{membership}", "MembershipOut"),
        ("/memberships", "MembershipFeedOut"),
        ("/notes/{note}", "NoteOut"),
        ("/competences", "EntryPageOut"),
        ("/partnerships/{partnership}/competences", "CompetencePageOut"),
        ("/partnerships/{partnership}/steps", "StepPageOut"),
        ("/notes", "NotePageOut"),
    ],
)
def test_an_answer_has_the_fields_that_it_describes(
    world: World, police: Program, description: dict[str, Any], path: str, schema: str
) -> None:
    address = path.format(
        agency=id_of(world, "agencies", "customs"),
        partnership=id_of(world, "partnerships", "haven"),
        membership=id_of(world, "memberships", "customs"),
        note=id_of(world, "notes", "customs"),
    )
    assert set(police.get(address).json()) == set(description["components"]["schemas"][schema]["properties"])


def test_examples_have_the_fields_of_their_schemas(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    for methods in description["paths"].values():
        for operation in methods.values():
            content = operation["responses"].get("200", operation["responses"].get("201"))["content"]
            if FILE in content:
                continue
            content = content["application/json"]
            name = content["schema"]["$ref"].rsplit("/", 1)[1]
            for example in content.get("examples", {}).values():
                assert set(example["value"]) == set(schemas[name]["properties"])
