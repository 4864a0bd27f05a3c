"""Every route, by every method, as every persona, against the committed table. It is closed both ways.

`UPDATE_ACCESS=1 pytest tests/access` writes the table anew; what changed is then read line by line.
"""

import os
from http.cookies import SimpleCookie

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from foundation import printing
from tests.access import matrix
from tests.access.callers import call, callers
from tests.access.routes import bodies, fill_in, values, walk
from tests.world import World
from tests.world.cast import PERSONAS


class Undo(Exception):
    """Leaves a savepoint as if nothing had been."""


@pytest.fixture(autouse=True)
def no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table is the same where Pango is installed and where it is not."""
    monkeypatch.setattr(printing, "makes_pdf", lambda: False)


def answer(client: Client, method: str, address: str, body: dict[str, object] | None) -> str:
    """Return the status of one request, and take back what it did."""
    # shallow: an answer puts other cookies in the place of these, and changes none
    status, cookies = "", SimpleCookie(client.cookies)
    cache.clear()  # limits on guessing are not what is asked here
    try:
        with transaction.atomic():
            status = str(call(client, method, address, body).status_code)
            raise Undo
    except Undo:
        client.cookies = cookies
        return status


def answers(address: str, method: str, body: dict[str, object] | None, clients: dict[str, Client]) -> dict[str, str]:
    return {persona: answer(clients[persona], method, address, body) for persona in PERSONAS}


ROUTES = sorted(set(walk()), key=lambda route: route.pattern)
# for the workers of a parallel run
PARTS = 8


def test_the_table_has_a_line_for_every_route_and_method_and_no_other() -> None:
    if "UPDATE_ACCESS" in os.environ:
        pytest.skip("the table is being written anew")
    expected = {(route.pattern, method) for route in ROUTES for method in matrix.METHODS}
    assert set(matrix.read()) == expected


@pytest.mark.django_db
@pytest.mark.usefixtures("callers_are_read_once")
@pytest.mark.parametrize("part", range(PARTS))
def test_every_persona_gets_the_answer_that_the_table_says(world: World, part: int) -> None:
    clients, known, taken = callers(world), values(world), bodies(world)
    seen = {
        (route.pattern, method): answers(
            fill_in(route, known), method, taken.get(route.pattern) if method == "POST" else None, clients
        )
        for route in ROUTES[part::PARTS]
        for method in matrix.METHODS
    }
    if "UPDATE_ACCESS" in os.environ:
        matrix.write(seen, {route.pattern for route in ROUTES})
        return
    table = matrix.read()
    wrong = [
        f"{method} {route} as {persona}: {status}, the table says {said}"
        for (route, method), statuses in seen.items()
        for persona, status in statuses.items()
        if (said := table.get((route, method), {}).get(persona, "nothing")) != status
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_is_answered_with_a_defect() -> None:
    # 501 is no defect: what this server cannot do, it says
    defects = {
        cell: statuses
        for cell, statuses in matrix.read().items()
        if any(status >= "500" and status != "501" for status in statuses.values())
    }
    assert defects == {}


def test_no_page_but_these_opens_to_strangers() -> None:
    open_to_all = {
        route
        for (route, method), statuses in matrix.read().items()
        if method == "GET" and statuses["anonymous"].startswith("2")
    }
    assert open_to_all == {
        "/accounts/login/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        "/accounts/password/reset/key/done/",
        "/api/v1/openapi.json",
        # a calendar program has no session: whoever has the secret address reads what its person sees, and no more
        "/calendar/<str:token>.ics",
        "/healthz",
        "/unsubscribe/<str:token>/",  # from a mail, for one person and one kind: a signed token stands in for sign-in
        "/readyz",
    }
