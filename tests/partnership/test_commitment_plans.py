"""What a commitment comes from, who helps, what it waits for, what it needs first, and how it repeats."""

from datetime import date, timedelta
from typing import Any

import pytest

from foundation import clock
from foundation.audit.models import Event
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.kinds import kind_of
from foundation.notifications.models import Notice
from partnership.agreements.models import Clause
from partnership.commitments import recurrence, services
from partnership.commitments.models import OPEN, Commitment, Contribution, Dependency
from tests.partnership.test_commitments import bring, propose, replan
from tests.world import World
from tests.world.attempts import database_refuses

REVISERS = {"coordinator", "staff_police", "lead_police", "client_police"}


def members(world: World, *codes: str) -> list[Any]:
    return [world.memberships[code] for code in codes]


def end(world: World, commitment: Commitment, how: str) -> None:
    if how == "verified":
        services.claim_done(actor=world.actor("staff_police"), commitment=commitment, evidence="Report 7")
        services.verify_commitment(actor=world.actor("lead_tax"), commitment=commitment)
    else:
        services.drop_commitment(actor=world.actor("coordinator"), commitment=commitment, reason="No longer needed")


# --- where it comes from, who helps ------------------------------------------------------------------
def test_it_comes_from_a_clause_in_force_here(world: World) -> None:
    clause = Clause.objects.create(
        version=world.versions["draft"],
        partnership=world.partnerships["haven"],
        number=9,
        kind="duty",
        heading="Watching",
        text="Everybody watches",
    )
    with pytest.raises(Invalid) as refused:
        propose(world, clause=clause)
    assert refused.value.field == "clause"
    covenant = world.versions["covenant"].clauses.first()
    if covenant is not None:
        assert propose(world, clause=covenant).clause == covenant


def test_other_active_members_contribute_each_once(world: World) -> None:
    commitment = propose(world, contributors=[*members(world, "tax", "customs"), *members(world, "tax")])
    assert {member.agency.code for member in commitment.contributors.all()} == {"tax", "customs"}
    for code in ("police", "suspended", "former", "invited", "elsewhere"):
        with pytest.raises(Invalid) as refused:
            propose(world, contributors=members(world, code))
        assert refused.value.field == "contributors"


def test_approaches_are_known_and_in_their_order(world: World) -> None:
    assert propose(world, approaches=["VF", "CJ", "VF"]).approaches == ["CJ", "VF"]
    with pytest.raises(Invalid):
        propose(world, approaches=["XX"])


@pytest.mark.parametrize("state", ["proposed", "accepted", "in_progress", "blocked", "done", "verified", "dropped"])
def test_who_takes_part_is_said_anew_until_it_is_claimed_done(world: World, state: str) -> None:
    commitment = bring(world, state)
    for persona in world.actors():
        plan = {
            "actor": world.actor(persona),
            "commitment": commitment,
            "person": world.people["reader_police"],
            "contributors": members(world, "tax"),
            "approaches": ["AD"],
        }
        if persona not in REVISERS:
            with pytest.raises(NotAllowed):
                services.revise_commitment(**plan)
        elif state in {"done", "verified", "dropped"}:
            with pytest.raises(OutOfTurn):
                services.revise_commitment(**plan)
    if state not in {"done", "verified", "dropped"}:
        revised = services.revise_commitment(**{**plan, "actor": world.actor("coordinator")})
        assert (revised.person, revised.approaches) == (world.people["reader_police"], ["AD"])
        assert [change.what for change in revised.changes.exclude(what="")] == ["person", "plan"]
        services.revise_commitment(**{**plan, "actor": world.actor("coordinator")})
        assert revised.changes.exclude(what="").count() == 2


