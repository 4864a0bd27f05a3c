"""Each wall around requests holds with the other one taken away; what is asked and answered stands in the database."""

from collections.abc import Iterable

import pytest
from django.db import DatabaseError, connection, transaction

from foundation import clock
from foundation.records import new_public_id
from infosharing.requests import numbers, selectors
from infosharing.requests.models import TRANSITIONS, Asked, InformationRequest, Status
from partnership.membership import services as membership
from partnership.membership.sight import sight
from tests.infosharing.test_walls import SIGNED_IN
from tests.world import World
from tests.world.attempts import database_refuses
from tests.world.roles import as_owner

# Worked out by hand from who asked whom: the oracle that neither wall had a part in.
POLICE = {"to_customs", "hidden", "by_customs", "answered", "refused", "by_former"}
CUSTOMS = {"to_customs", "hidden", "by_customs", "answered"}
SEES = {
    "lead_police": POLICE,
    "staff_police": POLICE,
    "reader_police": POLICE,
    "client_police": POLICE,
    "lead_customs": CUSTOMS,
    "staff_customs": CUSTOMS,
    "lead_tax": {"hidden", "refused"},
    "lead_company": {"to_customs"},
    # who withdrew from one partnership and coordinates another; who asked there
    "lead_former": {"hill"},
    "lead_elsewhere": {"hill"},
}
# rows of members, by request: the asker sees all of its own, a member that was asked the one that is about it
ROWS = {
    "lead_police": 4 + 2 + 1 + 1 + 1 + 1,
    "lead_customs": 1 + 1 + 1 + 1,
    "lead_tax": 2,
    "lead_company": 1,
    "lead_former": 1,
    "lead_elsewhere": 1,
}
ROWS |= dict.fromkeys(("staff_police", "reader_police", "client_police"), ROWS["lead_police"])
ROWS |= {"staff_customs": ROWS["lead_customs"]}


def names(world: World, found: Iterable[InformationRequest]) -> set[str]:
    by_key = {request.pk: name for name, request in world.requests.items()}
    return {by_key[request.pk] for request in found}


def row(world: World, request: str, member: str) -> Asked:
    with as_owner():
        return Asked.objects.get(request=world.requests[request], member=world.memberships[member])


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_wall_one_holds_without_wall_two(world: World, persona: str) -> None:
    actor = world.actor(persona)
    with as_owner():
        assert names(world, InformationRequest.objects.visible_to(actor)) == SEES.get(persona, set())
        assert Asked.objects.visible_to(actor).count() == ROWS.get(persona, 0)


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_wall_two_holds_without_wall_one(world: World, persona: str) -> None:
    with sight(world.person(persona).pk):
        assert names(world, InformationRequest.objects.all()) == SEES.get(persona, set())
        assert Asked.objects.count() == ROWS.get(persona, 0)


def test_without_a_reader_every_query_on_requests_fails(world: World) -> None:
    for model in (InformationRequest, Asked):
        with pytest.raises(DatabaseError, match="no reader set"), transaction.atomic():
            list(model._base_manager.all())


# --- who else was asked ----------------------------------------------------------------------------
def beside(world: World, persona: str, request: str) -> set[str]:
    """Return the codes of others that a persona learns were asked."""
    actor = world.actor(persona)
    with sight(actor.person_id):
        known = selectors.beside(actor, [world.requests[request]])
    return {member.agency.code for members in known.values() for member in members}


def test_those_asked_know_of_each_other_where_the_asker_lets_them(world: World) -> None:
    assert beside(world, "staff_customs", "to_customs") == {"company", "former", "suspended"}
    assert beside(world, "staff_customs", "hidden") == set()
    assert beside(world, "lead_tax", "to_customs") == set()


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_the_database_tells_of_others_only_whom_it_may(world: World, persona: str) -> None:
    every = [request.pk for request in world.requests.values()]
    with sight(world.person(persona).pk), connection.cursor() as cursor:
        cursor.execute("SELECT request_id FROM sight.asked_beside(%s)", [every])
        told = {key for (key,) in cursor.fetchall()}
    allowed = persona in {"lead_customs", "staff_customs", "lead_company"}
    assert told == ({world.requests["to_customs"].pk} if allowed else set())


