"""Meetings: who may take which step in which state, what members bring in and answer, and what is kept of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from foundation import clock
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from partnership.meetings import services
from partnership.meetings.models import ITEM_TRANSITIONS, TRANSITIONS, AgendaItem, Attendance, Meeting
from partnership.membership.services import suspend_member
from tests.access.callers import caller
from tests.world import World
from tests.world.attempts import database_refuses, undone
from tests.world.meetings import plan, record_all

COORDINATOR = {"coordinator", "lead_municipality"}
# the police chair
CHAIR = {"staff_police", "lead_police", "client_police"}
MEMBERS = COORDINATOR | CHAIR | {"lead_customs", "staff_customs", "lead_tax", "lead_company"}
REASON = {"reason": "A reason"}
STATES = tuple(TRANSITIONS)

# Each step: who may take it, from which states, where it leads.
STEPS: dict[str, tuple[Callable[..., Meeting], set[str], set[str], str]] = {
    "call": (services.call_meeting, COORDINATOR, {"planned"}, "called"),
    "cancel": (services.cancel_meeting, COORDINATOR, {"planned", "called"}, "cancelled"),
    "start": (services.start_meeting, COORDINATOR | CHAIR, {"called"}, "in_session"),
    "close": (services.close_meeting, COORDINATOR | CHAIR, {"in_session"}, "closed"),
}
WORDS: dict[str, dict[str, Any]] = {"cancel": REASON}


def take(world: World, step: str, meeting: Meeting, persona: str) -> Meeting:
    return STEPS[step][0](actor=world.actor(persona), meeting=meeting, **WORDS.get(step, {}))


def bring(world: World, state: str) -> Meeting:
    """Return a meeting that begins in a minute, in a state; with an item that the tax office proposed."""
    meeting = plan(world, "Bridge", clock.now() + timedelta(minutes=1))
    services.propose_item(
        actor=world.actor("lead_tax"), meeting=meeting, title="Barges", presenter=world.memberships["customs"]
    )
    if state in {"called", "in_session", "closed"}:
        meeting = take(world, "call", meeting, "coordinator")
    if state in {"in_session", "closed"}:
        meeting = take(world, "start", meeting, "staff_police")
        record_all(world, meeting)
    if state == "closed":
        meeting = take(world, "close", meeting, "staff_police")
    if state == "cancelled":
        meeting = take(world, "cancel", meeting, "coordinator")
    assert meeting.status == state
    return meeting


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", STATES)
def test_a_step_is_taken_by_those_whose_it_is_in_the_states_that_lead_there(
    world: World, state: str, step: str
) -> None:
    meeting = bring(world, state)
    _service, may, allowed, after = STEPS[step]
    for persona in world.actors():
        with undone():
            if persona not in may:
                with pytest.raises(NotAllowed):
                    take(world, step, meeting, persona)
            elif state not in allowed:
                with pytest.raises(OutOfTurn):
                    take(world, step, meeting, persona)
            else:
                assert take(world, step, meeting, persona).status == after
                change = meeting.changes.last()
                assert (change.before, change.after, change.by) == (state, after, world.person(persona))


def test_the_services_take_every_step_of_the_table_and_no_other() -> None:
    taken = {(before, after) for _s, _m, allowed, after in STEPS.values() for before in allowed}
    assert taken == {(before, after) for before, successors in TRANSITIONS.items() for after in successors}


# What is done to a meeting beside its steps: who may, in which states.
AHEAD, OPEN = {"planned", "called"}, {"planned", "called", "in_session"}
ACTS: dict[str, tuple[Callable[[World, Meeting, str], Any], set[str], set[str]]] = {
    "answer": (
        lambda world, meeting, who: services.answer_call(actor=world.actor(who), meeting=meeting, announced="coming"),
        MEMBERS,
        AHEAD,
    ),
    "revise": (
        lambda world, meeting, who: services.revise_meeting(
            actor=world.actor(who),
            meeting=meeting,
            title="Bridge",
            starts_at=clock.now() + timedelta(days=2),
            ends_at=clock.now() + timedelta(days=2, hours=1),
            chair=world.memberships["customs"],
        ),
        COORDINATOR,
        AHEAD,
    ),
    "revise item": (
        lambda world, meeting, who: services.revise_item(
            actor=world.actor(who),
            item=meeting.items.get(),
            title="Barges",
            kind="decide",
            minutes=5,
            presenter=world.memberships["police"],
        ),
        COORDINATOR | {"lead_tax"},
        AHEAD,
    ),
    "withdraw item": (
        lambda world, meeting, who: services.withdraw_item(
            actor=world.actor(who), item=meeting.items.get(), reason="Settled otherwise"
        ),
        COORDINATOR | {"lead_tax"},
        AHEAD,
    ),
    "move item": (
        lambda world, meeting, who: services.move_item(actor=world.actor(who), item=meeting.items.get(), up=True),
        COORDINATOR,
        OPEN,
    ),
    "add paper": (
        lambda world, meeting, who: services.add_paper(
            actor=world.actor(who), item=meeting.items.get(), title="Map", text="North is up"
        ),
        COORDINATOR | {"lead_tax", "lead_customs", "staff_customs"},
        OPEN,
    ),
    "record attendance": (
        lambda world, meeting, who: services.record_attendance(
            actor=world.actor(who),
            meeting=meeting,
            rows=[services.Represented(world.memberships["tax"], "deputy", name="A colleague")],
        ),
        COORDINATOR | CHAIR,
        {"in_session"},
    ),
    "note outcome": (
        lambda world, meeting, who: services.note_outcome(
            actor=world.actor(who), item=meeting.items.get(), status="done", outcome="Settled"
        ),
        COORDINATOR | CHAIR,
        {"in_session"},
    ),
    "decide": (
        lambda world, meeting, who: services.record_decision(
            actor=world.actor(who), meeting=meeting, text="We look twice", rule="consensus"
        ),
        COORDINATOR | CHAIR,
        {"in_session"},
    ),
    "commit": (
        lambda world, meeting, who: services.commit_in_meeting(
            actor=world.actor(who),
            meeting=meeting,
            promise="To look twice",
            owner=world.memberships["police"],
            due_on=clock.today() + timedelta(days=9),
            done_when="Looked at",
        ),
        COORDINATOR | CHAIR,
        {"in_session"},
    ),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", STATES)
def test_what_is_done_to_a_meeting_is_done_by_those_whose_it_is_in_the_states_for_it(
    world: World, state: str, act: str
) -> None:
    meeting = bring(world, state)
    do, may, allowed = ACTS[act]
    for persona in world.actors():
        with undone():
            if persona not in may:
                with pytest.raises(NotAllowed):
                    do(world, meeting, persona)
            elif state not in allowed:
                with pytest.raises(OutOfTurn):
                    do(world, meeting, persona)
            else:
                assert do(world, meeting, persona) is not None


@pytest.mark.parametrize("state", STATES)
def test_any_member_brings_items_in_until_it_sits_and_then_those_who_lead_it(world: World, state: str) -> None:
    meeting = bring(world, state)
    for persona in world.actors():
        with undone():
            ask = {"title": "New", "presenter": world.memberships["tax"]}
            if persona not in MEMBERS or (state == "in_session" and persona not in COORDINATOR | CHAIR):
                with pytest.raises(NotAllowed):
                    services.propose_item(actor=world.actor(persona), meeting=meeting, **ask)
            elif state not in OPEN:
                with pytest.raises(OutOfTurn):
                    services.propose_item(actor=world.actor(persona), meeting=meeting, **ask)
            else:
                item = services.propose_item(actor=world.actor(persona), meeting=meeting, **ask)
                assert (item.position, item.proposed_by.agency_id) == (2, world.actor(persona).agency_id)


@pytest.mark.parametrize("persona", ["coordinator", "lead_police", "reader_police", "lead_elsewhere", "site_admin"])
def test_the_coordinator_alone_plans(world: World, persona: str) -> None:
    if persona in COORDINATOR:
        assert plan(world, "Quay", clock.now() + timedelta(days=1), persona=persona).status == "planned"
    else:
        with pytest.raises(NotAllowed):
            plan(world, "Quay", clock.now() + timedelta(days=1), persona=persona)


@pytest.mark.parametrize("chair", ["former", "suspended", "invited", "elsewhere"])
def test_only_an_active_member_chairs_and_presents(world: World, chair: str) -> None:
    with pytest.raises(Invalid) as refused:
        plan(world, "Quay", clock.now() + timedelta(days=1), chair=chair)
    assert refused.value.field == "chair"
    with pytest.raises(Invalid) as refused:
        services.propose_item(
            actor=world.actor("lead_tax"),
            meeting=world.meetings["called"],
            title="Barges",
            presenter=world.memberships[chair],
        )
    assert refused.value.field == "presenter"


def test_who_is_suspended_no_longer_leads(world: World) -> None:
    meeting = bring(world, "in_session")
    suspend_member(actor=world.actor("coordinator"), membership=world.memberships["police"], reason="asked")
    with pytest.raises(NotAllowed):
        services.record_decision(actor=world.actor("lead_police"), meeting=meeting, text="Mine", rule="consensus")


def test_times_hold_together(world: World) -> None:
    now = clock.now()
    common = {
        "actor": world.actor("coordinator"),
        "partnership": world.partnerships["haven"],
        "title": "Quay",
        "chair": world.memberships["police"],
    }
    for starts, ends, field in ((-1, 1, "starts_at"), (2, 2, "ends_at"), (2, 1, "ends_at"), (1, 26, "ends_at")):
        with pytest.raises(Invalid) as refused:
            services.plan_meeting(
                **common, starts_at=now + timedelta(hours=starts), ends_at=now + timedelta(hours=ends)
            )
        assert refused.value.field == field


def test_a_meeting_is_opened_on_its_day_and_not_before(world: World) -> None:
    with pytest.raises(OutOfTurn, match="not today"):
        services.start_meeting(actor=world.actor("coordinator"), meeting=world.meetings["called"])
    with clock.standing_at(world.meetings["called"].starts_at - timedelta(minutes=5)):
        services.start_meeting(actor=world.actor("coordinator"), meeting=world.meetings["called"])


def test_a_meeting_opened_well_before_its_time_needs_a_reason(world: World) -> None:
    meeting, coordinator = world.meetings["called"], world.actor("coordinator")
    at = timezone.localtime(meeting.starts_at).replace(hour=20, minute=0)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=at, ends_at=at + timedelta(hours=1))
    with clock.standing_at(at - timedelta(hours=2, minutes=1)):
        with pytest.raises(Invalid) as refused:
            services.start_meeting(actor=coordinator, meeting=meeting)
        assert refused.value.field == "reason"
        with undone():
            opened = services.start_meeting(actor=coordinator, meeting=meeting, reason="All are there already")
            assert opened.changes.last().reason == "All are there already"
        client, address = caller(world, "coordinator"), f"{meeting.get_absolute_url()}start/"
        assert "Open the session early" in client.get(meeting.get_absolute_url()).content.decode()
        assert "Open the session now?" in client.get(address).content.decode()
        assert client.post(address, {"reason": ""}).status_code == 422
        assert client.post(address, {"reason": "All are there already"}).status_code == 302
    meeting.refresh_from_db()
    assert meeting.status == "in_session"


def test_a_meeting_is_opened_at_once_when_its_time_is_near(world: World) -> None:
    meeting = world.meetings["called"]
    at = timezone.localtime(meeting.starts_at).replace(hour=20, minute=0)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=at, ends_at=at + timedelta(hours=1))
    with clock.standing_at(at - timedelta(hours=2)):
        assert services.start_meeting(actor=world.actor("coordinator"), meeting=meeting).status == "in_session"


def test_a_meeting_whose_hour_has_passed_is_not_called(world: World) -> None:
    with clock.standing_at(world.meetings["planned"].starts_at), pytest.raises(Invalid):
        services.call_meeting(actor=world.actor("coordinator"), meeting=world.meetings["planned"])


def test_the_coordinator_puts_the_agenda_in_order(world: World) -> None:
    meeting, coordinator = world.meetings["called"], world.actor("coordinator")
    third = services.propose_item(
        actor=coordinator, meeting=meeting, title="Item third", presenter=world.memberships["tax"]
    )
    services.move_item(actor=coordinator, item=third, up=True)
    services.move_item(actor=coordinator, item=third, up=True)
    services.move_item(actor=coordinator, item=third, up=True)  # it is on top already
    services.move_item(actor=coordinator, item=world.items["patrol"], up=False)
    assert [item.title for item in meeting.items.in_order()] == ["Item third", "Item second", "Item patrol"]


def test_what_was_taken_off_is_skipped_and_stays_on_record(world: World) -> None:
    meeting, coordinator = world.meetings["called"], world.actor("coordinator")
    services.withdraw_item(actor=world.actor("lead_company"), item=world.items["second"], reason="Solved")
    third = services.propose_item(
        actor=coordinator, meeting=meeting, title="Item third", presenter=world.memberships["tax"]
    )
    services.move_item(actor=coordinator, item=third, up=True)
    assert [item.title for item in meeting.items.on_agenda().in_order()] == ["Item third", "Item patrol"]
    assert meeting.items.get(status="withdrawn").reason == "Solved"
    with pytest.raises(OutOfTurn):
        services.move_item(actor=coordinator, item=world.items["second"], up=True)
    with pytest.raises(OutOfTurn):
        services.add_paper(actor=coordinator, item=world.items["second"], title="Late", text="Too late")


def test_an_item_goes_from_done_to_put_off_and_back_while_it_sits(world: World) -> None:
    meeting = bring(world, "in_session")
    item, police = meeting.items.get(), world.actor("staff_police")
    for status in ("postponed", "done", "done", "postponed"):
        assert services.note_outcome(actor=police, item=item, status=status, outcome="Said").status == status
    with pytest.raises(Invalid):
        services.note_outcome(actor=police, item=item, status="done", outcome="  ")
    with pytest.raises(Invalid):
        services.note_outcome(actor=police, item=item, status="withdrawn", outcome="Gone")
    assert ITEM_TRANSITIONS["withdrawn"] == frozenset()


def test_a_paper_is_a_link_or_a_text_and_not_both(world: World) -> None:
    police, item = world.actor("staff_police"), world.items["patrol"]
    for given in ({}, {"link": "https://a.example", "text": "also"}, {"text": "  "}):
        with pytest.raises(Invalid):
            services.add_paper(actor=police, item=item, title="Map", **given)
    with database_refuses("paper_is_link_or_text"):
        type(world.papers["plan"]).objects.filter(pk=world.papers["plan"].pk).update(link="https://a.example")


@pytest.mark.parametrize("persona", ["coordinator", "staff_police", "lead_customs", "reader_police", "lead_former"])
def test_a_paper_is_taken_away_by_whose_it_is(world: World, persona: str) -> None:
    if persona in {"coordinator", "staff_police"}:
        services.remove_paper(actor=world.actor(persona), paper=world.papers["plan"])
        assert not world.meetings["called"].papers.exists()
    else:
        with pytest.raises(NotAllowed):
            services.remove_paper(actor=world.actor(persona), paper=world.papers["plan"])


def test_the_last_answer_counts_and_names_who_comes(world: World) -> None:
    meeting, tax = world.meetings["called"], world.actor("lead_tax")
    coming = services.answer_call(actor=tax, meeting=meeting, announced="coming")
    assert coming.person == world.memberships["tax"].representative
    named = services.answer_call(actor=tax, meeting=meeting, announced="deputy", name="An inspector")
    assert (named.who, named.person) == ("An inspector", None)
    away = services.answer_call(actor=tax, meeting=meeting, announced="apology", name="Nobody", remark="On leave")
    assert (away.who, away.remark) == ("", "On leave")
    assert Attendance.objects.filter(meeting=meeting, member=world.memberships["tax"]).count() == 1


def test_a_member_answers_with_its_own_people(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        services.answer_call(
            actor=world.actor("lead_tax"),
            meeting=world.meetings["called"],
            announced="deputy",
            person=world.people["lead_customs"],
        )
    assert refused.value.field == "person"
    with pytest.raises(Invalid):
        services.answer_call(actor=world.actor("lead_tax"), meeting=world.meetings["called"], announced="perhaps")


@pytest.mark.parametrize(
    ("name", "columns", "constraint"),
    [
        ("planned", {"status": "forgotten"}, "meeting_status_known"),
        ("planned", {"status": "cancelled"}, "meeting_cancelled_with_reason"),
        ("planned", {"quorum_percent": 0}, "meeting_quorum_is_a_share"),
        ("planned", {"quorum_rule": "luck"}, "meeting_quorum_rule_known"),
    ],
)
def test_the_database_refuses_a_meeting_that_contradicts_itself(
    world: World, name: str, columns: dict[str, Any], constraint: str
) -> None:
    with database_refuses(constraint):
        Meeting.objects.filter(pk=world.meetings[name].pk).update(**columns)


def test_the_database_refuses_an_end_before_the_start(world: World) -> None:
    planned = world.meetings["planned"]
    with database_refuses("meeting_ends_after_it_starts"):
        Meeting.objects.filter(pk=planned.pk).update(ends_at=planned.starts_at)


def test_the_database_refuses_two_items_in_one_place(world: World) -> None:
    with database_refuses("agenda_place_once"):
        AgendaItem.objects.filter(pk=world.items["second"].pk).update(position=world.items["patrol"].position)


def test_the_database_refuses_what_belongs_to_another_partnership(world: World) -> None:
    called, elsewhere = world.meetings["called"], world.memberships["elsewhere"]
    with database_refuses("meeting_chair_in_partnership"):
        Meeting.objects.filter(pk=called.pk).update(chair=elsewhere)
    with database_refuses("agenda_presenter_in_partnership"):
        AgendaItem.objects.filter(pk=world.items["patrol"].pk).update(presenter=elsewhere)
    with database_refuses("agenda_proposer_in_partnership"):
        AgendaItem.objects.filter(pk=world.items["patrol"].pk).update(proposed_by=elsewhere)
    with database_refuses("agenda_item_of_meeting"):
        AgendaItem.objects.filter(pk=world.items["second"].pk).update(meeting=world.meetings["hill"])
    with database_refuses("attendance_member_in_partnership"):
        Attendance.objects.create(meeting=called, partnership=called.partnership, member=elsewhere, announced="coming")
    with database_refuses("paper_of_item"):
        type(world.papers["plan"]).objects.filter(pk=world.papers["plan"].pk).update(item=world.items["sitting"])