def test_the_database_refuses_what_does_not_belong_together(world: World) -> None:
    commitment, hill = propose(world, contributors=members(world, "tax")), world.commitments["hill"]
    haven, at = world.partnerships["haven"], clock.now()
    with database_refuses("contribution_once_per_member"):
        Contribution.objects.create(commitment=commitment, partnership=haven, member=world.memberships["tax"])
    with database_refuses("contribution_member_in_partnership"):
        Contribution.objects.create(commitment=commitment, partnership=haven, member=world.memberships["elsewhere"])
    with database_refuses("contribution_of_partnership"):
        Contribution.objects.create(commitment=hill, partnership=haven, member=world.memberships["customs"])
    with database_refuses("dependency_needs_in_partnership"):
        Dependency.objects.create(commitment=commitment, needs=hill, partnership=haven, at=at)
    with database_refuses("dependency_on_another"):
        Dependency.objects.create(commitment=commitment, needs=commitment, partnership=haven, at=at)
    for columns, constraint in (
        ({"approaches": ["XX"]}, "commitment_approaches_known"),
        ({"status": "blocked"}, "commitment_blocked_by_something"),
        ({"blocked_reason": "x"}, "commitment_blocked_by_something"),
        ({"rule": "FREQ=WEEKLY"}, "commitment_of_series_has_its_day"),
    ):
        with database_refuses(constraint):
            Commitment.objects.filter(pk=commitment.pk).update(**columns)
    with database_refuses("commitment_clause_in_partnership"):
        Commitment.objects.filter(pk=hill.pk).update(
            clause=world.versions["covenant"].clauses.first() or _clause(world)
        )


def _clause(world: World) -> Clause:
    return Clause.objects.create(
        version=world.versions["draft"], partnership=world.partnerships["haven"], number=9, kind="duty", heading="x",
        text="x",
    )  # fmt: skip


