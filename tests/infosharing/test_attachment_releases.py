"""Where a second pair of eyes is asked for, a file waits until a colleague of whoever added it lets it out."""

import pytest

from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.files.services import check
from foundation.notifications.models import Notice
from infosharing.attachments import policy, services
from infosharing.attachments.models import Attachment, AttachmentRecipient
from infosharing.notes.models import Note
from infosharing.notes.services_conventions import set_house_rule
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.infosharing.test_attachments import attached, note_page, reading
from tests.world import World
from tests.world.attempts import database_refuses
from tests.world.files import PDF
from tests.world.readings import read
from tests.world.roles import as_owner
from tests.world.work import needs_of


@pytest.fixture(autouse=True)
def second_pair(world: World) -> None:
    with as_owner():
        police = world.memberships["police"]
        set_house_rule(actor=world.actor("lead_police"), membership=police, second_pair=True)


def add(world: World, note: str = "several", audience: str = "note", *members: str) -> Attachment:
    with reading(world) as actor:
        return services.add_file(
            actor=actor,
            note=world.notes[note],
            file=check("plan.pdf", PDF),
            audience=audience,
            members=[world.memberships[code] for code in members],
        )


def sees(world: World, persona: str, attachment: Attachment) -> bool:
    """Ask each wall with the other taken away."""
    actor = world.actor(persona)
    with as_owner():
        by_rule = Attachment.objects.visible_to(actor).filter(pk=attachment.pk).exists()
    with sight(actor.person_id):
        assert Attachment.objects.filter(pk=attachment.pk).exists() == by_rule
    return by_rule


def test_until_a_colleague_releases_it_nobody_else_has_it(world: World) -> None:
    read(world, "staff_customs", world.notes["several"])
    attachment = add(world)
    assert sees(world, "reader_police", attachment)
    assert not sees(world, "staff_customs", attachment)
    assert not Notice.objects.filter(kind="attachments.added", subject_id=attachment.public_id).exists()
    with reading(world, "lead_police") as actor:
        services.release_file(actor=actor, attachment=attachment)
    assert sees(world, "staff_customs", attachment)
    told = Notice.objects.filter(kind="attachments.added", subject_id=attachment.public_id)
    assert [notice.recipient for notice in told] == [world.person("staff_customs")]


def test_who_sees_a_file_that_waits_is_the_inverse_of_what_each_sees(world: World) -> None:
    attachment = add(world)
    with as_owner():
        attachment.note = Note.objects.select_related("owner").get(pk=attachment.note_id)
        viewers = set(policy.viewers_of(attachment).values_list("pk", flat=True))
        for persona in ("staff_police", "reader_police", "staff_customs", "lead_tax"):
            assert (world.person(persona).pk in viewers) == sees(world, persona, attachment), persona


@pytest.mark.parametrize("persona", ["staff_police", "reader_police", "client_police", "lead_customs"])
def test_nobody_but_a_colleague_who_may_write_releases_it(world: World, persona: str) -> None:
    attachment = add(world)
    with reading(world, persona) as actor, pytest.raises((NotAllowed, OutOfTurn)):
        services.release_file(actor=actor, attachment=attachment)
    assert not sees(world, "staff_customs", attachment)


def test_the_page_and_my_work_offer_it_to_a_colleague(world: World) -> None:
    attachment = add(world)
    assert "Waits for a colleague" in note_page(world, "staff_police", "several")
    assert "Release it" not in note_page(world, "staff_police", "several")
    assert "Release it" in note_page(world, "lead_police", "several")
    assert "plan.pdf" not in note_page(world, "staff_customs", "several")
    assert [need.who for need in needs_of(world.actor("lead_police")) if "release" in need.action] != []
    where = f"/notes/{world.notes['several'].public_id}/files/{attachment.public_id}/"
    assert caller(world, "staff_customs").get(where).status_code == 404
    assert caller(world, "lead_police").post(f"{where}release/").status_code == 302
    assert caller(world, "staff_customs").get(where).status_code == 200


def test_nobody_is_let_in_beside_those_who_had_it_and_leaving_out_waits_for_nobody(world: World) -> None:
    attachment = add(world, "several", "named", "customs")
    with reading(world, "lead_police") as actor:
        services.release_file(actor=actor, attachment=attachment)
    for audience, members in (("note", []), ("named", ["customs", "tax"])):
        with reading(world) as actor, pytest.raises(Invalid):
            services.choose_audience(
                actor=actor, attachment=attachment, audience=audience, members=[world.memberships[m] for m in members]
            )
    whole = attached(world, "file_all")
    with reading(world) as actor:
        narrowed = services.choose_audience(
            actor=actor, attachment=whole, audience="named", members=[world.memberships["customs"]]
        )
    assert narrowed.audience == "named"


def test_to_a_note_for_named_people_no_file_is_added(world: World) -> None:
    with pytest.raises(Invalid, match="may not read a note to named people"):
        add(world, "named")


def test_the_database_holds_it_too(world: World) -> None:
    attachment = add(world, "several", "named", "customs")
    with reading(world):
        rows = Attachment.objects.filter(pk=attachment.pk)
        for change in ({"waits": False}, {"waits": False, "released_by": world.person("staff_police")}):
            with database_refuses("a colleague of whoever added"):
                rows.update(**change)
    with reading(world, "lead_police") as actor:
        services.release_file(actor=actor, attachment=attachment)
        row = AttachmentRecipient.objects.get(attachment=attachment)
        with database_refuses("a colleague releases"):
            Attachment.objects.filter(pk=attachment.pk).update(audience="note")
        with database_refuses("a colleague releases"):
            row.pk, row.member = None, world.memberships["tax"]
            row.save(force_insert=True)
