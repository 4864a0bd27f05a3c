"""While a member leaves, it and others share: it has none of theirs afterwards, and they none of its."""

from datetime import timedelta

from foundation import clock
from infosharing.circles import services as circles
from infosharing.circles.models import Circle, CircleMember, Step
from infosharing.notes.audiences import Choice
from infosharing.notes.models import Note
from infosharing.notes.services import share_note
from infosharing.readers.models import Reading, Recall
from partnership.membership import services as membership
from partnership.membership.departures import services as departures
from partnership.membership.models import Membership
from partnership.membership.sight import sight
from tests.races.crew import DONE, ROUNDS, THREADS, Crew, by
from tests.races.looking import GIVEN, notes_called, reading, to, trail, who_is_told, who_sees, words
from tests.world import World
from tests.world.roles import as_owner

HALF, THIRD = (THREADS - 2) // 2, (THREADS - 2) // 3


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


def test_a_member_that_leaves_a_circle_while_all_share_there_sees_none_of_it_and_takes_its_own_out(
    world: World, crew: Crew
) -> None:
    haven = world.partnerships["haven"]
    for number in range(ROUNDS):
        circle, ours, theirs = in_circle(world, "customs", "tax"), f"Ours {number}", f"Theirs {number}"
        leaving = [by(world, "staff_customs", circles.leave, circle=circle, reason="Done")] * 2
        there = {"partnership": haven, "audience": to(world, circle=circle)}
        sharing = [by(world, "staff_police", share_note, **there, **words(title=ours))] * HALF
        own = [by(world, "lead_customs", share_note, **there, **words(title=theirs))] * HALF
        ended = crew.at_once(leaving + sharing + own)
        assert sorted(ended[:2]) in (["NotAllowed", DONE], ["OutOfTurn", DONE])
        assert set(ended[2 : 2 + HALF]) == {DONE}
        assert set(ended[2 + HALF :]) <= {DONE, "Invalid"}
        with as_owner():
            assert CircleMember.objects.get(circle=circle, membership=world.memberships["customs"]).status == "left"
            steps = Step.objects.filter(circle=circle, membership=world.memberships["customs"], what="left")
            assert steps.count() == 1
        kept, taken = notes_called(ours), notes_called(theirs)
        assert (len(kept), len(taken)) == (HALF, ended[2 + HALF :].count(DONE))
        assert all(trail(note) == ["notes.shared"] for note in kept + taken)
        assert who_sees(world, *kept) == who_is_told(*kept) == {"tax"}
        # each is its originator's alone again
        assert who_sees(world, *taken) <= {"customs"}
        assert who_is_told(*taken) == set()


def test_what_a_member_shares_while_it_leaves_the_partnership_is_taken_back_with_all_else(
    world: World, crew: Crew
) -> None:
    haven, member = world.partnerships["haven"], world.memberships["customs"]
    for number in range(ROUNDS):
        announce(world, member)
        before = customs_share(world)
        leaving = [by(world, "coordinator", membership.withdraw_member, membership=member, reason="Gone")] * 2
        ours, theirs = f"To who leaves {number}", f"Of who leaves {number}"
        to_them = Choice("agencies", members=[member, world.memberships["tax"]])
        sharing = by(world, "staff_police", share_note, partnership=haven, audience=to_them, **words(title=ours))
        own = by(world, "lead_customs", share_note, partnership=haven, audience=to(world, "tax"), **words(title=theirs))
        readings = [reading(world, "lead_tax", before), reading(world, "staff_customs", before)] * THIRD
        ended = crew.at_once(leaving + [sharing] * THIRD + [own] * THIRD + readings[: THREADS - 2 - 2 * THIRD])
        left, shared, owned, read = ended[:2], ended[2 : 2 + THIRD], ended[2 + THIRD : 2 + 2 * THIRD], ended[-THIRD:]
        assert sorted(left) == ["OutOfTurn", DONE]
        assert set(shared) <= {DONE, "Invalid"}
        assert set(owned) <= {DONE, "NotAllowed"}
        kept, taken = notes_called(ours), [before, *notes_called(theirs)]
        assert (len(kept), len(taken)) == (shared.count(DONE), 1 + owned.count(DONE))
        assert all(trail(note) == ["notes.shared"] for note in kept)
        assert all(trail(note) == ["notes.shared", "notes.withdrawn"] for note in taken), number
        assert who_sees(world, *kept) == who_is_told(*kept) == ({"tax"} if kept else set())
        assert who_sees(world, *taken) == who_is_told(*taken) == set()
        with as_owner():
            assert Reading.objects.filter(note=before).count() == read.count(GIVEN)
            recalled = set(Recall.objects.filter(note=before).values_list("person", flat=True))
        assert world.people["lead_tax"].pk in recalled or GIVEN not in read[::2]
        member = come_back(world)
    world.memberships["customs"] = member


def announce(world: World, member: Membership) -> None:
    """Have customs announce that they leave, and take back then what they shared."""
    actor = world.actor("lead_customs")
    with sight(actor.person_id):
        departures.announce_departure(
            actor=actor,
            membership=member,
            effective_on=clock.today() + timedelta(days=60),
            reason="Another task",
            choices={"notes": "withdrawn"},
        )


def customs_share(world: World) -> Note:
    actor, audience = world.actor("lead_customs"), to(world, "tax")
    with sight(actor.person_id):
        return share_note(actor=actor, partnership=world.partnerships["haven"], audience=audience, **words())  # type: ignore[arg-type]


def come_back(world: World) -> Membership:
    """Invite customs anew; they accept."""
    actor, lead = world.actor("coordinator"), world.actor("lead_customs")
    agency = world.agencies["customs"]
    with sight(actor.person_id):
        invited = membership.invite_member(
            actor=actor, partnership=world.partnerships["haven"], agency=agency, role="core"
        )
    with sight(lead.person_id):
        return membership.accept_invitation(actor=lead, membership=invited)