@pytest.mark.parametrize("link", ["http://reports.example/7", "ftp://reports.example", "javascript:alert(1)"])
def test_a_link_to_the_evidence_is_one_that_a_browser_opens_safely(world: World, link: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.claim_done(
            actor=world.actor("staff_police"), commitment=bring(world, "accepted"), evidence="x", evidence_link=link
        )
    assert refused.value.field == "evidence_link"


# --- blocked ---------------------------------------------------------------------------------------------
def block(world: World, **by: Any) -> Commitment:
    return services.block_commitment(
        actor=world.actor("staff_police"), commitment=bring(world, "accepted"), **{"reason": "It is missing", **by}
    )


def test_a_member_that_is_waited_for_is_told_until_it_goes_on(world: World) -> None:
    blocked = block(world, blocker=world.memberships["tax"])
    notice = Notice.objects.get(kind="commitments.waits_for_you", subject_id=blocked.public_id)
    assert (notice.recipient, notice.withdrawn_at) == (world.people["lead_tax"], None)
    assert kind_of(notice).still_holds(notice)
    assert blocked.changes.last().reason == "Waits for Haven Tax Office: It is missing"
    gone_on = services.unblock_commitment(actor=world.actor("staff_police"), commitment=blocked)
    assert (gone_on.blocker, gone_on.blocked_reason) == (None, "")
    notice.refresh_from_db()
    assert notice.withdrawn_at is not None
    assert not kind_of(notice).still_holds(notice)


def test_what_is_blocked_still_falls_due_and_gets_another_date(world: World) -> None:
    blocked = block(world, blocker_words="The crane")
    Commitment.objects.filter(pk=blocked.pk).update(due_on=clock.today() - timedelta(days=1))
    assert blocked in Commitment.objects.overdue(clock.today())
    assert replan(world, blocked).status == "blocked"


@pytest.mark.parametrize(
    "by",
    [
        {},
        {"blocker_words": "  "},
        {"blocker": "tax", "blocker_words": "The crane"},
        {"blocker": "police"},
        {"blocker": "suspended"},
        {"blocker": "former"},
        {"blocker": "elsewhere"},
        {"blocker_words": "The crane", "reason": " "},
    ],
)
def test_it_waits_for_exactly_one_thing_that_can_be_waited_for(world: World, by: dict[str, str]) -> None:
    named = {name: world.memberships[value] if name == "blocker" else value for name, value in by.items()}
    with pytest.raises(Invalid):
        block(world, **named)


# --- needs -----------------------------------------------------------------------------------------------
def add_need(world: World, commitment: Commitment, needs: Commitment, persona: str = "coordinator") -> Dependency:
    return services.add_need(actor=world.actor(persona), commitment=commitment, needs=needs)


def test_a_need_is_named_by_who_may_plan_and_kept_on_record(world: World) -> None:
    one, other = bring(world, "accepted"), propose(world, promise="Look once")
    for persona in set(world.actors()) - REVISERS:
        with pytest.raises(NotAllowed):
            add_need(world, one, other, persona)
    add_need(world, one, other, "staff_police")
    with pytest.raises(Invalid):
        add_need(world, one, other)
    services.remove_need(actor=world.actor("coordinator"), commitment=one, needs=other)
    with pytest.raises(Invalid):
        services.remove_need(actor=world.actor("coordinator"), commitment=one, needs=other)
    assert list(one.changes.exclude(what="").values_list("what", "reason")) == [
        ("needs", "Look once"),
        ("freed", "Look once"),
    ]


def test_needs_never_run_in_a_ring(world: World) -> None:
    one, two, three = (propose(world, promise=f"Step {number}") for number in (1, 2, 3))
    with pytest.raises(Invalid):
        add_need(world, one, one)
    add_need(world, one, two)
    with pytest.raises(Invalid):
        add_need(world, two, one)
    add_need(world, two, three)
    with pytest.raises(Invalid) as refused:
        add_need(world, three, one)
    assert "waits for this one itself" in refused.value.message
    add_need(world, one, three)
    assert Dependency.objects.filter(commitment__in=(one, two, three)).count() == 3


def test_only_what_is_open_here_can_be_needed(world: World) -> None:
    for needed in (world.commitments["hill"], bring(world, "dropped"), bring(world, "verified")):
        with pytest.raises(Invalid):
            add_need(world, propose(world), needed)
    with pytest.raises(OutOfTurn):
        add_need(world, bring(world, "done"), propose(world))


# --- repeating -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("every", "first", "then"),
    [
        ("week", date(2026, 12, 28), [date(2027, 1, 4), date(2027, 1, 11)]),
        ("month", date(2027, 1, 31), [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]),
        ("quarter", date(2026, 11, 30), [date(2027, 2, 28), date(2027, 5, 30), date(2027, 8, 30)]),
        ("year", date(2028, 2, 29), [date(2029, 2, 28), date(2030, 2, 28), date(2031, 2, 28), date(2032, 2, 29)]),
    ],
)
def test_a_rhythm_falls_on_the_days_that_people_mean(every: str, first: date, then: list[date]) -> None:
    rule, day = recurrence.rule_for(every, first), first
    recurrence.require_rule(rule, first)
    for expected in then:
        following = recurrence.day_after(rule, day, day)
        assert following == expected
        day = expected


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY", "FREQ=SECONDLY", "FREQ=WEEKLY;COUNT=1000000", "FREQ=WEEKLY;UNTIL=20300101",
        "FREQ=WEEKLY;INTERVAL=0", "FREQ=MONTHLY;BYMONTHDAY=99", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTHDAY=,,,",
        "FREQ=WEEKLY\nRDATE:20300101", "freq=weekly", "RRULE:FREQ=WEEKLY", "x" * 1000,
    ],
)  # fmt: skip
def test_a_rule_that_no_promise_can_mean_is_refused(world: World, rule: str) -> None:
    with pytest.raises(Invalid) as refused:
        propose(world, rule=rule)
    assert refused.value.field == "every"


