"""Twenty people act on a note at the same moment: one order of things comes out of it, and who lost it has lost it.

`RACE_ROUNDS=1000 pytest tests/infosharing/test_note_races.py` runs as many rounds of each.
"""

from datetime import timedelta

import pytest

from foundation import clock
from foundation.audit.models import Event
from infosharing.circles import services as circles
from infosharing.circles.models import Circle, CircleMember
from infosharing.notes.audiences import Choice
from infosharing.notes.granting import add_recipients, take_out
from infosharing.notes.models import Note
from infosharing.notes.services import edit_note, share_note, withdraw_note
from infosharing.readers.models import Reading, Recall
from partnership.membership import services as membership
from partnership.membership.models import Membership
from partnership.membership.sight import sight
from tests.infosharing.races import DONE, ROUNDS, THREADS, at_once, by
from tests.world import World
from tests.world.cast import marker
from tests.world.readings import read
from tests.world.roles import as_owner

pytestmark = pytest.mark.django_db(transaction=True)

RECEIVERS = ("customs", "tax", "company")


def share(world: World, *codes: str, circle: Circle | None = None) -> Note:
    """Share a note of the police with members and a circle."""
    choice = Choice("agencies", members=[world.memberships[code] for code in codes], circles=[circle] if circle else [])
    actor = world.actor("staff_police")
    with sight(actor.person_id):
        return share_note(actor=actor, partnership=world.partnerships["haven"], audience=choice, **WORDS)


WORDS = {"title": "Raced", "body": f"Text {marker('raced')}", "tlp": "AMBER"}


@pytest.fixture(autouse=True)
def _review_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WORDS, "review_on", clock.today() + timedelta(days=90))  # type: ignore[arg-type]


def to(world: World, *codes: str) -> Choice:
    return Choice("agencies", members=[world.memberships[code] for code in codes])


def who_sees(world: World, note: Note) -> set[str]:
    """Return which receivers see a note, by each wall; both must say the same."""
    seeing = set()
    for code in RECEIVERS:
        actor = world.actor(f"lead_{code}")
        with as_owner():
            by_queryset = Note.objects.visible_to(actor).filter(pk=note.pk).exists()
        with sight(actor.person_id):
            by_policy = Note.objects.filter(pk=note.pk).exists()
        assert by_queryset == by_policy, code
        seeing |= {code} if by_policy else set()
    return seeing


def trail(note: Note) -> list[str]:
    return list(Event.objects.filter(object_id=note.public_id).order_by("pk").values_list("verb", flat=True))


