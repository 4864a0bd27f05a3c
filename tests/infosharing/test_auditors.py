"""Who read a note is shown to its originator, and to auditors whom a lead of it appoints; what it says is not."""

import csv
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from foundation import clock
from foundation.audit.models import Event
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.models import Notice
from infosharing.auditors import selectors, services
from infosharing.auditors.models import LONGEST, Auditor
from infosharing.notes.audiences import Choice
from infosharing.readers.models import NoteFootprint, Reading
from partnership.membership import services as membership
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.infosharing.test_readers import edit, withdraw
from tests.infosharing.test_walls import SIGNED_IN
from tests.world import World
from tests.world.attempts import database_refuses
from tests.world.auditors import appoint, end
from tests.world.cast import marker
from tests.world.readings import read
from tests.world.roles import as_owner

POLICE = {"lead_police", "staff_police", "reader_police", "client_police"}
BY_POLICE = {"own", "customs", "several", "confidential", "partnership", "clear", "withdrawn"}
# by hand: whose appointments each sees
KNOWS = {
    **{persona: {"tax", "customs", "suspended", "own"} for persona in POLICE},
    "lead_tax": {"tax"},
    "lead_customs": {"customs"},
}


def page_of(auditor: Auditor) -> str:
    return f"/partnerships/haven/notes/auditors/{auditor.public_id}/readings/"


def rows_of(world: World, persona: str, model: type, wall: str) -> Iterator[int]:
    if wall == "queryset":
        with as_owner():
            yield from model.objects.visible_to(world.actor(persona)).values_list("pk", flat=True)
    else:
        with sight(world.person(persona).pk):
            yield from model.objects.values_list("pk", flat=True)


def notes_known(world: World, persona: str, wall: str) -> set[str]:
    """Return of which notes somebody knows footprints, as auditors do."""
    names = {note.pk: name for name, note in world.notes.items()}
    return {names[pk] for pk in rows_of(world, persona, NoteFootprint, wall)}


def lines(world: World, persona: str, name: str, **chosen: object) -> list[selectors.Line]:
    actor = world.actor(persona)
    with sight(actor.person_id):
        found, _ = selectors.readings(actor, world.auditors[name], selectors.Chosen(**chosen), limit=50)  # type: ignore[arg-type]
        return found


@pytest.mark.parametrize("wall", ["queryset", "policy"])
def test_each_wall_around_appointments_holds_alone(world: World, wall: str) -> None:
    names = {auditor.pk: name for name, auditor in world.auditors.items()}
    for persona in SIGNED_IN:
        assert {names[pk] for pk in rows_of(world, persona, Auditor, wall)} == KNOWS.get(persona, set()), persona


@pytest.mark.parametrize("wall", ["queryset", "policy"])
def test_each_wall_around_footprints_holds_alone(world: World, wall: str) -> None:
    for persona in SIGNED_IN:
        expected = BY_POLICE if persona in {"lead_tax", "reader_police"} else set()
        assert notes_known(world, persona, wall) == expected, persona


@pytest.mark.parametrize("wall", ["queryset", "policy"])
def test_each_wall_around_readings_lets_an_auditor_in_alone(world: World, wall: str) -> None:
    for note in ("customs", "named", "by_customs"):
        read(world, "lead_customs" if note != "by_customs" else "lead_police", world.notes[note])
    with as_owner():
        known = {row.pk: row.note_id for row in Reading.objects.all()}
    customs, withdrawn = world.notes["customs"].pk, world.notes["withdrawn"].pk
    for persona, notes in {"lead_tax": {customs, withdrawn}, "coordinator": set(), "lead_suspended": set()}.items():
        assert {known[pk] for pk in rows_of(world, persona, Reading, wall)} == notes, persona


def test_without_a_reader_every_query_on_auditors_and_footprints_fails(world: World) -> None:
    for model in (Auditor, NoteFootprint):
        with pytest.raises(DatabaseError, match="no reader set"), transaction.atomic():
            list(model.objects.all())


def test_an_auditor_sees_who_read_what_and_not_a_word_of_it(world: World) -> None:
    read(world, "lead_customs", world.notes["customs"])
    client, page = caller(world, "lead_tax"), page_of(world.auditors["tax"])
    shown = client.get(page).content.decode()
    table = client.get(f"{page}?format=csv").content.decode("utf-8-sig")
    for text in (shown, table):
        assert str(world.notes["customs"].public_id) in text
        assert world.people["lead_customs"].name in text
        assert not any(marker(name) in text for name in (*world.notes, *world.attachments))
    found = list(csv.reader(table.splitlines()))
    assert found[0] == list(selectors.HEAD)
    assert [line[:3] for line in found[1:]] == [
        [str(world.notes["customs"].public_id), "TLP:AMBER+STRICT", "live"],
        [str(world.notes["withdrawn"].public_id), "TLP:AMBER", "withdrawn"],
    ]
    assert client.get(f"/notes/{world.notes['customs'].public_id}/").status_code == 404
    assert client.get(f"/notes/{world.notes['customs'].public_id}/readers/").status_code == 404