@pytest.mark.parametrize("how", ["verified", "dropped"])
def test_when_one_ends_the_next_is_there_accepted_and_as_agreed(world: World, how: str) -> None:
    commitment = propose(
        world,
        "staff_police",
        rule="FREQ=WEEKLY",
        person=world.people["reader_police"],
        contributors=members(world, "tax", "customs"),
        approaches=["CJ"],
    )
    replan(world, commitment, days=30)
    end(world, commitment, how)
    (following,) = Commitment.objects.filter(series=commitment.series).exclude(pk=commitment.pk)
    assert (following.status, following.due_on) == ("accepted", commitment.occurs_on + timedelta(days=7))
    assert following.occurs_on == following.due_on > clock.today()
    assert (following.owner, following.person) == (commitment.owner, world.people["reader_police"])
    assert {member.agency.code for member in following.contributors.all()} == {"tax", "customs"}
    assert (following.promise, following.done_when, following.rule) == ("Look twice", "It was looked at", "FREQ=WEEKLY")
    assert list(following.changes.values_list("before", "after")) == [("", "accepted")]
    assert Event.objects.filter(verb="commitments.repeated", object_id=following.public_id).count() == 1


def test_a_series_that_was_late_goes_on_with_the_next_day_to_come(world: World) -> None:
    commitment = propose(world, "staff_police", rule="FREQ=WEEKLY")
    long_ago = clock.today() - timedelta(days=24)
    Commitment.objects.filter(pk=commitment.pk).update(due_on=long_ago, occurs_on=long_ago)
    end(world, Commitment.objects.get(pk=commitment.pk), "verified")
    following = Commitment.objects.get(series=commitment.series, status="accepted")
    assert following.due_on == long_ago + timedelta(days=28)


def test_nothing_follows_what_was_never_accepted_or_does_not_repeat_any_more(world: World) -> None:
    declined, dropped = propose(world, rule="FREQ=WEEKLY"), propose(world, rule="FREQ=WEEKLY")
    services.decline_commitment(actor=world.actor("lead_police"), commitment=declined, reason="Too often")
    end(world, dropped, "dropped")
    stopped = propose(world, "staff_police", rule="FREQ=WEEKLY")
    for persona in set(world.actors()) - REVISERS:
        with pytest.raises(NotAllowed):
            services.stop_repeating(actor=world.actor(persona), commitment=stopped, reason="Enough")
    services.stop_repeating(actor=world.actor("lead_police"), commitment=stopped, reason="Enough")
    with pytest.raises(OutOfTurn):
        services.stop_repeating(actor=world.actor("lead_police"), commitment=stopped, reason="Enough")
    end(world, stopped, "verified")
    for commitment in (declined, dropped, stopped):
        assert Commitment.objects.filter(series=commitment.series).count() == 1
    assert stopped.changes.get(what="series_ended").reason == "Enough"


def test_who_has_left_is_not_in_the_next_one(world: World) -> None:
    commitment = propose(
        world, "staff_police", rule="FREQ=WEEKLY", person=world.people["reader_police"],
        contributors=members(world, "tax", "customs"),
    )  # fmt: skip
    person = world.people["reader_police"]
    person.is_active = False
    person.save()
    world.memberships["tax"].status = "suspended"
    world.memberships["tax"].save()
    services.claim_done(actor=world.actor("staff_police"), commitment=commitment, evidence="Report 7")
    services.verify_commitment(actor=world.actor("lead_customs"), commitment=commitment)
    following = Commitment.objects.get(series=commitment.series, status="accepted")
    assert following.person is None
    assert [member.agency.code for member in following.contributors.all()] == ["customs"]


def test_the_database_refuses_two_of_a_series_on_one_day(world: World) -> None:
    commitment = propose(world, "staff_police", rule="FREQ=WEEKLY")
    other = propose(world, "staff_police", rule="FREQ=WEEKLY")
    with database_refuses("commitment_once_per_day_of_series"):
        Commitment.objects.filter(pk=other.pk).update(series=commitment.series)


def test_every_open_state_is_found_by_what_looks_for_open_ones(world: World) -> None:
    assert {bring(world, str(state)).status for state in OPEN} == {str(state) for state in OPEN}
    found = set(Commitment.objects.open().values_list("status", flat=True))
    assert found == {str(state) for state in OPEN}
