"""At its review date a note is prolonged with a reason, or destroyed; the second time the coordinator decides."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from foundation import clock
from foundation.errors import Invalid, NotAllowed, OutOfTurn, Refusal
from foundation.notifications.models import Notice
from infosharing.notes.models import Note, NoteVersion, Prolongation
from infosharing.notes.reviewing.services import answer_prolongation, keep_review_dates, prolong_note
from infosharing.notes.searching import find_notes
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.infosharing.test_readers import edit, recalls
from tests.world import World
from tests.world.cast import PERSONAS, marker
from tests.world.readings import read
from tests.world.roles import as_owner


def day(days: int) -> date:
    return clock.today() + timedelta(days=days)


def prolong(world: World, note: str = "customs", days: int = 120, persona: str = "staff_police") -> Prolongation:
    actor = world.actor(persona)
    with sight(actor.person_id):
        return prolong_note(actor=actor, note=world.notes[note], until=day(days), reason="The inquiry goes on")


def answer(world: World, asked: Prolongation, persona: str = "coordinator", **said: object) -> Prolongation:
    actor = world.actor(persona)
    with sight(actor.person_id):
        return answer_prolongation(actor=actor, prolongation=asked, **{"agreed": True, **said})


def review_on(world: World, note: str = "customs") -> date:
    with as_owner():
        return Note.objects.get(pk=world.notes[note].pk).review_on


def pass_review(world: World, note: str, days: int = 1) -> None:
    """Let a note's review date be some days ago."""
    with as_owner():
        Note.objects.filter(pk=world.notes[note].pk).update(review_on=day(-days))


def test_the_originator_prolongs_once_and_the_coordinator_decides_from_then_on(world: World) -> None:
    assert prolong(world, days=120).status == "agreed"
    assert review_on(world) == day(120)
    asked = prolong(world, days=150)
    assert (asked.status, review_on(world)) == ("asked", day(120))
    with pytest.raises(Invalid, match="asked already"):
        prolong(world, days=160)
    with as_owner():
        assert Notice.objects.filter(kind="notes.prolongation_asked", recipient=world.people["coordinator"]).exists()
    answer(world, asked)
    assert review_on(world) == day(150)
    with as_owner():
        told = Notice.objects.filter(kind="notes.prolongation_answered")
        assert [notice.recipient for notice in told] == [world.people["staff_police"]]
    with pytest.raises(OutOfTurn):
        answer(world, asked, agreed=False, reason="No")


def test_a_refusal_has_a_reason_and_leaves_the_date(world: World) -> None:
    prolong(world)
    asked = prolong(world, days=150)
    with pytest.raises(Invalid, match="Say why not"):
        answer(world, asked, agreed=False)
    assert answer(world, asked, agreed=False, reason="A year is enough").status == "refused"
    assert review_on(world) == day(120)


@pytest.mark.parametrize(
    "persona", sorted(set(PERSONAS) - {"anonymous", "lead_police", "staff_police", "client_police"})
)
def test_nobody_else_prolongs(world: World, persona: str) -> None:
    with pytest.raises(NotAllowed):
        prolong(world, persona=persona)


@pytest.mark.parametrize("persona", sorted(set(PERSONAS) - {"anonymous", "coordinator"}))
def test_nobody_but_the_coordinator_answers(world: World, persona: str) -> None:
    prolong(world)
    asked = prolong(world, days=150)
    with pytest.raises(Refusal):
        answer(world, asked, persona=persona)
    assert review_on(world) == day(120)


@pytest.mark.parametrize("days", [0, -1, 90, 400])
def test_a_day_that_is_not_later_or_too_late_is_refused(world: World, days: int) -> None:
    with pytest.raises(Invalid) as refusal:
        prolong(world, days=days)
    assert refusal.value.field == "until"


def test_an_edit_does_not_prolong_and_may_bring_the_date_forward(world: World) -> None:
    with pytest.raises(Invalid, match="prolong it"):
        edit(world, "customs", review_on=day(200))
    assert edit(world, "customs", review_on=day(10)).review_on == day(10)


def test_the_database_prolongs_once_without_the_coordinator_and_no_answer_of_ones_own(world: World) -> None:
    first = prolong(world)
    second = Prolongation(
        note=first.note, partnership=first.partnership, member=first.member, tlp=first.tlp, stood_on=day(1),
        until=day(2), reason="Again", status="agreed", asked_by=first.asked_by, asked_at=clock.now(),
    )  # fmt: skip
    with sight(first.asked_by_id), pytest.raises(DatabaseError, match="once without"), transaction.atomic():
        second.save()
    asked = prolong(world, days=150)
    with sight(world.person("staff_police").pk):
        assert Prolongation.objects.filter(pk=asked.pk).update(status="agreed") == 0


@pytest.mark.parametrize("wall", ["queryset", "policy"])
def test_the_coordinator_reads_what_is_asked_and_not_the_note(world: World, wall: str) -> None:
    customs, named = prolong(world, "customs"), prolong(world, "named")
    clear = {one.pk for one in world.prolongations.values()}
    expected = {
        "coordinator": {customs.pk, named.pk} | clear,
        "staff_police": {customs.pk, named.pk} | clear, "lead_police": {customs.pk} | clear,
        "lead_customs": set(), "lead_tax": set(), "lead_elsewhere": set(), "site_admin": set(),
    }  # fmt: skip
    for persona, seen in expected.items():
        if wall == "queryset":
            with as_owner():
                found = set(Prolongation.objects.visible_to(world.actor(persona)).values_list("pk", flat=True))
        else:
            with sight(world.person(persona).pk):
                found = set(Prolongation.objects.values_list("pk", flat=True))
        assert found == seen, persona
    page = caller(world, "coordinator").get("/partnerships/haven/notes/prolongations/").content.decode()
    assert "The inquiry goes on" in page
    assert marker("customs") not in page


