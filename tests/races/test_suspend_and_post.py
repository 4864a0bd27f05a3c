"""While a member is suspended, its people write: what they shared before stands, and after it they share nothing."""

from infosharing.notes.services import share_note
from partnership.membership import services as membership
from partnership.membership.models import Membership
from partnership.membership.sight import sight
from tests.races.crew import DONE, ROUNDS, THREADS, Crew, by
from tests.races.looking import (
    last_line,
    lines_of,
    notes_called,
    share,
    to,
    who_is_told,
    who_sees,
    words,
)
from tests.world import World

WRITERS = ("staff_customs", "lead_customs")
REFUSED = {"NotAllowed"}


def test_a_member_that_is_suspended_while_its_people_write_shares_and_sees_nothing_afterwards(
    world: World, crew: Crew
) -> None:
    customs, haven = world.memberships["customs"], world.partnerships["haven"]
    for number in range(ROUNDS):
        given, title = share(world, "customs"), f"Written {number}"
        suspending = [by(world, "coordinator", membership.suspend_member, membership=customs, reason="Asked")] * 2
        own = {"partnership": haven, "audience": to(world, "tax"), **words(title=title)}
        posting = [by(world, WRITERS[one % 2], share_note, **own) for one in range(THREADS - 2)]
        ended = crew.at_once(suspending + posting)
        assert sorted(ended[:2]) == ["OutOfTurn", DONE]
        assert set(ended[2:]) <= {DONE, *REFUSED}
        suspended = last_line(customs, "membership.suspended")
        written = notes_called(title)
        assert len(written) == ended[2:].count(DONE)
        shared = [line for note in written for line in lines_of(note, "notes.shared")]
        assert len(shared) == len(written)
        assert all(line < suspended for line in shared), (number, suspended, shared)
        assert who_sees(world, given) == who_is_told(given) == set()
        assert who_sees(world, *written) == who_is_told(*written) == ({"tax"} if written else set())
        reinstate(world, customs)


def reinstate(world: World, member: Membership) -> None:
    actor = world.actor("coordinator")
    with sight(actor.person_id):
        membership.reinstate_member(actor=actor, membership=member, reason="Clear")


def test_who_is_named_while_it_is_suspended_is_shared_with_before_that_or_refused(world: World, crew: Crew) -> None:
    customs, haven = world.memberships["customs"], world.partnerships["haven"]
    for number in range(ROUNDS):
        title = f"To who is suspended {number}"
        suspending = by(world, "coordinator", membership.suspend_member, membership=customs, reason="Asked")
        own = {"partnership": haven, "audience": to(world, "customs", "tax"), **words(title=title)}
        ended = crew.at_once([suspending, *[by(world, "staff_police", share_note, **own)] * (THREADS - 1)])
        assert ended[0] == DONE
        assert set(ended[1:]) <= {DONE, "Invalid"}
        written = notes_called(title)
        assert len(written) == ended[1:].count(DONE)
        suspended = last_line(customs, "membership.suspended")
        assert all(line < suspended for note in written for line in lines_of(note, "notes.shared")), number
        assert who_sees(world, *written) == who_is_told(*written) == ({"tax"} if written else set())
        reinstate(world, customs)
