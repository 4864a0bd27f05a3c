"""Commitments: who may do what in which state, and that every change is kept."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from foundation import clock
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.kinds import kind_of
from foundation.notifications.models import Notice
from partnership.commitments import services
from partnership.commitments.models import TRANSITIONS, Commitment
from tests.world import World
from tests.world.attempts import database_refuses, undone

OWNER = {"staff_police", "lead_police", "client_police"}
COORDINATOR = {"coordinator"}
OTHERS = {"coordinator", "lead_customs", "staff_customs", "lead_tax", "lead_company"}
AT_WORK = {"accepted", "in_progress"}
TO_PLAN = {"proposed", "date_asked", *AT_WORK, "blocked"}

# what a member is asked for and has not accepted is not its own to plan: it answers, or asks for another date
ASKED = {"proposed", "date_asked"}

# Each step of a commitment of the police: who may take it, from which states, where it leads.
STEPS: dict[str, tuple[Callable[..., Commitment], set[str], set[str], str]] = {
    "accept": (services.accept_commitment, OWNER, ASKED, "accepted"),
    "decline": (services.decline_commitment, OWNER, ASKED, "declined"),
    "start": (services.start_commitment, OWNER, {"accepted"}, "in_progress"),
    "block": (services.block_commitment, OWNER, AT_WORK, "blocked"),
    "unblock": (services.unblock_commitment, OWNER, {"blocked"}, "in_progress"),
    "claim": (services.claim_done, OWNER, AT_WORK, "done"),
    "verify": (services.verify_commitment, OTHERS, {"done"}, "verified"),
    "send_back": (services.send_back, OTHERS, {"done"}, "in_progress"),
    "drop": (services.drop_commitment, OWNER | COORDINATOR, TO_PLAN, "dropped"),
}
# Each way to plan a commitment of the police otherwise: who may, and in which states. None of them takes a step.
PLANS: dict[str, tuple[Callable[..., Commitment], set[str], set[str]]] = {
    "replan": (services.replan_commitment, OWNER | COORDINATOR, TO_PLAN),
    "revise": (services.revise_commitment, OWNER | COORDINATOR, TO_PLAN),
    "need": (services.add_need, OWNER | COORDINATOR, TO_PLAN),
    "ask_date": (services.ask_for_date, OWNER, ASKED),
    "agree_date": (services.agree_to_date, COORDINATOR, {"date_asked"}),
    "keep_date": (services.keep_date, COORDINATOR, {"date_asked"}),
}
# what the member does only once it has promised
ONCE_PROMISED = {"drop", "replan", "revise", "need"}
REASON = {"reason": "A reason"}
WORDS: dict[str, dict[str, Any]] = {
    "decline": REASON,
    "block": {**REASON, "blocker_words": "The crane"},
    "claim": {"evidence": "Report 7"},
    "send_back": REASON,
    "drop": REASON,
}
WAYS: dict[str, list[tuple[str, str]]] = {
    "proposed": [],
    "date_asked": [("ask_date", "staff_police")],
    "accepted": [("accept", "staff_police")],
    "in_progress": [("accept", "staff_police"), ("start", "staff_police")],
    "blocked": [("accept", "staff_police"), ("block", "lead_police")],
    "done": [("accept", "staff_police"), ("claim", "lead_police")],
    "verified": [("accept", "staff_police"), ("claim", "lead_police"), ("verify", "lead_customs")],
    "declined": [("decline", "lead_police")],
    "dropped": [("drop", "coordinator")],
}


def take(world: World, step: str, commitment: Commitment, persona: str) -> Commitment:
    return STEPS[step][0](actor=world.actor(persona), commitment=commitment, **WORDS.get(step, {}))


def plan(world: World, way: str, commitment: Commitment, persona: str) -> Commitment:
    later = {"due_on": clock.today() + timedelta(days=30), **REASON}
    words: dict[str, dict[str, Any]] = {
        "replan": later,
        "revise": {"person": None, "contributors": [world.memberships["tax"]], "approaches": ["CJ"]},
        "need": {"needs": world.commitments["camera"]},
        "ask_date": later,
        "keep_date": REASON,
    }
    PLANS[way][0](actor=world.actor(persona), commitment=commitment, **words.get(way, {}))
    commitment.refresh_from_db()
    return commitment


def who_may(what: str, state: str, may: set[str]) -> set[str]:
    return may - OWNER if state in ASKED and what in ONCE_PROMISED else may


def propose(world: World, persona: str = "coordinator", **changes: Any) -> Commitment:
    asked = {
        "promise": "Look twice",
        "owner": world.memberships["police"],
        "due_on": clock.today() + timedelta(days=7),
        "done_when": "It was looked at",
        **changes,
    }
    return services.propose_commitment(actor=world.actor(persona), partnership=world.partnerships["haven"], **asked)


def bring(world: World, state: str) -> Commitment:
    commitment = propose(world)
    for step, persona in WAYS[state]:
        commitment = (take if step in STEPS else plan)(world, step, commitment, persona)
    assert commitment.status == status_in(state)
    return commitment


def status_in(state: str) -> str:
    return "proposed" if state == "date_asked" else state


def replan(world: World, commitment: Commitment, persona: str = "coordinator", days: int = 30) -> Commitment:
    return services.replan_commitment(
        actor=world.actor(persona),
        commitment=commitment,
        due_on=clock.today() + timedelta(days=days),
        reason="The crane is late",
    )


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", WAYS)
def test_a_step_is_taken_by_those_whose_it_is_in_the_states_that_lead_there(
    world: World, state: str, step: str
) -> None:
    commitment = bring(world, state)
    _service, may, allowed, after = STEPS[step]
    for persona in world.actors():
        with undone():
            if persona not in who_may(step, state, may):
                with pytest.raises(NotAllowed):
                    take(world, step, commitment, persona)
            elif state not in allowed:
                with pytest.raises(OutOfTurn):
                    take(world, step, commitment, persona)
            else:
                assert take(world, step, commitment, persona).status == after
                change = commitment.changes.last()
                assert (change.before, change.after, change.by) == (status_in(state), after, world.person(persona))


@pytest.mark.parametrize("way", PLANS)
@pytest.mark.parametrize("state", WAYS)
def test_it_is_planned_otherwise_by_those_whose_it_is_in_the_states_that_allow_it(
    world: World, state: str, way: str
) -> None:
    commitment = bring(world, state)
    _service, may, allowed = PLANS[way]
    for persona in world.actors():
        with undone():
            if persona not in who_may(way, state, may):
                with pytest.raises(NotAllowed):
                    plan(world, way, commitment, persona)
            elif state not in allowed:
                with pytest.raises(OutOfTurn):
                    plan(world, way, commitment, persona)
            else:
                assert plan(world, way, commitment, persona).status == status_in(state)
                assert commitment.changes.last().by == world.person(persona)


def test_the_services_take_every_step_of_the_table_and_no_other() -> None:
    taken = {(status_in(before), after) for _s, _m, allowed, after in STEPS.values() for before in allowed}
    assert taken == {(before, after) for before, successors in TRANSITIONS.items() for after in successors}


@pytest.mark.parametrize("persona", ["staff_police", "lead_police"])
def test_what_a_member_proposes_for_itself_counts_as_accepted(world: World, persona: str) -> None:
    commitment = propose(world, persona)
    assert commitment.status == "accepted"
    assert not Notice.objects.filter(subject_id=commitment.public_id).exists()


def test_the_coordinators_own_promise_counts_as_accepted_and_that_of_another_is_asked(world: World) -> None:
    assert propose(world, owner=world.memberships["municipality"]).status == "accepted"
    asked = propose(world)
    notice = Notice.objects.get(subject_id=asked.public_id)
    assert (asked.status, notice.kind, notice.recipient) == (
        "proposed", "commitments.to_accept", world.people["lead_police"],
    )  # fmt: skip


@pytest.mark.parametrize(
    "persona", ["lead_customs", "reader_police", "lead_former", "lead_suspended", "lead_elsewhere", "site_admin"]
)
def test_nobody_but_the_coordinator_proposes_for_another(world: World, persona: str) -> None:
    with pytest.raises(NotAllowed):
        propose(world, persona)


@pytest.mark.parametrize("owner", ["former", "suspended", "invited", "elsewhere"])
def test_only_an_active_member_of_this_partnership_promises(world: World, owner: str) -> None:
    with pytest.raises(Invalid) as refused:
        propose(world, owner=world.memberships[owner])
    assert refused.value.field == "owner"


def test_the_person_who_does_it_is_an_active_colleague(world: World) -> None:
    gone = world.people["reader_police"]
    gone.is_active = False
    gone.save()
    for stranger in (gone, world.people["lead_customs"], world.person("client_police")):
        with pytest.raises(Invalid) as refused:
            propose(world, person=stranger)
        assert refused.value.field == "person"
        with pytest.raises(Invalid):
            services.accept_commitment(
                actor=world.actor("lead_police"), commitment=bring(world, "proposed"), person=stranger
            )


def test_who_accepts_does_it_unless_somebody_is_named(world: World) -> None:
    lead = world.actor("lead_police")
    staff, reader = world.people["staff_police"], world.people["reader_police"]
    unnamed = services.accept_commitment(actor=lead, commitment=propose(world))
    assert unnamed.person == world.people["lead_police"]
    named_now = services.accept_commitment(actor=lead, commitment=propose(world), person=staff)
    assert named_now.person == staff
    named_before = services.accept_commitment(actor=lead, commitment=propose(world, person=reader))
    assert named_before.person == reader


def test_a_promise_is_for_today_or_later(world: World) -> None:
    assert propose(world, due_on=clock.today())
    with pytest.raises(Invalid) as refused:
        propose(world, due_on=clock.today() - timedelta(days=1))
    assert refused.value.field == "due_on"


def test_reasons_and_evidence_are_not_blank(world: World) -> None:
    lead = world.actor("lead_police")
    with pytest.raises(Invalid):
        services.decline_commitment(actor=lead, commitment=bring(world, "proposed"), reason="  ")
    with pytest.raises(Invalid):
        services.drop_commitment(actor=lead, commitment=bring(world, "accepted"), reason="")
    with pytest.raises(Invalid):
        services.claim_done(actor=lead, commitment=bring(world, "accepted"), evidence="\n")
    with pytest.raises(Invalid):
        services.send_back(actor=world.actor("lead_tax"), commitment=bring(world, "done"), reason=" ")


@pytest.mark.parametrize("persona", sorted(OWNER))
def test_no_member_verifies_its_own_promise(world: World, persona: str) -> None:
    with pytest.raises(NotAllowed):
        take(world, "verify", bring(world, "done"), persona)


def test_the_database_refuses_that_a_member_verifies_its_own_promise(world: World) -> None:
    commitment = bring(world, "verified")
    with database_refuses("commitment_verified_by_another"):
        Commitment.objects.filter(pk=commitment.pk).update(verified_by=world.memberships["police"])


@pytest.mark.parametrize(
    ("state", "columns", "constraint"),
    [
        ("done", {"status": "verified"}, "commitment_verified_by_somebody"),
        ("verified", {"status": "done"}, "commitment_verified_by_somebody"),
        ("declined", {"reason": ""}, "commitment_ended_with_reason"),
        ("dropped", {"reason": ""}, "commitment_ended_with_reason"),
        ("accepted", {"status": "forgotten"}, "commitment_status_known"),
        ("proposed", {"asked_reason": "Later"}, "commitment_date_asked_while_proposed"),
        ("date_asked", {"asked_reason": ""}, "commitment_date_asked_while_proposed"),
        ("date_asked", {"status": "accepted"}, "commitment_date_asked_while_proposed"),
        ("date_asked", {"asked_due_on": F("due_on")}, "commitment_asked_date_is_another"),
    ],
)
def test_the_database_refuses_a_commitment_that_contradicts_itself(
    world: World, state: str, columns: dict[str, Any], constraint: str
) -> None:
    commitment = bring(world, state)
    with database_refuses(constraint):
        Commitment.objects.filter(pk=commitment.pk).update(**columns)


def test_the_database_refuses_what_belongs_to_another_partnership(world: World) -> None:
    promised, verified = bring(world, "accepted"), bring(world, "verified")
    elsewhere = world.memberships["elsewhere"]
    with database_refuses("commitment_owner_in_partnership"):
        Commitment.objects.filter(pk=promised.pk).update(owner=elsewhere)
    with database_refuses("commitment_verifier_in_partnership"):
        Commitment.objects.filter(pk=verified.pk).update(verified_by=elsewhere)
    with database_refuses("commitment_responsibility_in_partnership"):
        Commitment.objects.filter(pk=world.commitments["hill"].pk).update(
            responsibility=world.responsibilities["patrol"]
        )


def test_another_date_keeps_the_earlier_one_with_the_reason(world: World) -> None:
    commitment = bring(world, "accepted")
    first = commitment.due_on
    second = replan(world, commitment).due_on
    third = replan(world, commitment, "staff_police", days=40).due_on
    kept = commitment.changes.exclude(due_before=None).values_list("due_before", "due_after", "reason", "by")
    assert list(kept) == [
        (first, second, "The crane is late", world.people["coordinator"].pk),
        (second, third, "The crane is late", world.people["staff_police"].pk),
    ]


@pytest.mark.parametrize("days", [-1, 7])
def test_another_date_is_another_and_not_in_the_past(world: World, days: int) -> None:
    with pytest.raises(Invalid) as refused:
        replan(world, bring(world, "accepted"), days=days)
    assert refused.value.field == "due_on"


def test_a_member_that_was_asked_asks_for_another_date_and_the_coordinator_agrees(world: World) -> None:
    commitment = bring(world, "date_asked")
    first, wanted = commitment.due_on, clock.today() + timedelta(days=30)
    asked = Notice.objects.get(subject_id=commitment.public_id, kind="commitments.date_asked")
    assert (commitment.asked_due_on, commitment.asked_reason) == (wanted, "A reason")
    assert (asked.recipient, kind_of(asked).still_holds(asked)) == (world.people["coordinator"], True)
    plan(world, "agree_date", commitment, "coordinator")
    assert (commitment.status, commitment.due_on, commitment.asked_due_on) == ("proposed", wanted, None)
    assert commitment.asked_reason == ""
    change = commitment.changes.exclude(due_before=None).get()
    assert (change.due_before, change.due_after, change.reason) == (first, wanted, "A reason")
    asked.refresh_from_db()
    assert asked.withdrawn_at
    answered = Notice.objects.get(subject_id=commitment.public_id, kind="commitments.date_answered")
    assert (answered.recipient, kind_of(answered).still_holds(answered)) == (world.people["staff_police"], True)
    take(world, "accept", commitment, "lead_police")
    answered.refresh_from_db()
    assert answered.withdrawn_at


def test_the_coordinator_keeps_the_date_and_the_member_reads_why(world: World) -> None:
    commitment = bring(world, "date_asked")
    first = commitment.due_on
    plan(world, "keep_date", commitment, "coordinator")
    assert (commitment.status, commitment.due_on, commitment.asked_due_on) == ("proposed", first, None)
    assert [(change.what, change.reason) for change in commitment.changes.exclude(what="")] == [
        ("date_asked", "A reason"),
        ("date_kept", "A reason"),
    ]
    assert not commitment.changes.exclude(due_before=None).exists()
    assert Notice.objects.filter(subject_id=commitment.public_id, kind="commitments.date_answered").count() == 1
    plan(world, "ask_date", commitment, "lead_police")
    assert commitment.asked_due_on


def test_the_last_date_asked_for_counts_and_another_answer_is_no_answer_to_it(world: World) -> None:
    commitment = bring(world, "date_asked")
    later = clock.today() + timedelta(days=50)
    services.ask_for_date(actor=world.actor("lead_police"), commitment=commitment, due_on=later, reason="Even later")
    commitment.refresh_from_db()
    assert (commitment.asked_due_on, commitment.asked_reason) == (later, "Even later")
    replan(world, commitment, days=40)
    commitment.refresh_from_db()
    assert (commitment.asked_due_on, commitment.asked_reason) == (None, "")
    with pytest.raises(OutOfTurn):
        plan(world, "agree_date", commitment, "coordinator")


@pytest.mark.parametrize("days", [-1, 7])
def test_a_date_asked_for_is_another_and_not_in_the_past(world: World, days: int) -> None:
    commitment, lead = bring(world, "proposed"), world.actor("lead_police")
    with pytest.raises(Invalid) as refused:
        services.ask_for_date(
            actor=lead, commitment=commitment, due_on=clock.today() + timedelta(days=days), reason="Later"
        )
    assert refused.value.field == "due_on"
    with pytest.raises(Invalid):
        services.ask_for_date(actor=lead, commitment=commitment, due_on=clock.today() + timedelta(days=9), reason=" ")


def test_a_date_asked_for_that_has_passed_is_not_agreed_to(world: World) -> None:
    commitment = bring(world, "date_asked")
    Commitment.objects.filter(pk=commitment.pk).update(asked_due_on=clock.today() - timedelta(days=1))
    with pytest.raises(Invalid):
        plan(world, "agree_date", commitment, "coordinator")


@pytest.mark.parametrize("persona", sorted(OWNER))
def test_who_was_asked_and_plans_it_otherwise_is_told_what_to_do_instead(world: World, persona: str) -> None:
    with pytest.raises(NotAllowed, match="ask for another date"):
        replan(world, bring(world, "proposed"), persona)


def test_where_who_proposed_it_has_left_the_coordinator_answers(world: World) -> None:
    proposer = world.people["coordinator"]
    proposer.is_active = False
    proposer.save()
    asked = propose(world, "lead_municipality")
    Commitment.objects.filter(pk=asked.pk).update(proposed_by=proposer)
    asked.refresh_from_db()
    plan(world, "ask_date", asked, "lead_police")
    told = Notice.objects.filter(subject_id=asked.public_id, kind="commitments.date_asked")
    assert [notice.recipient.agency for notice in told] == [world.agencies["municipality"]] * len(told) != []


def test_every_change_is_kept_in_order(world: World) -> None:
    commitment = bring(world, "in_progress")
    replan(world, commitment)
    take(world, "claim", commitment, "staff_police")
    take(world, "send_back", commitment, "lead_tax")
    take(world, "claim", commitment, "staff_police")
    take(world, "verify", commitment, "coordinator")
    assert list(commitment.changes.values_list("before", "after")) == [
        ("", "proposed"),
        ("proposed", "accepted"),
        ("accepted", "in_progress"),
        ("in_progress", "in_progress"),
        ("in_progress", "done"),
        ("done", "in_progress"),
        ("in_progress", "done"),
        ("done", "verified"),
    ]
    assert all(change.by_id and change.at for change in commitment.changes.all())


def test_the_coordinator_is_asked_to_verify_each_claim_anew(world: World) -> None:
    commitment = bring(world, "done")
    take(world, "send_back", commitment, "lead_tax")
    take(world, "claim", commitment, "staff_police")
    asked = Notice.objects.filter(kind="commitments.to_verify", subject_id=commitment.public_id).order_by("pk")
    assert [notice.recipient for notice in asked] == [world.people["coordinator"]] * 2
    assert [notice.withdrawn_at is None for notice in asked] == [False, True]
