"""Pages of drafts: what is kept while one writes, what a colleague reads, and which buttons there are."""

from typing import Any

import pytest
from django.test import Client

from infosharing.drafts.models import Draft
from infosharing.notes.models import Note
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.infosharing.test_drafts import note_by, second_pair
from tests.world import World
from tests.world.cast import marker
from tests.world.drafts import to_customs, typed
from tests.world.roles import as_owner

NEW = "/partnerships/haven/notes/drafts/new/"
LIST = "/partnerships/haven/notes/drafts/"


def page(client: Client, address: str) -> str:
    answered = client.get(address)
    assert answered.status_code == 200, (address, answered.status_code)
    return str(answered.content.decode())


def post(client: Client, address: str, **data: Any) -> tuple[int, str]:
    answered = client.post(address, data, follow=True)
    return answered.status_code, str(answered.content.decode())


def test_what_is_half_written_is_kept_and_gone_on_with(world: World) -> None:
    client = caller(world, "staff_police")
    status, text = post(client, NEW, title="Half a thought", body="", tlp="GREEN", review_on="nonsense")
    assert status == 200
    assert "Before it can be shared" in text
    assert "Share it" not in text
    with sight(world.person("staff_police").pk):
        draft = Draft.objects.get(title="Half a thought")
    edit = page(client, f"{draft.get_absolute_url()}edit/")
    assert "Half a thought" in edit
    assert "nonsense" in edit
    _status, text = post(client, f"{draft.get_absolute_url()}edit/", **to_customs(world, "whole"), edition=1)
    assert "Before it can be shared" not in text
    assert "Haven Customs and your own agency will see this, nobody else." in text
    _status, text = post(client, f"{draft.get_absolute_url()}share/")
    assert note_by(world, "staff_customs", marker("whole"))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"title": " ", "body": "\n"}, "there is nothing to keep yet"),
        ({"title": "x", "body": "y" * 20_001}, "longer than a note can be"),
        ({"title": "x\x00", "body": "y"}, "Null characters"),
    ],
)
def test_what_cannot_be_kept_is_said_and_what_was_typed_stands_on_the_page(
    world: World, data: dict[str, str], words: str
) -> None:
    client = caller(world, "staff_police")
    for address in (NEW, f"{world.drafts['writing'].get_absolute_url()}edit/"):
        status, text = post(client, address, **data)
        assert status in {200, 422}
        assert words in text


def test_the_buttons_say_that_a_colleague_releases(world: World) -> None:
    client = caller(world, "staff_police")
    new = "/partnerships/haven/notes/new/"
    assert "Share this note" in page(client, new)
    second_pair(world)
    text = page(client, new)
    assert "Share this note" not in text
    assert "Keep it to my agency" in text
    draft = page(client, world.drafts["writing"].get_absolute_url())
    assert "Ask a colleague to release it" in draft
    assert ">Share it<" not in draft
    status, text = post(client, new, **to_customs(world, "direct"))
    assert (status, "A colleague releases what leaves your agency" in text) == (422, True)


def test_a_colleague_reads_it_and_releases_what_they_read(world: World) -> None:
    second_pair(world)
    client = caller(world, "lead_police")
    assert marker("draft_asked") in page(client, LIST)
    draft = world.drafts["asked"]
    text = page(client, draft.get_absolute_url())
    assert "Release it" in text
    assert "Throw it away" not in text
    _status, text = post(client, f"{draft.get_absolute_url()}release/", edition="7")
    assert "It was changed since you read it" in text
    _status, text = post(client, f"{draft.get_absolute_url()}release/", edition=draft.edition)
    assert "Released: it is shared now" in text
    note = note_by(world, "staff_customs", marker("draft_asked"))
    assert "released by Person lead_police" in page(client, note.get_absolute_url())
    assert "released by" not in page(caller(world, "staff_customs"), note.get_absolute_url())


def test_a_change_is_shown_word_by_word_beside_what_stands(world: World) -> None:
    client = caller(world, "staff_police")
    note = world.notes["customs"]
    with as_owner():
        stands = Note.objects.get(pk=note.pk)
    data = {**to_customs(world, "changed"), "title": [stands.title], "body": [f"{stands.body} And more."]}
    status, text = post(client, f"/notes/{note.public_id}/draft/", **data)
    assert status == 200
    assert "<ins>" in text
    assert "It changes" in text


def test_the_table_of_drafts_holds_no_text(world: World) -> None:
    text = page(caller(world, "staff_police"), f"{LIST}?format=csv")
    assert text.count("\n") == 1 + len(world.drafts)
    assert "Words of" not in text


