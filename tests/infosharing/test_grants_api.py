"""Grants one by one, and the notes that rest on an agreement."""

from datetime import timedelta

import pytest

from foundation import clock
from foundation.notifications.models import Notice
from infosharing.notes.searching import find_notes
from partnership.agreements.models import Version
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.api.client import Program
from tests.infosharing.test_receiving import agreed, share  # noqa: F401
from tests.world import World
from tests.world.roles import as_owner


@pytest.fixture
def police(world: World) -> Program:
    return Program("client_police")


def ids(answer: dict[str, list[dict[str, str]]]) -> set[str]:
    return {row["id"] for row in answer["results"]}


def test_the_originator_adds_recipients_and_takes_them_out_one_by_one(world: World, police: Program) -> None:
    note = world.notes["customs"]
    customs, tax = (str(world.agencies[code].public_id) for code in ("customs", "tax"))
    address = f"/notes/{note.public_id}/grants"
    listed = police.get(address).json()
    assert ids(listed) == {customs}
    assert listed["results"][0]["kind"] == "agency"
    added = police.post(address, {"agencies": [tax]})
    assert added.status_code == 201
    assert ids(added.json()) == {customs, tax}
    assert ids(police.send("DELETE", f"{address}/{customs}").json()) == {tax}
    assert ids(police.send("DELETE", f"{address}/{tax}").json()) == set()
    assert police.get(f"/notes/{note.public_id}").json()["audience"]["kind"] == "own_agency"
    assert police.send("DELETE", f"{address}/{tax}").status_code == 404


def test_who_is_taken_out_and_let_in_again_is_told_again_and_once(world: World, police: Program) -> None:
    note, customs = world.notes["customs"], str(world.agencies["customs"].public_id)
    address = f"/notes/{note.public_id}/grants"
    told = Notice.objects.filter(kind="notes.shared", subject_id=note.public_id, recipient=world.people["lead_customs"])
    for times in (1, 2, 3):
        assert (told.count(), told.filter(withdrawn_at=None).count()) == (times, 1)
        police.send("DELETE", f"{address}/{customs}")
        assert not told.filter(withdrawn_at=None).exists()
        police.post(address, {"agencies": [customs]})
        # who has it is not told because somebody else is added
        police.post(address, {"agencies": [str(world.agencies["tax"].public_id)]})


def test_grants_keep_their_terms_and_what_marking_and_kind_do_not_allow_is_refused(
    world: World, police: Program
) -> None:
    until = (clock.today() + timedelta(days=5)).isoformat()
    sent = {
        "partnership": "haven", "title": "Seals", "body": "Broken", "tlp": "AMBER", "share_until": until,
        "review_on": (clock.today() + timedelta(days=30)).isoformat(),
        "audience": {"agencies": [str(world.agencies["customs"].public_id)]},
    }  # fmt: skip
    address = f"/notes/{police.post('/notes', sent).json()['id']}/grants"
    added = police.post(address, {"agencies": [str(world.agencies["tax"].public_id)]}).json()["results"]
    assert {row["expires_at"] for row in added} == {added[0]["expires_at"]} != {None}
    assert police.post(address, {"partnership": True}).status_code == 400
    everybody = f"/notes/{world.notes['partnership'].public_id}/grants"
    (grant,) = police.get(everybody).json()["results"]
    assert grant["kind"] == "partnership"
    assert police.send("DELETE", f"{everybody}/{grant['id']}").status_code == 400


def test_nobody_but_the_originator_sees_or_changes_grants(world: World, police: Program) -> None:
    theirs = world.notes["by_customs"]
    address = f"/notes/{theirs.public_id}/grants"
    assert police.get(address).status_code == 403
    assert police.post(address, {"agencies": [str(world.agencies["tax"].public_id)]}).status_code == 403
    assert police.send("DELETE", f"{address}/{world.agencies['police'].public_id}").status_code == 403
    assert police.get(f"/notes/{world.notes['by_company'].public_id}/grants").status_code == 404


def test_one_click_lists_what_rests_on_an_agreement_to_each_what_they_see(world: World, agreed: Version) -> None:  # noqa: F811
    note = share(world, ["customs"])
    agreement = agreed.agreement
    for persona in ("staff_police", "lead_customs"):
        actor = world.actor(persona)
        with sight(actor.person_id):
            assert find_notes(actor, agreement=agreement, limit=50) == [note], persona
            assert find_notes(actor, "gate", agreement=agreement) == [note], persona
        with as_owner():
            assert find_notes(actor, agreement=agreement, limit=50) == [note], persona
    with sight(world.person("lead_company").pk):
        assert find_notes(world.actor("lead_company"), agreement=agreement) == []
    covenant = world.versions["covenant"].agreement
    with sight(world.person("staff_police").pk):
        assert find_notes(world.actor("staff_police"), agreement=covenant) == []
    client = caller(world, "staff_police")
    address = f"/partnerships/haven/notes/?agreement={agreement.public_id}"
    assert address in client.get(agreed.get_absolute_url()).content.decode()
    page = client.get(address).content.decode()
    assert "That rest on Haven information" in page
    assert "1 note" not in page
    assert note.title in page
    assert world.notes["own"].title not in page
    table = client.get(f"{address}&format=csv").content.decode()
    assert world.notes["own"].title not in table
    found = Program("client_police").get(f"/notes?agreement={agreement.public_id}").json()["results"]
    assert [each["id"] for each in found] == [str(note.public_id)]
    assert Program("client_police").get(f"/notes?agreement={note.public_id}").status_code == 400
