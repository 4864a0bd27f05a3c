"""Titles and names read as they stand: signs that turn the direction of writing are left out of them, at every door."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from foundation import clock
from foundation.errors import Invalid
from foundation.forms import LineField
from foundation.words import TURNS, one_line, without_turns
from infosharing.circles.models import Circle
from infosharing.drafts.models import Draft
from infosharing.identifiers.models import GivenList
from infosharing.notes.models import Note
from infosharing.requests.models import InformationRequest
from partnership.membership.sight import sight
from tests.access.callers import call, caller
from tests.access.routes import bodies
from tests.world import World
from tests.world.roles import as_owner

# reads "report exe.pdf" where it says "report fdp.exe"
TURNED, PLAIN = "\u2067report \u202efdp.exe\u202c\u2069", "report fdp.exe"
HAVEN = "/partnerships/<slug:slug>/"
# by where it is sent to: the field, and where it is found again
FORMS = {
    f"{HAVEN}notes/new/": ("title", Note, "title"),
    f"{HAVEN}notes/drafts/new/": ("title", Draft, "title"),
    f"{HAVEN}notes/circles/new/": ("name", Circle, "name"),
    f"{HAVEN}requests/new/": ("title", InformationRequest, "title"),
    "/settings/lists/new/": ("name", GivenList, "name"),
}


def test_all_nine_signs_are_known_and_no_letter_of_any_script_is_lost() -> None:
    assert [f"{sign:X}" for sign in TURNS] == [
        "202A", "202B", "202C", "202D", "202E", "2066", "2067", "2068", "2069",
    ]  # fmt: skip
    assert without_turns("תל אביב, القاهرة, Αθήνα") == "תל אביב, القاهرة, Αθήνα"


@pytest.mark.parametrize("route", FORMS)
def test_a_form_leaves_them_out(world: World, route: str) -> None:
    field, model, column = FORMS[route]
    body = {**bodies(world)[route], field: TURNED}
    answer = caller(world, "lead_police").post(route.replace("<slug:slug>", "haven"), body)
    assert answer.status_code == 302, answer.content.decode()
    with as_owner():
        assert model.objects.filter(**{column: PLAIN}).count() == 1


def test_a_program_is_answered_without_them(world: World) -> None:
    said = {
        "partnership": "haven", "title": TURNED, "body": "text", "tlp": "AMBER",
        "audience": {"agencies": [str(world.agencies["customs"].public_id)]},
        "review_on": (clock.today() + timedelta(days=30)).isoformat(),
    }  # fmt: skip
    answer = call(caller(world, "client_police"), "POST", "/api/v1/notes", said)
    assert answer.status_code == 201, answer.content.decode()
    assert answer.json()["title"] == PLAIN
    refused = call(caller(world, "client_police"), "POST", "/api/v1/notes", {**said, "title": "\u202e \u202c"})
    assert refused.status_code == 400
    with sight(world.person("client_police").pk):
        assert Note.objects.filter(title=PLAIN).count() == 1


def test_a_title_of_nothing_else_is_no_title() -> None:
    with pytest.raises(ValidationError):
        LineField().clean("\u202e\u2066 ")
    with pytest.raises(ValidationError):
        LineField().clean("\u200b\u00ad\u2060")
    with pytest.raises(Invalid):
        one_line("\u202e\u200b ", field="title", message="Give it a title.")


@pytest.mark.parametrize("typed", ["One\r\nBcc: two", "One\u2028Bcc: two", "One\x85Bcc: two"])
def test_a_title_stays_on_its_line(typed: str) -> None:
    assert " ".join(one_line(typed, field="title", message="Give it a title.").split()) == "One Bcc: two"
    assert " ".join(LineField().clean(typed).split()) == "One Bcc: two"


def test_the_name_of_a_person_is_such_a_line(world: World) -> None:
    person = world.person("lead_tax")
    said = {"name": TURNED, "function": person.function, "language": person.language}
    answer = caller(world, "lead_tax").post("/settings/", said)
    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.name == PLAIN
