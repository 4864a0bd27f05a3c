"""Reads of lists that pages need."""

from base64 import b64encode
from typing import Any

from django.db import models

from accounts.people.actor import Actor
from infosharing.identifiers.models import GivenList


def lists(actor: Actor) -> models.QuerySet[GivenList]:
    """Return the lists of the actor's agency, by name; without what they hold."""
    rows = GivenList.objects.visible_to(actor).defer("salt", "fingerprints")
    return rows.select_related("given_by").order_by("name", "pk")


def for_script(actor: Actor) -> list[dict[str, str]]:
    """Return what the page on which a note is written needs to find the agency's entries by itself."""
    rows = GivenList.objects.visible_to(actor).order_by("name", "pk").values_list("name", "salt", "fingerprints")
    return [
        {"name": name, "salt": _in_letters(salt), "fingerprints": _in_letters(prints)} for name, salt, prints in rows
    ]


def _in_letters(raw: Any) -> str:
    return b64encode(bytes(raw)).decode()


HEAD = ("list", "entries", "given", "by")


def row(given: GivenList) -> tuple[object, ...]:
    """Return a list as a line of a table."""
    return (given.name, given.count, given.given_at.isoformat(), given.given_by.name)
