"""A member leaves with notice: announced, arranged with who takes over, and in effect on its day."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from foundation import clock
from foundation.audit.models import Event
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.models import Notice
from partnership.agreements.services import drafting
from partnership.commitments import services as commitments
from partnership.commitments.models import Commitment
from partnership.membership import leaving
from partnership.membership import services as membership
from partnership.membership.departures import selectors, services
from partnership.membership.models import Departure, HandOver, Membership
from partnership.membership.states import DEPARTURE, HAND_OVER
from partnership.membership.tasks import let_leave
from tests.partnership.test_agreements import later, next_version
from tests.partnership.test_sharing_rules import in_force
from tests.world import World
from tests.world.attempts import database_refuses, undone
from tests.world.work import needs_of


def announce(world: World, code: str = "customs", days: int = 30, notes: str = "stay", **more: Any) -> Departure:
    said = {"reason": "Reorganised", "choices": {"notes": notes}, **more}
    return services.announce_departure(
        actor=world.actor(f"lead_{code}"),
        membership=world.memberships[code],
        effective_on=clock.today() + timedelta(days=days),
        **said,
    )


def arrange(world: World, departure: Departure, name: str, taker: str | None, by: str = "", **more: Any) -> HandOver:
    return services.arrange(
        actor=world.actor(by or f"lead_{departure.membership.agency.code}"),
        departure=departure,
        room="commitments",
        subject=world.commitments[name].public_id,
        taker=world.memberships[taker] if taker else None,
        **more,
    )


def on_the_day(departure: Departure, work: Callable[[], int] = let_leave, days: int = 0) -> int:
    noon = datetime.combine(departure.effective_on + timedelta(days=days), time(12))
    with clock.standing_at(timezone.make_aware(noon)):
        return work()


def status(departure: Departure) -> tuple[str, str]:
    departure.refresh_from_db()
    return departure.status, Membership.objects.get(pk=departure.membership_id).status


def promise(world: World, name: str) -> Commitment:
    return Commitment.objects.get(pk=world.commitments[name].pk)


def of_member(world: World, code: str) -> set[str]:
    kept = Commitment.objects.filter(owner=world.memberships[code], status__in=("accepted", "in_progress"))
    return set(kept.values_list("promise", flat=True))


# --- announcing --------------------------------------------------------------------------------------
def test_a_lead_of_the_member_announces_and_nobody_else(world: World) -> None:
    for persona, actor in world.actors().items():
        said: dict[str, Any] = {
            "actor": actor, "membership": world.memberships["customs"], "reason": "Reorganised",
            "effective_on": later(30), "choices": {"notes": "stay"},
        }  # fmt: skip
        with undone():
            if persona == "lead_customs":
                assert services.announce_departure(**said).status == "announced"
            else:
                with pytest.raises(NotAllowed):
                    services.announce_departure(**said)


def test_until_the_day_nothing_changes(world: World) -> None:
    departure = announce(world)
    assert status(departure) == ("announced", "active")
    assert on_the_day(departure, days=-1) == 0
    assert status(departure) == ("announced", "active")
    assert on_the_day(departure) == 1
    assert status(departure) == ("effective", "withdrawn")


def test_leaving_today_is_possible_and_yesterday_is_not(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        announce(world, days=-1)
    assert refused.value.field == "effective_on"
    departure = announce(world, days=0)
    assert let_leave() == 1
    assert status(departure) == ("effective", "withdrawn")


def test_the_coordinator_cannot_leave_while_it_coordinates(world: World) -> None:
    with pytest.raises(OutOfTurn):
        services.announce_departure(
            actor=world.actor("lead_municipality"), membership=world.memberships["municipality"],
            effective_on=later(30), reason="Tired", choices={"notes": "stay"},
        )  # fmt: skip


def test_a_member_announces_once_at_a_time(world: World) -> None:
    departure = announce(world)
    with pytest.raises(OutOfTurn):
        announce(world)
    with database_refuses("departure_one_announced"):
        Departure.objects.create(
            partnership=departure.partnership, membership=departure.membership, noticed_on=clock.today(),
            effective_on=later(5), reason="Again", created_at=clock.now(),
        )  # fmt: skip
    services.take_back(actor=world.actor("lead_customs"), departure=departure, reason="We stay")
    assert announce(world).pk != departure.pk


@pytest.mark.parametrize("answer", [{}, {"notes": "burn"}])
def test_every_question_is_answered_beforehand(world: World, answer: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        announce(world, choices=answer)
    assert refused.value.field == "choice_notes"


def test_a_reason_is_given(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        announce(world, reason="  ")
    assert refused.value.field == "reason"


def test_the_notice_that_a_member_signed_binds_it_and_no_other(world: World) -> None:
    assert leaving.notice_days(world.memberships["customs"]) == 0
    version = next_version(world, is_material=True)
    drafting.revise_version(
        actor=world.actor("coordinator"), version=version, review_on=later(), ends_on=None, notice_days=90
    )
    assert leaving.notice_days(world.memberships["customs"]) == 0, "a draft binds nobody"
    in_force(world, version)
    assert leaving.notice_days(world.memberships["customs"]) == 90
    assert leaving.notice_days(world.memberships["tax"]) == 0, "the tax office has not signed it"
    with pytest.raises(Invalid, match="90 days' notice"):
        announce(world, days=89)
    assert announce(world, days=90).status == "announced"
    assert announce(world, "tax", days=0).status == "announced"


def test_all_who_speak_for_members_are_told_and_untold_when_it_is_taken_back(world: World) -> None:
    departure = announce(world)

    def told() -> set[str]:
        notices = Notice.objects.filter(kind="membership.leaves", subject_id=departure.public_id, withdrawn_at=None)
        return set(notices.values_list("recipient__email", flat=True))

    assert {"coordinator@haven.example", "lead_police@haven.example"} <= told()
    assert "lead_customs@haven.example" not in told()
    services.take_back(actor=world.actor("lead_customs"), departure=departure, reason="We stay")
    assert told() == set()


# --- taking it back ----------------------------------------------------------------------------------
def test_only_its_lead_takes_it_back_with_a_reason_and_until_the_day(world: World) -> None:
    departure = announce(world)
    for persona, actor in world.actors().items():
        if persona != "lead_customs":
            with undone(), pytest.raises(NotAllowed):
                services.take_back(actor=actor, departure=departure, reason="No")
    with pytest.raises(Invalid):
        services.take_back(actor=world.actor("lead_customs"), departure=departure, reason=" ")
    services.take_back(actor=world.actor("lead_customs"), departure=departure, reason="We stay")
    assert status(departure) == ("taken_back", "active")
    assert on_the_day(departure) == 0
    with pytest.raises(OutOfTurn):
        services.take_back(actor=world.actor("lead_customs"), departure=departure, reason="Twice")


@pytest.mark.parametrize("state", DEPARTURE)
def test_the_database_holds_the_table_of_states(world: World, state: str) -> None:
    departure = announce(world, days=0)
    if state == "effective":
        let_leave()
    if state == "taken_back":
        services.take_back(actor=world.actor("lead_customs"), departure=departure, reason="We stay")
    for after in set(DEPARTURE) - DEPARTURE[state] - {state}:
        with database_refuses("does not change"):
            Departure.objects.filter(pk=departure.pk).update(status=after, ended_at=None)
    with database_refuses("stays as it was announced|does not change"):
        Departure.objects.filter(pk=departure.pk).update(reason="Another")


# --- the hand-over list -----------------------------------------------------------------------------
def test_the_list_holds_what_the_member_has_open_and_not_what_it_claims_done(world: World) -> None:
    departure = announce(world)
    lines = selectors.lines(world.actor("coordinator"), departure)
    titles = {line.thing.title for line in lines}
    assert "Promise report" in titles
    assert "Promise claimed" not in titles
    every = len(lines)
    assert selectors.unsettled(departure) == (every, every)
    item = arrange(world, departure, "report", "police")
    assert selectors.unsettled(departure) == (every, every), "asked is not agreed"
    services.agree(actor=world.actor("lead_police"), item=item)
    assert selectors.unsettled(departure) == (every - 1, every)


def test_who_agrees_takes_over_on_the_day_under_the_same_promise(world: World) -> None:
    departure = announce(world, days=3)
    item = arrange(world, departure, "report", "police")
    services.agree(actor=world.actor("staff_police"), item=item)
    assert "Promise report" not in of_member(world, "police"), "not before the day"
    on_the_day(departure)
    before, (after,) = (
        promise(world, "report"),
        Commitment.objects.filter(promise="Promise report", owner=world.memberships["police"]),
    )
    assert (before.status, before.owner_id) == ("dropped", world.memberships["customs"].pk)
    assert "Handed over to Haven Police" in before.reason
    assert (after.status, after.person) == ("accepted", world.people["staff_police"])
    assert (after.due_on, after.done_when) == (before.due_on, before.done_when)
    item.refresh_from_db()
    assert item.status == "handed_over"


def test_what_is_late_when_it_is_handed_over_is_due_two_weeks_later(world: World) -> None:
    departure = announce(world, days=30)
    services.agree(actor=world.actor("lead_police"), item=arrange(world, departure, "report", "police"))
    on_the_day(departure)
    after = Commitment.objects.get(promise="Promise report", owner=world.memberships["police"])
    assert after.due_on == departure.effective_on + timedelta(days=14)


def test_a_promise_that_repeats_goes_on_with_who_takes_it_over_and_with_nobody_else(world: World) -> None:
    weekly = commitments.propose_commitment(
        actor=world.actor("staff_customs"), partnership=world.partnerships["haven"], promise="Weekly scan",
        owner=world.memberships["customs"], due_on=later(40), done_when="Seen", rule="FREQ=WEEKLY",
    )  # fmt: skip
    world.commitments["weekly"] = weekly
    departure = announce(world)
    services.agree(actor=world.actor("lead_police"), item=arrange(world, departure, "weekly", "police"))
    on_the_day(departure)
    open_now = Commitment.objects.filter(promise="Weekly scan").open()
    assert [(each.owner.agency.code, each.rule) for each in open_now] == [("police", "FREQ=WEEKLY")]


@pytest.mark.parametrize("what", ["nothing", "asked", "declined", "ends", "taker suspended"])
def test_what_nobody_takes_over_ends_on_the_day_with_a_reason(world: World, what: str) -> None:
    departure = announce(world)
    if what == "ends":
        arrange(world, departure, "report", None, reason="Not needed any more")
    elif what != "nothing":
        item = arrange(world, departure, "report", "police")
        if what == "declined":
            services.decline(actor=world.actor("lead_police"), item=item, reason="No staff")
        if what == "taker suspended":
            services.agree(actor=world.actor("lead_police"), item=item)
            membership.suspend_member(
                actor=world.actor("coordinator"), membership=world.memberships["police"], reason="asked"
            )
    on_the_day(departure)
    ended = promise(world, "report")
    said = {"ends": "Not needed any more", "taker suspended": "no active member"}.get(what, "Nobody took it over")
    assert ended.status == "dropped"
    assert said in ended.reason
    assert "Haven Customs left on" in ended.reason
    assert not Commitment.objects.filter(promise="Promise report").exclude(pk=ended.pk).exists()
    assert set(departure.hand_overs.values_list("status", flat=True)) == {"ended"}


def test_what_was_finished_in_the_meantime_is_left_alone(world: World) -> None:
    departure = announce(world)
    services.agree(actor=world.actor("lead_police"), item=arrange(world, departure, "report", "police"))
    commitments.claim_done(actor=world.actor("staff_customs"), commitment=promise(world, "report"), evidence="Report 9")
    on_the_day(departure)
    assert promise(world, "report").status == "done"
    verified = commitments.verify_commitment(actor=world.actor("coordinator"), commitment=promise(world, "report"))
    assert verified.status == "verified"


def test_the_member_and_the_coordinator_arrange_and_nobody_else(world: World) -> None:
    departure = announce(world)
    for persona in world.actors():
        with undone():
            if persona in {"lead_customs", "coordinator"}:
                assert arrange(world, departure, "report", "police", by=persona).status == "offered"
            else:
                with pytest.raises(NotAllowed):
                    arrange(world, departure, "report", "police", by=persona)


def test_only_another_active_member_is_asked_and_only_for_what_is_on_the_list(world: World) -> None:
    departure = announce(world)
    for code in ("customs", "former", "suspended", "invited", "elsewhere"):
        with pytest.raises(Invalid) as refused:
            arrange(world, departure, "report", code)
        assert refused.value.field == "taker"
    for name in ("check", "claimed", "hill"):
        with pytest.raises(Invalid, match="not on the hand-over list"):
            arrange(world, departure, name, "police")
    with pytest.raises(Invalid):
        services.arrange(
            actor=world.actor("lead_customs"), departure=departure, room="secrets", subject=uuid4(),
            taker=world.memberships["police"],
        )  # fmt: skip
    with pytest.raises(Invalid) as refused:
        arrange(world, departure, "report", None, reason=" ")
    assert refused.value.field == "reason"


def test_the_member_that_is_asked_answers_and_nobody_else(world: World) -> None:
    item = arrange(world, announce(world), "report", "police")
    for persona, actor in world.actors().items():
        with undone():
            if persona in {"lead_police", "staff_police", "client_police"}:  # a program of the agency that may write
                assert services.agree(actor=actor, item=item).status == "agreed"
            else:
                with pytest.raises(NotAllowed):
                    services.agree(actor=actor, item=item)
                with pytest.raises(NotAllowed):
                    services.decline(actor=actor, item=item, reason="No")


STEPS: dict[str, tuple[Callable[[World, HandOver], HandOver], set[str]]] = {
    "ask": (
        lambda world, item: arrange(world, item.departure, "report", "tax"),
        {"offered", "agreed", "declined", "ends"},
    ),
    "let end": (
        lambda world, item: arrange(world, item.departure, "report", None, reason="Over"),
        {"offered", "agreed", "declined", "ends"},
    ),
    "agree": (lambda world, item: services.agree(actor=world.actor("lead_police"), item=item), {"offered"}),
    "decline": (
        lambda world, item: services.decline(actor=world.actor("lead_police"), item=item, reason="No"),
        {"offered"},
    ),
}


def bring(world: World, state: str) -> HandOver:
    departure = announce(world, days=0)
    item = arrange(world, departure, "report", "police")
    if state in {"agreed", "handed_over"}:
        item = services.agree(actor=world.actor("lead_police"), item=item)
    if state == "declined":
        item = services.decline(actor=world.actor("lead_police"), item=item, reason="No staff")
    if state == "ends":
        item = arrange(world, departure, "report", None, reason="Over")
    if state in {"handed_over", "ended"}:
        let_leave()
    item = HandOver.objects.select_related("departure__membership__agency").get(pk=item.pk)
    assert item.status == state
    return item


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", HAND_OVER)
def test_each_step_of_the_hand_over_is_taken_in_its_own_states_alone(world: World, state: str, step: str) -> None:
    item = bring(world, state)
    take, states = STEPS[step]
    if state in states:
        assert take(world, item).departure_id == item.departure_id
    else:
        with pytest.raises((OutOfTurn, NotAllowed)):
            take(world, item)
        assert HandOver.objects.get(pk=item.pk).status == state


def test_the_database_holds_the_table_of_hand_overs(world: World) -> None:
    for state in ("offered", "agreed", "declined", "ends"):
        with undone():
            item = bring(world, state)
            for after in set(HAND_OVER) - HAND_OVER[state] - {state}:
                with database_refuses("does not become|hand_over_"):
                    HandOver.objects.filter(pk=item.pk).update(status=after)
            with database_refuses("hand_over_to_another_member|hand_over_has_taker|does not become"):
                HandOver.objects.filter(pk=item.pk).update(taker=item.leaver_id)
    item = bring(world, "handed_over")
    with database_refuses("while the departure is announced"):
        HandOver.objects.filter(pk=item.pk).update(status="offered")


def test_who_is_asked_otherwise_need_not_answer_any_more(world: World) -> None:
    departure = announce(world)
    stale = arrange(world, departure, "report", "police")

    def told() -> set[str]:
        notices = Notice.objects.filter(kind="membership.to_take_over", subject_id=stale.public_id, withdrawn_at=None)
        return {email.partition("@")[0] for email in notices.values_list("recipient__email", flat=True)}

    assert told() == {"lead_police"}
    arrange(world, departure, "report", "tax")
    assert told() == {"lead_tax"}
    with pytest.raises(OutOfTurn):
        services.agree(actor=world.actor("lead_police"), item=stale)


# --- the day -----------------------------------------------------------------------------------------
def test_the_second_run_of_the_day_does_nothing(world: World) -> None:
    departure = announce(world, days=0)
    every = selectors.unsettled(departure)[1]
    assert let_leave() == 1
    before = Event.objects.count(), Commitment.objects.count()
    assert let_leave() == 0
    assert (Event.objects.count(), Commitment.objects.count()) == before
    event = Event.objects.get(verb="membership.departed", object_id=departure.public_id)
    assert (event.person_id, event.detail["ended"], event.detail["handed_over"]) == (None, every, 0)


def test_one_departure_that_fails_leaves_no_trace_and_holds_up_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    customs, tax = announce(world, days=0), announce(world, "tax", days=0)
    broken = leaving.list_of("commitments")
    assert broken is not None

    def fails(departure: Departure, *rest: object) -> None:
        raise RuntimeError("the pipe burst")

    failing = leaving.HandOverList(**{**{name: getattr(broken, name) for name in broken.__slots__}, "end": fails})
    monkeypatch.setitem(leaving._lists, "commitments", failing)
    assert let_leave() == 1
    assert status(customs) == ("announced", "active")
    assert status(tax) == ("effective", "withdrawn")
    assert promise(world, "report").status == "accepted"
    monkeypatch.undo()
    assert let_leave() == 1
    assert status(customs) == ("effective", "withdrawn")


def test_a_member_that_is_suspended_meanwhile_leaves_all_the_same(world: World) -> None:
    departure = announce(world)
    membership.suspend_member(actor=world.actor("coordinator"), membership=world.memberships["customs"], reason="asked")
    assert on_the_day(departure) == 1
    assert status(departure) == ("effective", "withdrawn")
    assert promise(world, "report").status == "dropped"


def test_ended_at_once_by_the_coordinator_what_was_announced_happens_now(world: World) -> None:
    departure = announce(world)
    services.agree(actor=world.actor("lead_police"), item=arrange(world, departure, "report", "police"))
    membership.withdraw_member(
        actor=world.actor("coordinator"), membership=world.memberships["customs"], reason="Breach"
    )
    assert status(departure) == ("effective", "withdrawn")
    assert departure.effective_on == clock.today()
    assert "Promise report" in of_member(world, "police")


def test_an_active_members_lead_announces_and_does_not_end_at_once(world: World) -> None:
    with pytest.raises(NotAllowed):
        membership.withdraw_member(
            actor=world.actor("lead_customs"), membership=world.memberships["customs"], reason="Now"
        )


# --- who sees what -----------------------------------------------------------------------------------
def test_members_see_who_leaves_and_strangers_do_not(world: World) -> None:
    members = {"coordinator", "client_reader", "lead_police", "staff_police", "reader_police", "client_police",
               "lead_customs", "staff_customs", "lead_tax", "lead_company"}  # fmt: skip
    for model in (Departure, HandOver):
        see = {persona for persona, actor in world.actors().items() if model.objects.visible_to(actor).exists()}
        assert see == members, model


def needs(world: World, persona: str, word: str) -> list[str]:
    return [need.what for need in needs_of(world.actor(persona)) if word in need.what]


def test_my_work_says_what_is_not_arranged_and_who_is_asked(world: World) -> None:
    departure = announce(world)
    every = selectors.unsettled(departure)[1]
    said = [f"Haven Customs leaves: {every} of {every} commitments not arranged"]
    for persona in ("coordinator", "lead_customs"):
        assert needs(world, persona, "Customs leaves") == said
    for persona in ("staff_customs", "lead_police", "lead_tax", "reader_police"):
        assert needs(world, persona, "Customs leaves") == []
    item = arrange(world, departure, "report", "police")
    assert needs(world, "staff_police", "Take over") == ["Take over from Haven Customs: Promise report"]
    assert needs(world, "reader_police", "Take over") == []
    services.agree(actor=world.actor("staff_police"), item=item)
    assert needs(world, "staff_police", "Take over") == []
    said = [f"Haven Customs leaves: {every - 1} of {every} commitments not arranged"]
    assert needs(world, "coordinator", "Customs leaves") == said