def test_wall_one_asks_for_nobody_else_where_the_asker_keeps_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a database that would tell everything."""
    with connection.cursor() as cursor, as_owner():
        cursor.execute(
            "CREATE OR REPLACE FUNCTION sight.asked_beside(wanted bigint[])"
            " RETURNS TABLE (request_id bigint, member_id bigint) LANGUAGE sql SECURITY DEFINER AS"
            " 'SELECT a.request_id, a.member_id FROM public.requests_asked a WHERE a.request_id = ANY(wanted)'"
        )
    assert beside(world, "staff_customs", "hidden") == set()
    assert beside(world, "lead_tax", "to_customs") == set()
    assert beside(world, "staff_customs", "to_customs") > {"company"}


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_the_database_counts_for_the_coordinator_alone(world: World, persona: str) -> None:
    haven = world.partnerships["haven"]
    with sight(world.person(persona).pk):
        if persona in {"coordinator", "client_reader"}:
            assert numbers.of_partnership(haven).asked == 10
        else:
            with pytest.raises(DatabaseError, match="coordinator alone"), transaction.atomic():
                numbers.of_partnership(haven)


def test_what_reminders_read_holds_no_word_of_a_request(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM requests_to_answer")
        assert [column.name for column in cursor.description] == [
            "subject_id", "partnership_id", "member_id", "doer_id", "day",
        ]  # fmt: skip
        assert len(cursor.fetchall()) == 6


# --- who writes --------------------------------------------------------------------------------------
def test_a_member_cannot_decide_for_another_that_was_asked(world: World) -> None:
    other = row(world, "to_customs", "company")
    with sight(world.person("staff_customs").pk):
        assert Asked.objects.filter(pk=other.pk).update(status="answered") == 0


def test_the_asker_cannot_answer_itself_and_the_asked_cannot_take_back(world: World) -> None:
    waiting = row(world, "to_customs", "customs")
    decided = {"decided_at": clock.now(), "decided_on": clock.today()}
    for persona, change in (
        ("staff_police", {"status": "answered", "answer": "Yes", "decided_by": world.person("staff_police")}),
        ("staff_customs", {"status": "withdrawn"}),
        # in somebody else's name
        ("staff_customs", {"status": "answered", "answer": "Yes", "decided_by": world.person("lead_customs")}),
    ):
        with sight(world.person(persona).pk), pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
            Asked.objects.filter(pk=waiting.pk).update(**change, **decided)


def test_nobody_asks_in_the_name_of_another_member_or_adds_members_to_its_request(world: World) -> None:
    copy = world.requests["to_customs"]
    copy.pk, copy._state.adding, copy.public_id = None, True, new_public_id()
    with sight(world.person("lead_tax").pk), pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
        copy.save()
    forged = Asked(
        request=world.requests["by_customs"], partnership=world.partnerships["haven"],
        asker=world.memberships["customs"], member=world.memberships["tax"],
    )  # fmt: skip
    with sight(world.person("lead_tax").pk), pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
        Asked.objects.bulk_create([forged])


def test_requests_are_never_deleted(world: World) -> None:
    with sight(world.person("staff_police").pk):
        assert Asked.objects.filter(request=world.requests["to_customs"])._raw_delete("default") == 0
        assert InformationRequest.objects.filter(pk=world.requests["to_customs"].pk)._raw_delete("default") == 0


def test_a_suspended_member_loses_sight_at_the_next_query_and_regains_it_when_reinstated(world: World) -> None:
    customs, actor = world.memberships["customs"], world.actor("coordinator")
    membership.suspend_member(actor=actor, membership=customs, reason="asked")
    with as_owner():
        assert not InformationRequest.objects.visible_to(world.actor("lead_customs")).exists()
    with sight(world.person("lead_customs").pk):
        assert not InformationRequest.objects.exists()
        assert not Asked.objects.exists()
    membership.reinstate_member(actor=actor, membership=customs, reason="answered")
    with sight(world.person("lead_customs").pk):
        assert names(world, InformationRequest.objects.all()) == CUSTOMS


# --- what stands -------------------------------------------------------------------------------------
FILLED = {
    "answered": {"answer": "Yes"},
    "partly_answered": {"answer": "Half", "reason": "The rest is secret"},
    "counter_offered": {"offer": "Figures"},
    "refused": {"ground": "R1", "reason": "No law"},
}


def put(world: World, found: Asked, status: str) -> None:
    """Write a state past every service, with all that its constraints want."""
    blank = {"answer": "", "offer": "", "ground": "", "reason": ""}
    Asked.objects.filter(pk=found.pk).update(
        status=status,
        decided_by=world.person("lead_customs"),
        decided_at=clock.now() if status != "waiting" else None,
        decided_on=clock.today() if status != "waiting" else None,
        **{**blank, **FILLED.get(status, {})},
    )


@pytest.mark.parametrize("before", Status.values)
@pytest.mark.parametrize("after", Status.values)
def test_the_database_knows_the_same_transitions(world: World, before: str, after: str) -> None:
    with as_owner():
        found = row_in_state(world, before)
        if after in TRANSITIONS[before]:
            put(world, found, after)
        else:
            with database_refuses("does not become"):
                put(world, found, after)


def row_in_state(world: World, state: str) -> Asked:
    found = Asked.objects.get(request=world.requests["to_customs"], member=world.memberships["customs"])
    if state != Status.WAITING:
        put(world, found, state)
    return found


def test_a_request_stands_as_it_was_asked(world: World) -> None:
    found = world.requests["to_customs"]
    for change in ({"question": "Another"}, {"due_on": clock.today()}, {"tlp": "CLEAR"}):
        with sight(world.person("staff_police").pk), database_refuses("stands as it was asked"):
            InformationRequest.objects.filter(pk=found.pk).update(**change)


def test_a_member_answers_with_a_note_of_its_own_that_the_asker_has(world: World) -> None:
    """Not with one of the asker's, one that the asker has not, one to named people, or one that was taken back."""
    with as_owner():
        found = row_in_state(world, "waiting")
        for name in ("customs", "named_by_lead", "by_company", "withdrawn"):
            with database_refuses("a note of its own that the asker has"):
                Asked.objects.filter(pk=found.pk).update(
                    status="answered", note=world.notes[name], decided_by=world.person("lead_customs"),
                    decided_at=clock.now(), decided_on=clock.today(),
                )  # fmt: skip
