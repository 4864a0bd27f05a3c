"""Commitments: who may do what in which state, and that every change is kept."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from foundation import clock
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.models import Notice
from partnership.commitments import services
from partnership.commitments.models import TRANSITIONS, Commitment
from tests.world import World
from tests.world.attempts import database_refuses, undone

OWNER = {"staff_police", "lead_police", "client_police"}
COORDINATOR = {"coordinator"}
OTHERS = {"coordinator", "lead_customs", "staff_customs", "lead_tax", "lead_company"}
AT_WORK = {"accepted", "in_progress"}
TO_PLAN = {"proposed", *AT_WORK, "blocked"}

# Each step of a commitment of the police: who may take it, from which states, where it leads.
STEPS: dict[str, tuple[Callable[..., Commitment], set[str], set[str], str]] = {
    "accept": (services.accept_commitment, OWNER, {"proposed"}, "accepted"),
    "decline": (services.decline_commitment, OWNER, {"proposed"}, "declined"),
    "start": (services.start_commitment, OWNER, {"accepted"}, "in_progress"),
    "block": (services.block_commitment, OWNER, AT_WORK, "blocked"),
    "unblock": (services.unblock_commitment, OWNER, {"blocked"}, "in_progress"),
    "claim": (services.claim_done, OWNER, AT_WORK, "done"),
    "verify": (services.verify_commitment, OTHERS, {"done"}, "verified"),
    "send_back": (services.send_back, OTHERS, {"done"}, "in_progress"),
    "drop": (services.drop_commitment, OWNER | COORDINATOR, TO_PLAN, "dropped"),
}
REPLAN = (services.replan_commitment, OWNER | COORDINATOR, TO_PLAN)
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
        commitment = take(world, step, commitment, persona)
    assert commitment.status == state
    return commitment


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
            if persona not in may:
                with pytest.raises(NotAllowed):
                    take(world, step, commitment, persona)
            elif state not in allowed:
                with pytest.raises(OutOfTurn):
                    take(world, step, commitment, persona)
            else:
                assert take(world, step, commitment, persona).status == after
                change = commitment.changes.last()
                assert (change.before, change.after, change.by) == (state, after, world.person(persona))


@pytest.mark.parametrize("state", WAYS)
def test_a_date_is_changed_by_owner_and_coordinator_until_it_is_claimed_done(world: World, state: str) -> None:
    commitment = bring(world, state)
    _service, may, allowed = REPLAN
    for persona in world.actors():
        with undone():
            if persona not in may:
                with pytest.raises(NotAllowed):
                    replan(world, commitment, persona)
            elif state not in allowed:
                with pytest.raises(OutOfTurn):
                    replan(world, commitment, persona)
            else:
                replanned = replan(world, commitment, persona)
                assert (replanned.status, replanned.due_on) == (state, clock.today() + timedelta(days=30))


def test_the_services_take_every_step_of_the_table_and_no_other() -> None:
    taken = {(before, after) for _s, _m, allowed, after in STEPS.values() for before in allowed}
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
    ],
)
def test_the_database_refuses_a_commitment_that_contradicts_itself(
    world: World, state: str, columns: dict[str, str], constraint: str
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