def test_a_draft_is_thrown_away_after_a_question(world: World) -> None:
    client = caller(world, "staff_police")
    where = world.drafts["writing"].get_absolute_url()
    assert "cannot be undone" in page(client, f"{where}discard/")
    post(client, f"{where}discard/")
    assert client.get(where).status_code == 404


def test_the_coordinator_and_each_lead_say_where_a_second_pair_is_asked_for(world: World) -> None:
    conventions = "/partnerships/haven/notes/conventions/"
    post(caller(world, "coordinator"), conventions, grading="", second_pair="on")
    text = page(caller(world, "staff_customs"), conventions)
    assert "A colleague of the writer releases what leaves an agency" in text
    _status, text = post(caller(world, "lead_customs"), "/partnerships/haven/notes/house-rule/", second_pair="on")
    assert "A colleague releases what leaves our agency" in text
    assert "leaves our agency, whatever" not in page(caller(world, "lead_police"), conventions)
    _status, text = post(caller(world, "lead_customs"), "/partnerships/haven/notes/house-rule/")
    assert "asks nothing of its own people" in text


def test_named_people_are_offered_as_the_author_may_name_them(world: World) -> None:
    """The lead who is asked may be named themself: what is offered is the author's choice, not the reader's."""
    client = caller(world, "staff_police")
    data = typed("with_lead", tlp="RED", audience="persons", people=[world.person("lead_police").pk])
    _status, text = post(client, NEW, **data)
    assert "Person lead_police" in text
    assert "Before it can be shared" not in text


def test_what_a_colleague_reads_is_what_is_shared_though_a_field_was_sent_twice(world: World) -> None:
    client = caller(world, "staff_police")
    twice = {**to_customs(world, "harmless"), "body": ["Harmless", "Secret"], "title": ["Harmless", "Second"]}
    _status, text = post(client, NEW, **twice)
    assert "Secret" in text
    assert "Harmless" not in text
    with sight(world.person("staff_police").pk):
        draft = Draft.objects.get(title="Second")
    assert all(len(values) == 1 for name, values in draft.typed.items() if name != "agencies")


def test_a_form_that_came_back_goes_on_as_the_form_of_a_note(world: World) -> None:
    client = caller(world, "staff_police")
    answer = client.post(NEW, {"title": "", "body": "", "tlp": "AMBER"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'action="/partnerships/haven/notes/new/"' in text
    assert f'formaction="{NEW}"' in text
    before = page(client, LIST)
    answer = client.post(NEW, {**to_customs(world, "refit"), "refit": "1"})
    assert answer.status_code == 200
    assert page(client, LIST).count("/drafts/") == before.count("/drafts/")


@pytest.mark.parametrize("more", [{"agencies": ["1" * 1000] * 490}, {"category": "zz"}, {"agreement": "zz"}])
def test_what_no_form_sends_is_an_error_of_the_sender_and_not_of_the_server(world: World, more: dict[str, Any]) -> None:
    client = caller(world, "staff_police")
    for address in (NEW, "/partnerships/haven/notes/new/"):
        answer = client.post(address, {**to_customs(world, "odd"), **more})
        assert answer.status_code in {302, 422}, address
    if answer.status_code == 302:
        assert client.get(answer["Location"]).status_code == 200


def test_all_that_a_change_changes_is_shown_and_the_files_that_go_along(world: World) -> None:
    client = caller(world, "staff_police")
    note = world.notes["customs"]
    data = {**to_customs(world, "changed"), "tlp": ["CLEAR"], "purpose": ["To warn"], "agencies": []}
    data["audience"] = ["partnership"]
    _status, text = post(client, f"/notes/{note.public_id}/draft/", **data)
    assert "<ins>TLP:CLEAR</ins>" in text
    assert "<ins>To warn</ins>" in text
    assert "<ins>Every member of the partnership will see this.</ins>" in text
    assert marker("file_all") in text
    assert marker("file_named") not in text


def test_a_change_of_a_note_that_was_changed_or_withdrawn_since_offers_no_release(world: World) -> None:
    client = caller(world, "staff_police")
    note = world.notes["customs"]
    post(client, f"/notes/{note.public_id}/draft/", **to_customs(world, "changed"))
    with sight(world.person("staff_police").pk):
        draft = Draft.objects.get(note=note)
    post(client, f"/notes/{note.public_id}/withdraw/", reason="Wrong")
    text = page(client, draft.get_absolute_url())
    assert "The note was withdrawn since" in text
    assert "Ask a colleague" not in text