def test_who_read_a_note_to_named_people_no_auditor_is_shown(world: World) -> None:
    read(world, "lead_customs", world.notes["named"])
    for persona, name in (("lead_tax", "tax"), ("reader_police", "own")):
        assert {line.note for line in lines(world, persona, name)} == {world.notes["withdrawn"].public_id}
    # nor when others get it too
    edit(world, "named", tlp="AMBER")
    for wall in ("queryset", "policy"):
        assert "named" not in notes_known(world, "lead_tax", wall)


def test_who_read_what_a_circle_had_only_an_auditor_of_the_originator_is_shown(world: World) -> None:
    """Else readers would tell an outsider who is in the circle."""
    read(world, "lead_customs", world.notes["customs"])
    edit(world, "customs", audience=Choice("agencies", circles=[world.circles["quiet"]]))
    edit(world, "customs")
    customs = world.notes["customs"].public_id
    for wall in ("queryset", "policy"):
        assert "customs" not in notes_known(world, "lead_tax", wall)
        assert "customs" in notes_known(world, "reader_police", wall)
    assert customs not in {line.note for line in lines(world, "lead_tax", "tax")}
    assert customs in {line.note for line in lines(world, "reader_police", "own")}


def test_a_footprint_keeps_up_with_its_note(world: World) -> None:
    read(world, "lead_customs", world.notes["customs"])
    edit(world, "customs", tlp="AMBER")
    withdraw(world, "customs")
    line = lines(world, "lead_tax", "tax", note=world.notes["customs"].public_id)[0]
    assert (line.tlp, line.status) == ("TLP:AMBER", "withdrawn")


def test_nobody_writes_footprints_or_says_whose_note_a_reading_is_of(world: World) -> None:
    reading = read(world, "lead_customs", world.notes["customs"])
    with as_owner():
        assert Reading.objects.get(pk=reading.pk).owner_id == world.memberships["police"].pk
    with sight(world.person("lead_tax").pk):
        for attempt in (
            lambda: NoteFootprint.objects.update(to_named=False),
            lambda: NoteFootprint.objects.all()._raw_delete("default"),
        ):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                attempt()


def sees(world: World, persona: str = "lead_tax") -> bool:
    both = {bool(notes_known(world, persona, wall)) for wall in ("queryset", "policy")}
    assert len(both) == 1, "the walls do not agree"
    return both.pop()


def test_it_counts_while_both_members_take_part(world: World) -> None:
    coordinator = world.actor("coordinator")
    for code in ("police", "tax"):
        assert sees(world)
        membership.suspend_member(actor=coordinator, membership=world.memberships[code], reason="asked")
        assert not sees(world), code
        membership.reinstate_member(actor=coordinator, membership=world.memberships[code], reason="answered")
    assert sees(world)


def test_who_moves_to_another_member_or_is_no_longer_active_looks_at_nothing(world: World) -> None:
    person = world.people["lead_tax"]
    person.agency = world.agencies["customs"]
    person.save()
    assert not sees(world)
    person.agency = world.agencies["tax"]
    person.save()
    assert sees(world)
    person.is_active = False
    person.save()
    with sight(person.pk):
        assert not NoteFootprint.objects.exists()


def test_it_lasts_to_the_end_of_its_last_day_as_the_agencies_count_days(world: World) -> None:
    auditor = world.auditors["tax"]
    for moment, counts in ((auditor.expires_at - timedelta(seconds=1), True), (auditor.expires_at, False)):
        with clock.standing_at(moment):
            assert sees(world) is counts
            assert caller(world, "lead_tax").get("/").status_code == 200
    assert auditor.until == clock.today() + timedelta(days=30)


@pytest.mark.parametrize("by", ["lead_police", "lead_tax"])
def test_it_is_ended_by_a_lead_of_who_appointed_or_by_the_auditor_at_once(world: World, by: str) -> None:
    end(world, world.auditors["tax"], by)
    assert not sees(world)
    assert caller(world, "lead_tax").get(page_of(world.auditors["tax"])).status_code == 403
    with pytest.raises(OutOfTurn):
        end(world, world.auditors["tax"], by)
    told, kind = ("lead_tax", "footprints.ended") if by == "lead_police" else ("lead_police", "footprints.stepped_down")
    with as_owner():
        assert Notice.objects.filter(kind=kind, recipient=world.people[told]).exists()


