"""What is taken away while somebody is being given it, is not given; and nobody gets half a file."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from foundation.files import answers
from foundation.files.models import StoredFile
from infosharing.attachments import services
from infosharing.attachments.models import Attachment
from infosharing.notes.services import withdraw_note
from infosharing.readers.models import Reading
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.infosharing.test_request_races import ROUNDS, at_once
from tests.world import World
from tests.world.attachments import attach
from tests.world.cast import marker
from tests.world.roles import as_owner

Deed = Callable[[], object]


def added(world: World, name: str = "file_more") -> Attachment:
    with sight(world.person("staff_police").pk):
        attachment = attach(world, name, "partnership")
    attachment.note = world.notes["partnership"]
    return attachment


def address_of(world: World, attachment: Attachment) -> str:
    return f"/notes/{world.notes['partnership'].public_id}/files/{attachment.public_id}/"


def removing(world: World, attachment: Attachment) -> Deed:
    actor = world.actor("lead_police")

    def deed() -> None:
        with sight(actor.person_id):
            services.remove_file(actor=actor, attachment=attachment, reason="Wrong")

    return deed


def narrowing(world: World, attachment: Attachment) -> Deed:
    actor, taxes = world.actor("lead_police"), world.memberships["tax"]

    def deed() -> None:
        with sight(actor.person_id):
            services.choose_audience(actor=actor, attachment=attachment, audience="named", members=[taxes])

    return deed


def withdrawing(world: World, attachment: Attachment) -> Deed:
    actor = world.actor("lead_police")

    def deed() -> None:
        with sight(actor.person_id):
            withdraw_note(actor=actor, note=attachment.note, reason="Wrong")

    return deed


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("taken_away", [removing, narrowing, withdrawing])
@pytest.mark.parametrize("when", ["before its bytes are read", "after"])
def test_what_is_taken_away_while_its_bytes_are_read_is_not_given(
    world: World, monkeypatch: pytest.MonkeyPatch, taken_away: Callable[[World, Attachment], Deed], when: str
) -> None:
    attachment, read = added(world), answers.read
    deed = taken_away(world, attachment)

    def elsewhere() -> None:
        deed()
        connection.close()

    def meanwhile(stored: StoredFile) -> bytes:
        content = read(stored) if when == "after" else b""
        other = threading.Thread(target=elsewhere)
        other.start()
        other.join(20)
        return content if when == "after" else read(stored)

    monkeypatch.setattr(answers, "read", meanwhile)
    answer = caller(world, "lead_customs").get(address_of(world, attachment))
    assert answer.status_code == 404
    assert marker("file_more") not in answer.content.decode()
    with as_owner():
        assert not Reading.objects.filter(attachment=attachment).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("taken_away", [removing, narrowing])
def test_a_download_and_a_taking_away_at_the_same_moment_give_the_whole_file_or_none(
    world: World, taken_away: Callable[[World, Attachment], Deed]
) -> None:
    client, got = caller(world, "lead_customs"), []
    for number in range(ROUNDS):
        attachment = added(world, f"file_{number}")

        def download(attachment: Attachment = attachment) -> None:
            answer = client.get(address_of(world, attachment))
            got.append((answer.status_code, answer.content if answer.status_code == 200 else b""))

        assert at_once(download, taken_away(world, attachment)) == ["done", "done"]
        status, content = got[-1]
        assert (status, content) in {(200, f"Content {marker(f'file_{number}')}".encode()), (404, b"")}
        assert client.get(address_of(world, attachment)).status_code == 404
