"""Responsibilities: proposed by the coordinator, answered by the accountable member's lead."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.people.models import Person
from foundation import clock
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.models import Notice
from partnership.agreements.models import Clause
from partnership.agreements.obstacles import obstacles_to
from partnership.agreements.services import drafting
from partnership.membership.services import suspend_member
from partnership.responsibilities import selectors, services
from partnership.responsibilities.models import TRANSITIONS, Responsibility, ResponsibilityPart
from tests.world import World
from tests.world.attempts import database_refuses, undone

STATES = ("proposed", "change_asked", "accepted", "declined", "ended")
WORDING = {"duty": "Look twice", "measure": "Counted", "period": "weekly"}

# Each step: the service, who takes it, from which states, where it leads.
STEPS: dict[str, tuple[Callable[..., Responsibility], str, set[str], str]] = {
    "accept": (services.accept_responsibility, "lead_police", {"proposed", "change_asked"}, "accepted"),
    "decline": (services.decline_responsibility, "lead_police", {"proposed", "change_asked"}, "declined"),
    "ask": (services.ask_for_change, "lead_police", {"proposed"}, "change_asked"),
    "reword": (services.reword_responsibility, "coordinator", set(STATES) - {"ended"}, "proposed"),
    "end": (services.end_responsibility, "coordinator", set(STATES) - {"ended"}, "ended"),
}
WAYS = {"proposed": [], "change_asked": ["ask"], "accepted": ["accept"], "declined": ["decline"], "ended": ["end"]}


def worded(world: World, **changes: Any) -> services.Wording:
    return services.Wording(**{**WORDING, "accountable": world.memberships["police"], **changes})


def words(world: World, step: str) -> dict[str, Any]:
    match step:
        case "reword":
            return {"wording": worded(world)}
        case "accept":
            return {}
        case _:
            return {"reason": "Too few people"}


def take(world: World, step: str, responsibility: Responsibility, persona: str | None = None) -> Responsibility:
    service, by, _from, _to = STEPS[step]
    return service(actor=world.actor(persona or by), responsibility=responsibility, **words(world, step))


def propose(world: World, persona: str = "coordinator", **changes: Any) -> Responsibility:
    return services.propose_responsibility(
        actor=world.actor(persona), partnership=world.partnerships["haven"], wording=worded(world, **changes)
    )


def bring(world: World, state: str) -> Responsibility:
    responsibility = propose(world)
    for step in WAYS[state]:
        responsibility = take(world, step, responsibility)
    assert responsibility.status == state
    return responsibility


def leads_asked(responsibility: Responsibility) -> list[Person]:
    waiting = Notice.objects.filter(
        kind="responsibilities.to_accept", subject_id=responsibility.public_id, withdrawn_at__isnull=True
    )
    return [notice.recipient for notice in waiting]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", STATES)
def test_a_step_is_taken_from_its_states_and_refused_from_all_others(world: World, state: str, step: str) -> None:
    responsibility = bring(world, state)
    changes = responsibility.changes.count()
    _service, _by, allowed, after = STEPS[step]
    if state in allowed:
        assert take(world, step, responsibility).status == after
        last = responsibility.changes.last()
        assert (last.before, last.after, responsibility.changes.count()) == (state, after, changes + 1)
    else:
        with pytest.raises(OutOfTurn):
            take(world, step, responsibility)
        responsibility.refresh_from_db()
        assert (responsibility.status, responsibility.changes.count()) == (state, changes)


def test_the_services_take_every_step_of_the_table_and_no_other() -> None:
    taken = {(before, after) for _s, _b, allowed, after in STEPS.values() for before in allowed}
    # to reword what is still proposed leaves it proposed: no step
    assert taken - {("proposed", "proposed")} == {
        (before, after) for before, successors in TRANSITIONS.items() for after in successors
    }


@pytest.mark.parametrize("step", STEPS)
def test_only_those_whose_it_is_take_a_step(world: World, step: str) -> None:
    responsibility = bring(world, "proposed")
    for persona in world.actors():
        with undone():
            if persona == STEPS[step][1]:
                assert take(world, step, responsibility, persona).status == STEPS[step][3]
            else:
                with pytest.raises(NotAllowed):
                    take(world, step, responsibility, persona)


def test_only_the_coordinator_proposes(world: World) -> None:
    for persona in set(world.actors()) - {"coordinator"}:
        with pytest.raises(NotAllowed):
            propose(world, persona)


def test_the_lead_of_a_suspended_member_does_not_answer(world: World) -> None:
    responsibility = bring(world, "proposed")
    suspend_member(actor=world.actor("coordinator"), membership=world.memberships["police"], reason="asked")
    with pytest.raises(NotAllowed):
        take(world, "accept", responsibility)


@pytest.mark.parametrize("accountable", ["former", "suspended", "invited", "elsewhere"])
def test_only_an_active_member_of_this_partnership_is_made_accountable(world: World, accountable: str) -> None:
    with pytest.raises(Invalid) as refused:
        propose(world, accountable=world.memberships[accountable])
    assert refused.value.field == "accountable"


@pytest.mark.parametrize("other", ["former", "suspended", "invited", "elsewhere"])
def test_only_active_members_of_this_partnership_get_a_part(world: World, other: str) -> None:
    with pytest.raises(Invalid):
        propose(world, parts={world.memberships[other]: "R"})


def test_a_member_has_one_part_in_a_responsibility(world: World) -> None:
    police, customs = world.memberships["police"], world.memberships["customs"]
    with pytest.raises(Invalid):
        propose(world, parts={police: "C"})
    responsibility = propose(world, parts={customs: "R"})
    with database_refuses("responsibility_one_part_each"):
        ResponsibilityPart.objects.create(
            responsibility=responsibility, partnership=responsibility.partnership, membership=customs, part="I"
        )


def test_a_part_is_one_of_three(world: World) -> None:
    with pytest.raises(Invalid):
        propose(world, parts={world.memberships["customs"]: "A"})


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_decline_needs_a_reason(world: World, reason: str) -> None:
    responsibility = bring(world, "proposed")
    with pytest.raises(Invalid) as refused:
        services.decline_responsibility(actor=world.actor("lead_police"), responsibility=responsibility, reason=reason)
    assert refused.value.field == "reason"


def test_the_database_refuses_a_decline_without_a_reason(world: World) -> None:
    responsibility = bring(world, "declined")
    with database_refuses("responsibility_declined_with_reason"):
        Responsibility.objects.filter(pk=responsibility.pk).update(reason="")


def test_the_database_refuses_a_duty_of_a_member_of_another_partnership(world: World) -> None:
    responsibility = bring(world, "proposed")
    with database_refuses("in_partnership"):
        Responsibility.objects.filter(pk=responsibility.pk).update(accountable=world.memberships["elsewhere"])
    with database_refuses("in_partnership"):
        ResponsibilityPart.objects.create(
            responsibility=responsibility,
            partnership=responsibility.partnership,
            membership=world.memberships["elsewhere"],
            part="I",
        )


def test_the_database_refuses_a_duty_of_nobody(world: World) -> None:
    responsibility = bring(world, "proposed")
    with database_refuses("accountable_id"):
        Responsibility.objects.filter(pk=responsibility.pk).update(accountable=None)


def test_the_accountable_members_leads_are_asked_and_nobody_else(world: World) -> None:
    second = Person.objects.create_user(
        "second@police.example", None, name="Second lead", agency=world.agencies["police"], role="lead"
    )
    Person.objects.create_user(
        "gone@police.example", None, name="Gone", agency=world.agencies["police"], role="lead", is_active=False
    )
    asked = leads_asked(propose(world, parts={world.memberships["customs"]: "R"}))
    assert sorted(person.pk for person in asked) == sorted([world.people["lead_police"].pk, second.pk])


@pytest.mark.parametrize("step", ["accept", "decline", "ask", "end"])
def test_what_was_asked_is_taken_back_once_it_is_answered_or_ended(world: World, step: str) -> None:
    responsibility = bring(world, "proposed")
    take(world, step, responsibility)
    assert leads_asked(responsibility) == []


@pytest.mark.parametrize("state", ["proposed", "change_asked", "accepted", "declined"])
def test_who_is_accountable_is_asked_again_when_a_duty_is_reworded(world: World, state: str) -> None:
    responsibility = bring(world, state)
    reworded = take(world, "reword", responsibility)
    assert leads_asked(reworded) == [world.people["lead_police"]]
    assert (reworded.reason, reworded.answered_by, reworded.answered_at) == ("", None, None)
    assert reworded.changes.last().reason == "reworded"
    assert take(world, "accept", reworded).status == "accepted"


def test_a_duty_that_moves_to_another_member_asks_that_one_alone(world: World) -> None:
    responsibility = propose(world, parts={world.memberships["tax"]: "I"})
    moved = services.reword_responsibility(
        actor=world.actor("coordinator"),
        responsibility=responsibility,
        wording=worded(world, accountable=world.memberships["customs"], parts={world.memberships["police"]: "C"}),
    )
    assert leads_asked(moved) == [world.people["lead_customs"]]
    assert set(moved.parts.values_list("membership", "part")) == {
        (world.memberships["police"].pk, "C"),
        (world.memberships["customs"].pk, "R"),
    }
    with pytest.raises(NotAllowed):
        take(world, "accept", moved)


def test_an_answer_names_who_gave_it(world: World) -> None:
    accepted = bring(world, "accepted")
    assert accepted.answered_by == world.people["lead_police"]
    assert accepted.answered_at is not None


def test_who_is_accountable_does_the_work_where_nobody_else_is_named(world: World) -> None:
    alone = propose(world, parts={world.memberships["tax"]: "I"})
    assert alone.parts.get(part="R").membership == world.memberships["police"]
    shared = propose(world, parts={world.memberships["customs"]: "R"})
    assert shared.parts.get(part="R").membership == world.memberships["customs"]
    with database_refuses("responsibility_has_a_doer"):
        ResponsibilityPart.objects.filter(responsibility=shared, part="R").delete()
    with database_refuses("responsibility_has_a_doer"):
        ResponsibilityPart.objects.filter(responsibility=shared, part="R").update(part="C")
    with database_refuses("responsibility_accountable_part"):
        ResponsibilityPart.objects.create(
            responsibility=shared, partnership=shared.partnership, membership=shared.accountable, part="I"
        )


def test_a_duty_comes_from_a_clause_of_its_own_partnership(world: World) -> None:
    clause = world.versions["covenant"].clauses.get(kind="duty")
    assert propose(world, clause=clause).clause == clause
    foreign = found_elsewhere(world)
    with pytest.raises(Invalid) as refused:
        propose(world, clause=foreign)
    assert refused.value.field == "clause"
    with database_refuses("responsibility_clause_in_partnership"):
        Responsibility.objects.filter(pk=world.responsibilities["scan"].pk).update(clause=foreign)


def found_elsewhere(world: World) -> Clause:
    version = drafting.draft_agreement(
        actor=world.actor("lead_former"),
        partnership=world.partnerships["hill"],
        kind="covenant",
        title="Hill covenant",
        review_on=clock.today() + timedelta(days=9),
    )
    return version.clauses.get(kind="duty")


def test_an_agreement_waits_for_the_duties_in_it_and_for_those_of_the_clause_it_continues(world: World) -> None:
    covenant = world.versions["covenant"]
    responsibility = propose(world, clause=covenant.clauses.get(kind="duty"))
    following = drafting.draft_version(
        actor=world.actor("coordinator"), agreement=covenant.agreement, change_note="More", is_material=True,
        review_on=clock.today() + timedelta(days=9), ends_on=None,
    )  # fmt: skip
    for version in (covenant, following):
        assert "Haven Police" in " ".join(obstacles_to(version))
    take(world, "accept", responsibility)
    assert obstacles_to(following) == []
    take(world, "end", responsibility)
    assert obstacles_to(following) == []


def test_a_duty_keeps_the_words_of_a_draft_from_those_who_do_not_see_it(world: World) -> None:
    clause = world.versions["draft"].clauses.first()
    assert clause is not None
    duty = propose(world, clause=clause)
    haven = world.partnerships["haven"]
    told = {
        persona: selectors.clause_words(selectors.responsibilities(world.actor(persona), haven).get(pk=duty.pk))
        for persona in ("coordinator", "lead_police")
    }
    assert told == {"coordinator": f"{clause.version.agreement.title}, {clause.version.number}: {clause}",
                    "lead_police": "a draft"}  # fmt: skip
    client = Client()
    client.force_login(world.people["lead_police"])
    for address in (duty.get_absolute_url(), f"{haven.get_absolute_url()}responsibilities/?format=csv"):
        page = client.get(address).content.decode()
        assert duty.duty in page
        assert clause.heading not in page
        assert clause.version.agreement.title not in page


def test_a_clause_stays_while_a_duty_comes_from_it(world: World) -> None:
    draft = world.versions["draft"]
    clause = draft.clauses.get(kind="duty")
    duty = propose(world, clause=clause)
    with pytest.raises(OutOfTurn, match="comes from it: “Look twice”"):
        drafting.remove_clause(actor=world.actor("coordinator"), version=draft, clause=clause)
    services.reword_responsibility(
        actor=world.actor("coordinator"), responsibility=duty, wording=worded(world, clause=None)
    )
    drafting.remove_clause(actor=world.actor("coordinator"), version=draft, clause=clause)
    assert not draft.clauses.filter(pk=clause.pk).exists()


def test_the_grid_marks_what_is_not_as_it_should_be(world: World) -> None:
    customs = world.memberships["customs"]
    responsibility = propose(world, parts={customs: "R"})
    suspend_member(actor=world.actor("coordinator"), membership=customs, reason="asked")
    grid = selectors.grid(selectors.responsibilities(world.actor("coordinator"), world.partnerships["haven"]))
    row = next(row for row in grid.rows if row.responsibility == responsibility)
    assert {cell for cell in row.cells if cell} == {"A", "R"}
    assert row.marks == ["Not accepted yet", "Haven Customs takes no part at present"]


def test_approaches_are_three(world: World) -> None:
    assert propose(world, approaches=["VF", "AD", "AD"]).approaches == ["AD", "VF"]
    with pytest.raises(Invalid):
        propose(world, approaches=["XX"])
    with database_refuses("responsibility_approaches_known"):
        Responsibility.objects.filter(pk=world.responsibilities["scan"].pk).update(approaches=["XX"])
