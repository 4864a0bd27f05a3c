"""A note with thirty files asks the database as often as one with three."""

import pytest

from infosharing.attachments.models import Attachment
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.access.test_query_counts import count
from tests.world import World
from tests.world.attachments import attach

FEW, MORE = 3, 27


def add(world: World, numbers: range) -> None:
    with sight(world.person("staff_police").pk):
        for number in numbers:
            attach(world, f"file_{number}", "partnership", to=("customs", "tax") if number % 2 else ())


@pytest.mark.parametrize(("persona", "address"), [
    ("lead_police", "/notes/{note}/"),
    ("lead_customs", "/notes/{note}/"),
    ("lead_police", "/notes/{note}/preview/{agency}/"),
    ("lead_police", "/notes/{note}/readers/"),
    ("client_police", "/api/v1/notes/{note}"),
    ("client_police", "/api/v1/notes"),
])  # fmt: skip
def test_many_files_cost_as_many_questions_as_few(world: World, persona: str, address: str) -> None:
    client = caller(world, persona)
    path = address.format(note=world.notes["partnership"].public_id, agency=world.agencies["customs"].public_id)
    add(world, range(FEW))
    few = count(client, path)
    add(world, range(FEW, FEW + MORE))
    with sight(world.person("staff_police").pk):
        assert Attachment.objects.there().filter(note=world.notes["partnership"]).count() >= FEW + MORE
    assert count(client, path) == few