@pytest.mark.parametrize("by", ["staff_police", "reader_police", "lead_customs", "coordinator"])
def test_nobody_else_ends_it(world: World, by: str) -> None:
    with pytest.raises(NotAllowed):
        end(world, world.auditors["tax"], by)
    with sight(world.person(by).pk):
        touched = Auditor.objects.filter(pk=world.auditors["tax"].pk).update(ended_at=clock.now())
    assert touched == 0


@pytest.mark.parametrize("by", ["staff_police", "reader_police", "client_police", "lead_suspended", "lead_elsewhere"])
def test_only_a_lead_of_an_active_member_appoints(world: World, by: str) -> None:
    with pytest.raises(NotAllowed):
        appoint(world, "lead_company", by)


@pytest.mark.parametrize("person", ["lead_elsewhere", "lead_former", "lead_invited", "client_police", "site_admin"])
def test_only_somebody_of_an_active_member_is_appointed_and_no_program(world: World, person: str) -> None:
    with pytest.raises(Invalid):
        appoint(world, person)


def test_nobody_appoints_themselves_nor_somebody_twice_nor_for_more_than_a_year(world: World) -> None:
    for person, days in (("lead_police", 30), ("lead_tax", 30), ("lead_company", -1), ("lead_company", 366)):
        with pytest.raises(Invalid):
            appoint(world, person, days=days)
    assert appoint(world, "lead_company", days=365).until == clock.today() + LONGEST


def test_who_was_an_auditor_is_appointed_anew_once_it_does_not_count_any_more(world: World) -> None:
    with clock.standing_at(world.auditors["tax"].expires_at):
        appoint(world, "lead_tax")
        assert sees(world)


def appointment(world: World, **said: object) -> Auditor:
    now = clock.now()
    plain = {
        "partnership": world.partnerships["haven"], "appointer": world.memberships["police"],
        "person": world.people["lead_company"], "through": world.memberships["company"], "reason": "Why not",
        "appointed_by": world.people["lead_police"], "appointed_at": now, "expires_at": now + timedelta(days=3),
    }  # fmt: skip
    return Auditor(**{**plain, **said})


def test_the_database_refuses_what_the_service_does(world: World) -> None:
    now = clock.now()
    wrong = {
        "auditor_for_a_year_at_most": {"expires_at": now + timedelta(days=368)},
        "auditor_with_reason": {"reason": ""},
        "auditor_once": {"person": world.people["lead_tax"], "through": world.memberships["tax"]},
        "auditor_through_in_partnership": {
            "person": world.people["lead_elsewhere"], "through": world.memberships["elsewhere"],
        },
        "auditor_is_another_than_who_appoints": {
            "person": world.people["lead_police"], "through": world.memberships["police"],
        },
        "one of the people of an active member": {"person": world.people["lead_customs"]},
        "begins when it is made": {"looked_at": now},
    }  # fmt: skip
    for constraint, said in wrong.items():
        with sight(world.person("lead_police").pk), database_refuses(constraint):
            appointment(world, **said).save()