def test_of_edits_and_withdrawals_one_withdrawal_stands_and_is_the_last_word(world: World) -> None:
    for number in range(ROUNDS):
        note = share(world, "customs")
        own = {"note": note, "audience": to(world, "customs")}
        edits = [
            by(world, "staff_police", edit_note, **own, **{**WORDS, "title": f"Edit {one}"})
            for one in range(THREADS // 2)
        ]
        taking = [by(world, "lead_police", withdraw_note, note=note, reason="Wrong")] * (THREADS // 2)
        ended = at_once(edits + taking)
        edited, taken = ended[: len(edits)], ended[len(edits) :]
        assert taken.count(DONE) == 1, (number, ended)
        assert set(ended) <= {DONE, "OutOfTurn"}
        with as_owner():
            stands = Note.objects.get(pk=note.pk)
        assert stands.status == "withdrawn"
        assert stands.title in {"Raced", *(f"Edit {one}" for one, how in enumerate(edited) if how == DONE)}
        assert trail(note) == ["notes.shared", *["notes.edited"] * edited.count(DONE), "notes.withdrawn"]
        assert who_sees(world, note) == set()


def test_of_grants_and_a_withdrawal_nobody_has_it_afterwards(world: World) -> None:
    for _number in range(ROUNDS):
        note = share(world, "customs")
        adding = [by(world, "client_police", add_recipients, note=note, added=to(world, "tax"))] * (THREADS - 1)
        ended = at_once([by(world, "lead_police", withdraw_note, note=note, reason="Wrong"), *adding])
        assert ended[0] == DONE
        assert set(ended) <= {DONE, "OutOfTurn"}
        assert trail(note)[-1] == "notes.withdrawn"
        assert who_sees(world, note) == set()


def test_grants_added_and_taken_out_one_by_one_are_all_kept_and_bring_back_none(world: World) -> None:
    for _number in range(ROUNDS):
        note = share(world, "customs", "company")
        without = by(world, "lead_police", take_out, note=note, recipient=world.agencies["customs"].public_id)
        adding = [by(world, "client_police", add_recipients, note=note, added=to(world, "tax"))]
        ended = at_once([without, *adding * (THREADS - 1)])
        assert set(ended) == {DONE}
        assert who_sees(world, note) == {"tax", "company"}


def test_a_grant_brings_back_nobody_whom_an_edit_took_out_and_no_words_of_before(world: World) -> None:
    for _number in range(ROUNDS):
        note = share(world, "customs", "tax")
        narrowing = by(
            world, "staff_police", edit_note, note=note, audience=to(world, "tax"), **{**WORDS, "body": "Narrowed"}
        )
        adding = [by(world, "client_police", add_recipients, note=note, added=to(world, "company"))] * (THREADS - 1)
        ended = at_once([narrowing, *adding])
        assert set(ended) == {DONE}
        # what the edit chose stands; the company has it where it was added after that
        assert who_sees(world, note) - {"company"} == {"tax"}
        with as_owner():
            assert Note.objects.get(pk=note.pk).body == "Narrowed"


def test_whoever_reads_while_it_is_narrowed_has_lost_it_and_is_told_to_stop_relying_on_it(world: World) -> None:
    for _number in range(ROUNDS):
        note = share(world, "customs", "tax")
        narrowing = by(world, "staff_police", edit_note, note=note, audience=to(world, "customs"), **WORDS)
        reading = [lambda note=note: read(world, "lead_tax", note)] * (THREADS - 1)
        ended = at_once([narrowing, *reading])
        assert set(ended) == {DONE}
        assert who_sees(world, note) == {"customs"}
        with as_owner():
            readers = set(Reading.objects.filter(note=note).values_list("person", flat=True))
            recalled = list(Recall.objects.filter(note=note).values_list("person", flat=True))
        assert readers == {world.people["lead_tax"].pk}
        assert recalled == list(readers)


def test_a_member_that_is_suspended_while_its_people_write_sees_nothing_afterwards(world: World) -> None:
    customs = world.memberships["customs"]
    for _number in range(ROUNDS):
        given = share(world, "customs")
        suspending = [by(world, "coordinator", membership.suspend_member, membership=customs, reason="Asked")] * 2
        haven = world.partnerships["haven"]
        posting = [by(world, "staff_customs", share_note, partnership=haven, audience=to(world, "tax"), **WORDS)] * (
            THREADS - 2
        )
        ended = at_once(suspending + posting)
        assert sorted(ended[:2]) == ["OutOfTurn", DONE]
        assert set(ended) <= {DONE, "OutOfTurn", "NotAllowed", "Invalid"}
        assert "customs" not in who_sees(world, given)
        with as_owner():
            written = Note.objects.filter(owner=customs, title="Raced").values_list("public_id", flat=True)
            events = Event.objects.filter(verb="notes.shared", object_id__in=list(written))
            assert events.count() == len(written)
        again = by(world, "coordinator", membership.reinstate_member, membership=customs, reason="Clear")
        assert at_once([again]) == [DONE]
        assert Membership.objects.get(pk=customs.pk).status == "active"


def test_a_member_that_leaves_a_circle_while_others_share_there_sees_none_of_it(world: World) -> None:
    for _number in range(ROUNDS):
        circle = in_circle(world, "customs", "tax")
        leaving = [by(world, "staff_customs", circles.leave, circle=circle, reason="Done")] * 2
        choice = Choice("agencies", circles=[circle])
        haven = world.partnerships["haven"]
        sharing = [
            by(world, "staff_police", share_note, partnership=haven, audience=choice, **{**WORDS, "title": "In it"})
        ] * (THREADS - 2)
        ended = at_once(leaving + sharing)
        assert sorted(ended[:2]) in (["NotAllowed", DONE], ["OutOfTurn", DONE])
        assert set(ended[2:]) == {DONE}
        with as_owner():
            there = list(Note.objects.filter(title="In it"))
            left = CircleMember.objects.get(circle=circle, membership=world.memberships["customs"])
        assert left.status == "left"
        assert len(there) >= THREADS - 2
        assert all(who_sees(world, note) <= {"tax"} for note in there)
        assert who_sees(world, there[-1]) == {"tax"}


def in_circle(world: World, *codes: str) -> Circle:
    """Make a circle of the police and some members, who accept."""
    actor = world.actor("lead_police")
    with sight(actor.person_id):
        circle = circles.make_circle(
            actor=actor,
            partnership=world.partnerships["haven"],
            name="Raced",
            purpose="To race",
            is_confidential=False,
            invited=[world.memberships[code] for code in codes],
        )
    for code in codes:
        lead = world.actor(f"lead_{code}")
        with sight(lead.person_id):
            circles.accept(actor=lead, circle=circle)
    return circle
