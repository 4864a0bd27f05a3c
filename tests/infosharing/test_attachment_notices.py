"""Who read a note is told of a file that is added, and who had a file is told when it is taken back."""

import pytest

from foundation.notifications import kinds
from foundation.notifications.models import Notice
from infosharing.attachments import policy, services
from infosharing.attachments.models import Attachment
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.infosharing.test_attachment_walls import SEES
from tests.world import World
from tests.world.attachments import FILES, attach
from tests.world.readings import read


def told(world: World, slug: str) -> set[str]:
    """Return who holds a notice of a kind that still holds, by persona."""
    by_person = {person.pk: name for name, person in world.people.items()}
    notices = Notice.objects.filter(kind=slug, withdrawn_at__isnull=True)
    assert not any("canary" in str(notice.facts) for notice in notices)
    return {by_person[notice.recipient_id] for notice in notices if kinds.find(slug).still_holds(notice)}


@pytest.mark.parametrize("name", FILES)
def test_who_sees_a_file_is_the_inverse_of_what_somebody_sees(world: World, name: str) -> None:
    _note, writer, _to = FILES[name]
    with sight(world.person(writer).pk):
        attachment = Attachment.objects.get(pk=world.attachments[name].pk)
        viewers = set(policy.viewers_of(attachment).values_list("pk", flat=True))
    expected = {world.person(persona).pk for persona, seen in SEES.items() if name in seen and name != "file_removed"}
    assert viewers & {world.person(persona).pk for persona in world.actors()} == expected


def test_who_read_the_note_and_sees_the_file_is_told_that_there_is_one_more(world: World) -> None:
    for persona in ("lead_customs", "lead_tax"):
        read(world, persona, world.notes["partnership"])
    with sight(world.person("staff_police").pk):
        added = attach(world, "file_more", "partnership", to=("customs",))
    # whom it is not for, and who never read the note, hears nothing of it
    assert told(world, "attachments.added") == {"lead_customs"}
    with sight(world.person("staff_police").pk):
        services.remove_file(actor=world.actor("staff_police"), attachment=added, reason="Wrong")
    assert told(world, "attachments.added") == set()


@pytest.mark.parametrize("how", ["removed", "narrowed"])
def test_who_had_a_file_is_told_when_it_is_taken_back(world: World, how: str) -> None:
    note = world.notes["partnership"]
    with sight(world.person("staff_police").pk):
        attachment = attach(world, "file_more", "partnership")
    for persona in ("lead_customs", "lead_tax"):
        caller(world, persona).get(f"/notes/{note.public_id}/files/{attachment.public_id}/")
    actor = world.actor("lead_police")
    with sight(actor.person_id):
        if how == "removed":
            services.remove_file(actor=actor, attachment=attachment, reason="Wrong")
        else:
            tax = [world.memberships["tax"]]
            services.choose_audience(actor=actor, attachment=attachment, audience="named", members=tax)
    expected = {"lead_customs", "lead_tax"} if how == "removed" else {"lead_customs"}
    assert told(world, "attachments.taken_back") == expected
    notice = Notice.objects.filter(kind="attachments.taken_back").first()
    message = kinds.find("attachments.taken_back").message(notice)
    assert "took back a file that you downloaded" in str(message.title)
    assert message.path == f"/notes/{note.public_id}/"
