"""Asking for a new password tells nobody who has an account."""

import pytest
from django.core import mail
from django.test import Client

from tests.world import World


@pytest.mark.parametrize("email", ["staff_police@haven.example", "nobody@elsewhere.example"])
def test_every_address_gets_the_same_answer_and_only_one_that_is_known_a_mail(world: World, email: str) -> None:
    mail.outbox.clear()
    answer = Client().post("/accounts/password/reset/", {"email": email})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/reset/done/")
    known = email.startswith("staff_police")
    assert [message.to for message in mail.outbox] == ([[email]] if known else [])