def test_a_note_whose_date_passes_is_destroyed_for_everybody_and_the_footprint_says_so(world: World) -> None:
    edit(world, "customs", body=f"Second {marker('customs')}")
    read(world, "lead_customs", world.notes["customs"])
    pass_review(world, "customs")
    assert keep_review_dates() == 1
    assert keep_review_dates() == 0
    with as_owner():
        note = Note.objects.get(pk=world.notes["customs"].pk)
        assert (note.status, note.body, note.legal_basis) == ("withdrawn", "", "")
        assert marker("customs") not in note.title
        assert not NoteVersion.objects.filter(note=note).exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM notes_searchentry WHERE words @@ plainto_tsquery('simple', 'second')")
            assert cursor.fetchone() == (0,)
    told = recalls(world, "customs")[world.people["lead_customs"].email]
    assert told.reason == "Its review date passed, and nobody prolonged it."
    client = caller(world, "staff_police")
    page = client.get(f"/notes/{note.public_id}/").content.decode()
    assert "its words are gone for everybody" in page
    assert world.people["lead_customs"].name in client.get(f"/notes/{note.public_id}/readers/").content.decode()
    assert caller(world, "lead_customs").get(f"/notes/{note.public_id}/").status_code == 404
    actor = world.actor("staff_police")
    with sight(actor.person_id):
        assert find_notes(actor, marker("customs")) == []


def test_a_withdrawn_note_is_destroyed_on_its_date_too(world: World) -> None:
    pass_review(world, "withdrawn")
    assert keep_review_dates() == 1
    with as_owner():
        note = Note.objects.get(pk=world.notes["withdrawn"].pk)
        assert (note.body, note.withdrawal_reason) == ("", "It was wrong")


def test_a_note_that_waits_for_the_coordinator_is_kept_two_weeks_more(world: World) -> None:
    prolong(world)
    prolong(world, days=150)
    pass_review(world, "customs", days=14)
    assert keep_review_dates() == 0
    pass_review(world, "customs", days=15)
    assert keep_review_dates() == 1


def test_what_was_destroyed_does_not_come_back(world: World) -> None:
    pass_review(world, "customs")
    keep_review_dates()
    with as_owner(), pytest.raises(DatabaseError, match="does not come back"), transaction.atomic():
        Note.objects.filter(pk=world.notes["customs"].pk).update(body="again", destroyed_at=None)


def test_the_author_of_a_note_to_named_people_alone_is_told_that_its_date_comes(world: World) -> None:
    with as_owner():
        Note.objects.filter(pk=world.notes["named"].pk).update(review_on=day(14))
    keep_review_dates()
    keep_review_dates()
    with as_owner():
        told = list(Notice.objects.filter(kind="notes.named_review"))
        assert [notice.recipient for notice in told] == [world.people["staff_police"]]
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject_id FROM sight.notes_to_review()")
        reminded = {subject for (subject,) in cursor.fetchall()}
    assert world.notes["own"].public_id in reminded
    assert world.notes["named"].public_id not in reminded


def test_the_pages_prolong_ask_and_answer(world: World) -> None:
    client, page = caller(world, "staff_police"), f"/notes/{world.notes['customs'].public_id}/"
    assert "Keep it longer" in client.get(page).content.decode()
    assert client.post(f"{page}prolong/", {"until": day(120).isoformat()}).status_code == 422
    for days in (120, 150):
        body = {"until": day(days).isoformat(), "reason": "The inquiry goes on"}
        assert client.post(f"{page}prolong/", body).status_code == 302
    assert "Keep it longer" not in client.get(page).content.decode()
    coordinator = caller(world, "coordinator")
    assert "asks to keep a note longer" in coordinator.get("/").content.decode()
    with as_owner():
        asked = Prolongation.objects.get(status="asked", note=world.notes["customs"])
    address = f"/partnerships/haven/notes/prolongations/{asked.public_id}/answer/"
    assert client.get(address).status_code == 403
    assert coordinator.post(address, {"agreed": "no"}).status_code == 422
    assert coordinator.post(address, {"agreed": "yes"}).status_code == 302
    assert review_on(world) == day(150)


@pytest.mark.parametrize("ahead", [-1, 0, 1])
def test_the_day_is_that_of_the_agencies_and_no_further_off_than_time_zones_reach(world: World, ahead: int) -> None:
    """Around midnight the server's day and theirs differ; a clock that runs far ahead destroys nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_date")
        (servers,) = cursor.fetchone()
    with as_owner():
        Note.objects.filter(pk=world.notes["customs"].pk).update(review_on=servers + timedelta(days=ahead))
    with connection.cursor() as cursor:
        cursor.execute("SELECT sight.destroy_notes_past_review('Over', %s)", [servers + timedelta(days=400)])
        assert len(cursor.fetchall()) == (1 if ahead < 1 else 0)