def test_the_wall_alone_lets_nobody_but_a_lead_appoint_or_change_an_appointment(world: World) -> None:
    attempts = (
        ("staff_police", {"appointed_by": world.people["staff_police"]}),
        ("lead_customs", {"appointed_by": world.people["lead_customs"]}),
        ("lead_customs", {}),
    )
    for persona, said in attempts:
        with sight(world.person(persona).pk), pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
            appointment(world, **said).save()
    with sight(world.person("lead_police").pk):
        mine = Auditor.objects.filter(pk=world.auditors["tax"].pk)
        for attempt in (
            lambda: mine.update(expires_at=clock.now() + timedelta(days=90)),
            lambda: mine.update(person=world.people["lead_company"]),
            lambda: mine._raw_delete("default"),
            lambda: mine.update(looked_at=clock.now()),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                attempt()
    with sight(world.person("lead_customs").pk), pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        Auditor.objects.filter(pk=world.auditors["customs"].pk).update(end_reason="Another")


def test_appointing_looking_and_ending_are_on_record_without_a_name(world: World) -> None:
    caller(world, "lead_tax").get(page_of(world.auditors["tax"]))
    end(world, world.auditors["tax"], "lead_tax")
    with as_owner():
        events = Event.objects.filter(object_id=world.auditors["tax"].public_id).order_by("pk")
        done = [(event.verb.partition(".")[2], event.person_label) for event in events]
    police, tax = world.people["lead_police"].name, world.people["lead_tax"].name
    assert done == [("auditor_appointed", police), ("looked_at", tax), ("auditor_ended", tax)]
    assert all(tax not in str(event.detail) for event in events)


def test_looking_is_refused_and_not_on_record_for_everybody_else(world: World) -> None:
    page = page_of(world.auditors["tax"])
    for persona, status in (("lead_police", 403), ("lead_customs", 404), ("coordinator", 404), ("lead_company", 404)):
        assert caller(world, persona).get(page).status_code == status, persona
        actor = world.actor(persona)
        with sight(actor.person_id), pytest.raises(NotAllowed):
            services.look(actor=actor, auditor=world.auditors["tax"], shown=0, as_table=False)
    with as_owner():
        assert not Event.objects.filter(verb="footprints.looked_at").exists()


def test_the_people_of_the_agency_see_who_audits_it_and_when_they_last_looked(world: World) -> None:
    caller(world, "lead_tax").get(page_of(world.auditors["tax"]))
    page = caller(world, "reader_police").get("/partnerships/haven/notes/auditors/").content.decode()
    assert world.people["lead_tax"].name in page
    assert page.count("Looks now") == 2
    assert "Does not count now" in page, "of the suspended member"
    assert "you appointed" not in page
    readers = caller(world, "staff_police").get(f"/notes/{world.notes['customs'].public_id}/readers/").content.decode()
    assert world.people["lead_tax"].name in readers
    named = caller(world, "staff_police").get(f"/notes/{world.notes['named'].public_id}/readers/").content.decode()
    assert world.people["lead_tax"].name not in named


def test_my_work_asks_for_a_first_look_and_tells_a_lead_of_a_near_end(world: World) -> None:
    client, line = caller(world, "lead_tax"), "You audit who read the notes of Haven Police"
    assert line in client.get("/").content.decode()
    client.get(page_of(world.auditors["tax"]))
    assert line not in client.get("/").content.decode()
    near = "is your auditor of footprints until then"
    assert near not in caller(world, "lead_police").get("/").content.decode()
    with clock.standing_at(clock.now() + timedelta(days=20)):
        assert near in caller(world, "lead_police").get("/").content.decode()


def test_readings_are_narrowed_by_agency_day_and_note(world: World) -> None:
    with clock.standing_at(clock.now() - timedelta(days=9)):
        read(world, "lead_customs", world.notes["customs"])
    read(world, "coordinator", world.notes["partnership"])
    client, page = caller(world, "lead_tax"), page_of(world.auditors["tax"])
    week_ago = (clock.today() - timedelta(days=7)).isoformat()

    def count(query: str) -> int:
        return len(client.get(f"{page}?format=csv&{query}").content.decode().strip().splitlines()) - 1

    assert count("") == 3
    assert count(f"agency={world.agencies['customs'].public_id}") == 2
    assert count(f"since={week_ago}") == 2
    assert count(f"until={week_ago}") == 1
    assert count(f"note={world.notes['partnership'].public_id}") == 1
    assert count(f"note={world.notes['named'].public_id}") == 0
    for nonsense in (
        "agency=x",
        "since=x",
        "note=x",
        "before=x",
        "before=2026-02-30T00:00:00%2B00:00~1",
        "before=9999-12-31T23:59:59%2B23:59~0",
        "before=0001-01-01T00:00:00%2B14:00~0",
    ):
        assert count(nonsense) == 3, nonsense


def test_pages_follow_each_other_without_a_gap_though_many_were_read_at_one_moment(world: World) -> None:
    for days in (2, 1):
        with clock.standing_at(clock.now() - timedelta(days=days)):
            for _ in range(4):
                read(world, "lead_customs", world.notes["customs"])
    actor, auditor = world.actor("lead_tax"), world.auditors["tax"]
    with sight(actor.person_id):
        whole, _ = selectors.readings(actor, auditor, selectors.Chosen(), limit=50)
        pages, place = [], None
        while True:
            page, place = selectors.readings(actor, auditor, selectors.Chosen(), before=place, limit=3)
            pages += page
            if place is None:
                break
            place = selectors.Place.of(str(place))
    assert pages == whole
    assert len(whole) == 9


def test_a_long_list_of_readings_asks_the_database_as_often_as_a_short_one(world: World) -> None:
    client, page = caller(world, "lead_tax"), page_of(world.auditors["tax"])
    asked = []
    for _ in range(2):
        for _ in range(5):
            read(world, "lead_customs", world.notes["customs"])
            read(world, "coordinator", world.notes["partnership"])
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_page_for_its_originator_never_asks_whom_it_appointed(world: World) -> None:
    """The arm of the wall for auditors comes last: it costs the originator nothing."""
    read(world, "lead_customs", world.notes["customs"])
    with sight(world.person("lead_police").pk), connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT * FROM readers_reading WHERE note_id = %s",
            [world.notes["customs"].pk],
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "reading_of_note_by_person" in plan or "Seq Scan" in plan
    assert "never executed" in plan, plan
