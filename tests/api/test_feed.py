"""What changed since: nothing is ever left out."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from django.core import signing
from django.db import connection

from partnership.membership import feed
from partnership.membership import services as membership
from tests.api.client import Program, problem
from tests.world import World
from tests.world.roles import as_owner


def token_of(program: Program) -> str:
    return program.get("/memberships").json()["token"]


def changed(program: Program, token: str) -> list[str]:
    return sorted(row["agency"]["code"] for row in program.pages(f"/memberships?since={token}"))


def test_nothing_changed_gives_nothing_and_the_same_token_and_etag(police: Program) -> None:
    token = token_of(police)
    first = police.get(f"/memberships?since={token}")
    assert first.json() == {"results": [], "next": None, "token": token}
    assert police.get(f"/memberships?since={token}", If_None_Match=first["ETag"]).status_code == 304


def test_what_changed_is_given_ended_memberships_included(world: World, police: Program) -> None:
    token = token_of(police)
    coordinator = world.actor("coordinator")
    membership.withdraw_member(actor=coordinator, membership=world.memberships["customs"], reason="Left")
    rows = police.pages(f"/memberships?since={token}")
    assert [(row["agency"]["code"], row["status"]) for row in rows] == [("customs", "withdrawn")]


def test_what_a_membership_shows_of_others_counts_as_its_change(world: World, police: Program) -> None:
    token = token_of(police)
    world.agencies["tax"].name = "Haven Revenue"
    world.agencies["tax"].save()
    world.people["lead_company"].function = "Harbour master"
    world.people["lead_company"].save()
    assert changed(police, token) == ["company", "tax"]
    world.partnerships["haven"].name = "Haven renamed"
    world.partnerships["haven"].save()
    assert len(changed(police, token)) == 8


def test_a_partnership_that_comes_into_sight_is_given_whole(world: World, police: Program) -> None:
    token = token_of(police)
    invitation = membership.invite_member(
        actor=world.actor("lead_former"),
        partnership=world.partnerships["hill"],
        agency=world.agencies["police"],
        role="expert",
    )
    assert changed(police, token) == ["police"]
    membership.accept_invitation(actor=world.actor("lead_police"), membership=invitation)
    assert changed(police, token) == ["elsewhere", "former", "police"]


def test_changes_come_in_pages_with_the_token_of_the_first(world: World, police: Program) -> None:
    token = token_of(police)
    coordinator = world.actor("coordinator")
    for name in ("customs", "tax"):
        membership.suspend_member(actor=coordinator, membership=world.memberships[name], reason="asked")
    first = police.get(f"/memberships?since={token}&limit=1").json()
    membership.suspend_member(actor=coordinator, membership=world.memberships["company"], reason="asked")
    second = police.get(first["next"]).json()
    assert second["token"] == first["token"]
    assert "company" in changed(police, first["token"])


@pytest.mark.parametrize("token", ["x", "12", "12:x", "%00", "é", "1" * 201, ":"])
def test_a_token_that_was_not_given_is_refused(police: Program, token: str) -> None:
    assert problem(police.get(f"/memberships?since={token}")) in [(400, "invalid_token"), (400, "invalid")]


def test_a_token_tampered_with_or_of_another_agency_is_refused(police: Program, reader: Program) -> None:
    number, signature = token_of(police).split(":")
    assert problem(police.get(f"/memberships?since={int(number) - 1}:{signature}")) == (400, "invalid_token")
    assert problem(reader.get(f"/memberships?since={number}:{signature}")) == (400, "invalid_token")


def test_a_token_from_before_the_database_was_put_back_is_refused(
    world: World, police: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_of(police)
    unfinished, database = feed._progress()
    ahead = signing.Signer(salt=f"membership.feed:{world.agencies['police'].public_id}:{database}")
    assert problem(police.get(f"/memberships?since={ahead.sign(str(unfinished + 1))}")) == (400, "invalid_token")
    monkeypatch.setattr(feed, "_progress", lambda: (unfinished, "another life"))
    assert problem(police.get(f"/memberships?since={token}")) == (400, "invalid_token")


@pytest.fixture
def slow(transactional_db: None, world: World) -> Iterator[Any]:
    """Another connection, in a transaction of its own."""
    with closing(psycopg2.connect(**connection.get_connection_params())) as other:
        yield other


def test_a_slow_commit_is_not_lost(slow: Any, world: World) -> None:
    police = Program("client_police")
    before = token_of(police)
    with slow.cursor() as cursor:
        cursor.execute(
            "UPDATE membership_membership SET role = 'associate' WHERE id = %s RETURNING changed_in",
            [world.memberships["customs"].pk],
        )
        (slow_transaction,) = cursor.fetchone()
    # begins later, commits earlier
    membership.suspend_member(actor=world.actor("coordinator"), membership=world.memberships["tax"], reason="asked")
    with as_owner():
        world.memberships["tax"].refresh_from_db()
    assert world.memberships["tax"].changed_in > slow_transaction
    assert changed(police, before) == ["tax"]
    token = token_of(police)

    slow.commit()

    assert "customs" in changed(police, token)
    settled = token_of(police)
    assert changed(police, settled) == []
    assert int(settled.split(":")[0]) == world.memberships["tax"].changed_in + 1
