"""A note is seen from its first day on and up to its last, whichever way one asks, and whether or not a task ran."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from foundation import clock
from foundation.errors import Invalid
from foundation.notifications.models import Notice
from infosharing.grants.models import EndedGrant, NoteGroupGrant
from infosharing.grants.services import end_expired_grants
from infosharing.grants.terms import Terms
from infosharing.notes import policy, selectors
from infosharing.notes.audiences import Choice
from infosharing.notes.days import keep_share_days
from infosharing.notes.explaining import Explainer
from infosharing.notes.models import Note
from infosharing.notes.recipients import choice_of
from infosharing.notes.searching import count_notes, find_notes
from infosharing.notes.seen_by import seen_by
from infosharing.notes.services import edit_note, share_note
from infosharing.readers.models import Recall
from infosharing.readers.services import acknowledge_recall, tell_untold
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.infosharing.test_searching import many
from tests.world import World
from tests.world.readings import read
from tests.world.roles import as_owner

READER, WRITER = "lead_customs", "staff_police"


def day(number: int) -> date:
    # from the real day on, wherever the clock stands
    return timezone.localdate() + timedelta(days=number)


@contextmanager
def on(number: int, hour: int = 12) -> Iterator[None]:
    """Stand on a day to come."""
    with clock.standing_at(timezone.make_aware(datetime.combine(day(number), time(hour, 30)))):
        yield


def share(world: World, terms: Terms, *, kind: str = "agencies", tlp: str = "AMBER", **more: Any) -> Note:
    with sight(world.person(WRITER).pk):
        return share_note(
            actor=world.actor(WRITER), partnership=world.partnerships["haven"], title="Cabbages", body="In the night",
            tlp=tlp, audience=to(world, kind, terms), review_on=day(60), **more,
        )  # fmt: skip


def to(world: World, kind: str, terms: Terms) -> Choice:
    return Choice(
        kind,
        members=[world.memberships["customs"]] if kind == "agencies" else (),
        persons=[world.people[READER]] if kind == "persons" else (),
        terms=terms,
    )


def ways(world: World, note: Note, persona: str = READER) -> dict[str, bool]:
    """Return what each way of asking says, each wall with the other taken away."""
    actor, person = world.actor(persona), world.person(persona)
    with as_owner():
        found = {
            "queryset": Note.objects.visible_to(actor).filter(pk=note.pk).exists(),
            "newest": note in selectors.newest_notes(actor, limit=100),
            "marked": note in selectors.newest_notes(actor, tlp=note.tlp, limit=100),
            "viewers": policy.viewers_of(note).filter(pk=person.pk).exists(),
            "has_perm": type(person).objects.get(pk=person.pk).has_perm("notes.view_note", note),
        }
    with sight(person.pk):
        found |= {
            "policy": Note.objects.filter(pk=note.pk).exists(),
            "own grant": NoteGroupGrant._base_manager.filter(content_object=note).exists() or _named(note),
            "search": note in find_notes(actor, "cabbages"),
            "count": bool(count_notes(actor, "cabbages")),
        }
    return found


def _named(note: Note) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM grants_noteusergrant WHERE content_object_id = %s", [note.pk])
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize(("kind", "tlp"), [("agencies", "AMBER"), ("partnership", "GREEN"), ("persons", "RED")])
def test_others_see_it_from_the_first_day_to_the_end_of_the_last_by_every_way(
    world: World, kind: str, tlp: str
) -> None:
    note = share(world, Terms(day(3), day(5)), kind=kind, tlp=tlp)
    for number, hour, expected in ((0, 12, False), (2, 23, False), (3, 0, True), (5, 23, True), (6, 0, False)):
        with on(number, hour):
            assert set(ways(world, note).values()) == {expected}, (number, ways(world, note))
            assert set(ways(world, note, WRITER).values()) == {True}, number


def test_what_is_older_than_a_search_reads_one_by_one_is_found_on_its_days_alone(world: World) -> None:
    note = share(world, Terms(day(3), day(5)))
    many(world, 1_500)
    for number, expected in ((1, False), (4, True), (6, False)):
        with on(number), sight(world.person(READER).pk):
            assert (note in find_notes(world.actor(READER), "cabbages", limit=5)) == expected, number
            with connection.cursor() as cursor:
                # the function alone, which both walls would make good for
                cursor.execute("SELECT sight.search('cabbages', 5, NULL, NULL, NULL, NULL, NULL, NULL, NULL)")
                assert (note.pk in {key for (key,) in cursor.fetchall()}) == expected, number


def test_the_task_ends_what_is_over_and_nobody_sees_more_or_less_by_it(world: World) -> None:
    note = share(world, Terms(until=day(2)))
    with on(3):
        before = ways(world, note)
        assert end_expired_grants() == 1
        assert ways(world, note) == before
        assert end_expired_grants() == 0
    with as_owner():
        ended = EndedGrant.objects.get(note=note)
    assert timezone.localtime(ended.ended_at).date() == day(3)
    assert ended.ended_by is None


@pytest.mark.parametrize(("kind", "tlp"), [("agencies", "AMBER"), ("persons", "RED")])
def test_who_read_it_is_told_once_when_its_time_is_over(world: World, kind: str, tlp: str) -> None:
    note, lasting = share(world, Terms(until=day(2)), kind=kind, tlp=tlp), share(world, Terms(), kind=kind, tlp=tlp)
    for number in (0, 1):
        with on(number):
            for one in (note, lasting):
                read(world, READER, one)
                read(world, WRITER, one)
    for number in (2, 3, 3, 4):
        with on(number):
            keep_share_days()
            tell_untold()
        with as_owner():
            recalled = list(Recall.objects.filter(note__in=[note, lasting]).select_related("person"))
        assert [(one.note_id, one.person) for one in recalled] == [(note.pk, world.person(READER))] * (number > 2)
    assert Notice.objects.filter(kind="notes.recalled", subject_id=recalled[0].public_id).count() == 1
    with on(5), sight(world.person(READER).pk):
        acknowledge_recall(actor=world.actor(READER), recall=recalled[0])
    with on(6):
        tell_untold()
        # shared anew, and over anew
        with sight(world.person(WRITER).pk):
            edit_note(
                actor=world.actor(WRITER), note=note, title="Cabbages", body="By day", tlp=tlp, review_on=day(60),
                audience=to(world, kind, Terms(until=day(8))),
            )  # fmt: skip
        read(world, READER, note)
    with on(9):
        keep_share_days()
        tell_untold()
    with as_owner():
        assert set(Recall.objects.filter(note=note).values_list("reason", flat=True)) == {OVER}
        assert Recall.objects.filter(note=note).count() == 2


OVER = "It was shared with you for a time that is over."


@pytest.mark.parametrize("comes_again", [False, True])
def test_who_lost_it_otherwise_is_told_so_also_where_it_is_theirs_again_on_a_later_day(
    world: World, comes_again: bool
) -> None:
    note = share(world, Terms())
    read(world, READER, note)
    with as_owner():
        grants = NoteGroupGrant._base_manager.filter(content_object=note)
        grant = grants.get(group__in=world.person(READER).groups.all())
        # as a circle that ends while somebody reads leaves it
        grants.filter(pk=grant.pk).delete()
        if comes_again:
            grant.pk, grant.not_before = None, clock.now() + timedelta(days=2)
            NoteGroupGrant.objects.bulk_create([grant])
    tell_untold()
    with as_owner():
        recall = Recall.objects.get(note=note)
    assert (recall.person, recall.reason) == (world.person(READER), "You are no longer among those whom it is for.")


@pytest.mark.parametrize("tidied", [False, True])
def test_the_explanation_tells_the_days_before_and_after(world: World, tidied: bool) -> None:
    note = share(world, Terms(day(3), day(5)))

    def said(at: datetime | None) -> tuple[bool, str]:
        with sight(world.person(WRITER).pk):
            found = Note.objects.select_related("owner__agency", "partnership", "author").get(pk=note.pk)
            told = Explainer(world.actor(WRITER), found, at).explain(world.agencies["customs"])
            return told.visible, " ".join(told.reasons)

    with on(1):
        visible, words = said(None)
        assert not visible
        assert f"It is shared with it from {day(3):%-d %B %Y} on." in words
    with on(4):
        visible, words = said(None)
        assert visible
        assert f"until {day(5):%-d %B %Y}" in words
        early = clock.now() - timedelta(days=2)
    with on(9):
        if tidied:
            end_expired_grants()
        visible, words = said(None)
        assert not visible
        assert f"from {day(3):%-d %B %Y} until {day(5):%-d %B %Y}" in words
        assert said(early)[0] is False
        assert said(early + timedelta(days=2))[0] is True
        assert said(early + timedelta(days=4))[0] is False


def test_what_a_member_sees_of_ours_follows_the_days(world: World) -> None:
    note = share(world, Terms(day(3), day(5)))
    for number, expected in ((1, False), (4, True), (6, False)):
        with on(number), sight(world.person(WRITER).pk):
            rows = seen_by(world.actor(WRITER), world.memberships["customs"], limit=100)
            assert (note in [row.note for row in rows]) == expected


def test_recipients_learn_of_nobody_who_waits(world: World) -> None:
    note = share(world, Terms(day(3)), kind="partnership", tlp="GREEN")
    with sight(world.person(WRITER).pk):
        assert {viewer.name for viewer in selectors.viewers(note, world.actor(WRITER))} == {"Haven Police"}
        assert "Haven Customs" in {viewer.name for viewer in selectors.who_will_see(note, world.actor(WRITER))}
    with sight(world.person(READER).pk):
        assert not selectors.who_will_see(note, world.actor(READER))


def test_the_originator_keeps_its_own_grant_for_ever_even_against_a_row_by_hand(world: World) -> None:
    note = share(world, Terms(until=day(1)))
    with as_owner():
        NoteGroupGrant._base_manager.filter(content_object=note, group=world.memberships["police"].group_id).delete()
        permission = NoteGroupGrant._base_manager.filter(content_object=note).first().permission
        NoteGroupGrant.objects.bulk_create(
            [
                NoteGroupGrant(
                    content_object=note, group=world.memberships["police"].group, permission=permission,
                    granted_at=clock.now(), expires_at=clock.now(),
                )
            ]
        )  # fmt: skip
    with on(9):
        assert ways(world, note, WRITER)["policy"]


def test_terms_of_a_grant_are_never_rewritten(world: World) -> None:
    note = share(world, Terms(until=day(1)))
    with as_owner(), pytest.raises(DatabaseError, match="made anew"), transaction.atomic():
        NoteGroupGrant.objects.filter(content_object=note).update(expires_at=None)


def edit(world: World, note: Note, **more: Any) -> Note:
    with sight(world.person(WRITER).pk):
        found = Note.objects.select_related("owner__agency", "partnership").get(pk=note.pk)
        said = {"title": found.title, "body": found.body, "tlp": found.tlp, "review_on": found.review_on}
        said["audience"] = choice_of(world.actor(WRITER), found)
        return edit_note(actor=world.actor(WRITER), note=found, **{**said, **more})


@pytest.mark.parametrize("tidied", [False, True])
@pytest.mark.parametrize(("kind", "tlp"), [("agencies", "AMBER"), ("partnership", "GREEN")])
def test_editing_a_note_whose_days_are_over_shares_it_with_nobody(
    world: World, kind: str, tlp: str, tidied: bool
) -> None:
    note = share(world, Terms(until=day(2)), kind=kind, tlp=tlp)
    with on(4):
        if tidied:
            end_expired_grants()
        edit(world, note, title="Cabbages again")
        assert not any(ways(world, note).values())
        assert all(ways(world, note, WRITER).values())


def test_editing_keeps_who_waits_and_other_days_make_other_grants(world: World) -> None:
    note = share(world, Terms(day(3)))
    edit(world, note, title="Cabbages again")
    with on(4):
        assert all(ways(world, note).values())
        later = Choice("agencies", members=[world.memberships["customs"]], terms=Terms(until=day(8)))
        edit(world, note, audience=later)
    with on(9):
        assert not any(ways(world, note).values())


def test_days_that_have_passed_or_do_not_hold_together_are_refused(world: World) -> None:
    for terms, field in (
        (Terms(not_before=day(0)), "share_from"),
        (Terms(until=day(-1)), "share_until"),
        (Terms(not_before=day(4), until=day(3)), "share_until"),
    ):
        with pytest.raises(Invalid) as refused:
            share(world, terms)
        assert refused.value.field == field


def test_people_are_told_on_the_first_day_and_once(world: World) -> None:
    note = share(world, Terms(day(3)))
    told = Notice.objects.filter(kind="notes.shared", subject_id=note.public_id)
    assert not told.exists()
    with on(2):
        keep_share_days()
        assert not told.exists()
    with on(3):
        keep_share_days()
        keep_share_days()
    assert [notice.recipient for notice in told] == [world.people[READER]]


def test_the_page_says_the_days_in_words_and_the_form_takes_them(world: World) -> None:
    client = caller(world, WRITER)
    body = {
        "title": "Seals", "body": "Broken", "tlp": "AMBER", "audience": "agencies", "review_on": day(60).isoformat(),
        "agencies": [world.memberships["customs"].pk], "share_until": day(5).isoformat(), "may_pass_on": "on",
    }  # fmt: skip
    page = client.post("/partnerships/haven/notes/new/", body, follow=True).content.decode()
    assert f"Shared until {day(5):%-d %B %Y}. Who receives it may pass it on." in page
    refused = client.post("/partnerships/haven/notes/new/", {**body, "share_from": day(6).isoformat()})
    assert refused.status_code == 422
    assert "does not come before the first" in refused.content.decode()


def test_a_program_says_the_days_and_keeps_them(world: World) -> None:
    client = caller(world, "client_police")
    sent = {
        "partnership": "haven", "title": "Seals", "body": "Broken", "tlp": "AMBER", "review_on": day(60).isoformat(),
        "audience": {"agencies": [str(world.agencies["customs"].public_id)]}, "share_from": day(3).isoformat(),
    }  # fmt: skip
    made = client.post("/api/v1/notes", sent, content_type="application/json").json()
    assert made["share_from"] == day(3).isoformat()
    assert made["audience"]["agencies"] == [str(world.agencies["customs"].public_id)]
    address = f"/api/v1/notes/{made['id']}"
    changed = client.patch(
        address, {"title": "Seal"}, content_type="application/json", headers={"If-Match": "*"}
    ).json()
    assert changed["share_from"] == day(3).isoformat()
    with on(3):
        note = Note(pk=None, public_id=made["id"])
        with sight(world.person(READER).pk):
            assert Note.objects.filter(public_id=note.public_id).exists()


def test_the_newest_notes_are_still_answered_by_the_indexes_alone(world: World) -> None:
    with sight(world.actor(READER).person_id), connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'notes_newest'")
        (source,) = cursor.fetchone()
        page = source[source.index("RETURN QUERY") + len("RETURN QUERY") : source.rindex("END")]
        for number, name in enumerate(("mine", "before_at", "before_note", "since", "present", "most", "person"), 1):
            page = re.sub(rf"(?<!\.)\b{name}\b", f"${number}", page)
        # so few rows are read whole, unless it is made dear
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"PREPARE page (int[], timestamptz, bigint, timestamptz, timestamptz, int, bigint) AS {page}")
        cursor.execute("EXPLAIN EXECUTE page ('{1}', 'infinity', 0, '-infinity', now(), 25, 1)")
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("DEALLOCATE page")
    assert "Index Only Scan using group_grant_page" in plan, plan
    # behind both walls; which of its two indexes tells more is up to how many rows there are
    ways = [line for line in plan.splitlines() if " on grants_notegroupgrant" in line]
    assert len(ways) > 1, plan
    assert all("Index Only Scan" in way for way in ways), plan
