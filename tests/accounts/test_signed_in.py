"""Who is signed in is looked at anew by each request."""

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse

from tests.access.callers import caller
from tests.world import World


def is_asked_to_sign_in(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("persona", ["coordinator", "staff_police", "reader_police", "site_admin"])
def test_whose_account_is_closed_is_out_at_the_next_request(world: World, persona: str) -> None:
    client, person = caller(world, persona), world.people[persona]
    assert not is_asked_to_sign_in(client.get("/settings/"))
    person.is_active = False
    person.save()
    assert is_asked_to_sign_in(client.get("/settings/"))


def test_whose_session_was_ended_elsewhere_is_out_at_the_next_request(world: World) -> None:
    client, other = caller(world, "staff_police"), caller(world, "staff_customs")
    assert client.get("/settings/").status_code == 200
    Session.objects.filter(session_key=client.session.session_key).delete()
    assert is_asked_to_sign_in(client.get("/settings/"))
    assert other.get("/settings/").status_code == 200
