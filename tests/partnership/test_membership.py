"""Memberships: which steps there are, who takes them, and what the database holds."""

from collections.abc import Callable

import pytest

from accounts.people.actor import actor_for
from accounts.people.models import Person
from foundation import clock
from foundation.errors import Invalid, NotAllowed, OutOfTurn, Refusal
from foundation.notifications.models import Notice
from partnership.membership import services
from partnership.membership.models import Membership, MembershipChange
from partnership.membership.states import MEMBERSHIP
from tests.access.callers import caller
from tests.world import World
from tests.world.attempts import database_refuses, undone

STATES = ("invited", "active", "suspended", "withdrawn")

# Each step: the service, who takes it here, from which states, and where it leads.
STEPS: dict[str, tuple[Callable[..., Membership], str, set[str], str]] = {
    "accept": (services.accept_invitation, "lead_invited", {"invited"}, "active"),
    "decline": (services.decline_invitation, "lead_invited", {"invited"}, "withdrawn"),
    "suspend": (services.suspend_member, "coordinator", {"active"}, "suspended"),
    "reinstate": (services.reinstate_member, "coordinator", {"suspended"}, "active"),
    "withdraw": (services.withdraw_member, "coordinator", {"invited", "active", "suspended"}, "withdrawn"),
}
ANSWERS = ("accept", "decline")
MAY = {
    "accept": {"lead_invited"},
    "decline": {"lead_invited"},
    "suspend": {"coordinator"},
    "reinstate": {"coordinator"},
    "withdraw": {"coordinator"},  # its lead announces that it leaves
}


def take(world: World, step: str, membership: Membership, persona: str | None = None) -> Membership:
    service, by, _from, _to = STEPS[step]
    reason = {} if step == "accept" else {"reason": "a reason"}
    return service(actor=world.actor(persona or by), membership=membership, **reason)


def bring(world: World, state: str) -> Membership:
    """Return a membership in this state, the way there taken."""
    membership = world.memberships["invited"]
    for step in {"invited": [], "active": ["accept"], "suspended": ["accept", "suspend"], "withdrawn": ["withdraw"]}[
        state
    ]:
        membership = take(world, step, membership)
    assert membership.status == state
    return membership


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", STATES)
def test_a_step_is_taken_from_its_states_and_refused_from_all_others(world: World, state: str, step: str) -> None:
    membership = bring(world, state)
    steps_before = membership.changes.count()
    _service, _by, allowed, after = STEPS[step]
    if state in allowed:
        assert take(world, step, membership).status == after
        change = membership.changes.last()
        assert (change.before, change.after, membership.changes.count()) == (state, after, steps_before + 1)
    else:
        with pytest.raises(OutOfTurn):
            take(world, step, membership)
        membership.refresh_from_db()
        assert (membership.status, membership.changes.count()) == (state, steps_before)


def test_the_services_take_every_step_of_the_table_and_no_other() -> None:
    taken = {(before, after) for _s, _b, allowed, after in STEPS.values() for before in allowed}
    assert taken == {(before, after) for before, successors in MEMBERSHIP.items() for after in successors}


@pytest.mark.parametrize("step", STEPS)
def test_only_those_whose_it_is_take_a_step(world: World, step: str) -> None:
    membership = bring(world, next(iter(sorted(STEPS[step][2]))))
    staff = Person.objects.create_user("staff@invited.example", None, name="Staff", agency=world.agencies["invited"])
    reader = Person.objects.create_user(
        "reader@haven.example", None, name="Reader", agency=world.agencies["municipality"], role="read_only"
    )
    actors = {**world.actors(), "staff_invited": actor_for(staff), "reader_municipality": actor_for(reader)}
    # the service account of a client of the coordinating agency is read-only: it may not either
    for persona, actor in actors.items():
        reason = {} if step == "accept" else {"reason": "a reason"}
        with undone():
            if persona in MAY[step]:
                assert STEPS[step][0](actor=actor, membership=membership, **reason).status == STEPS[step][3]
            else:
                with pytest.raises(NotAllowed):
                    STEPS[step][0](actor=actor, membership=membership, **reason)


def test_the_lead_who_accepts_speaks_for_the_agency_and_the_day_is_kept(world: World) -> None:
    membership = bring(world, "active")
    assert membership.representative == world.people["lead_invited"]
    assert membership.joined_on == clock.today()


def test_a_suspension_leaves_the_day_of_joining_and_the_representative(world: World) -> None:
    membership = bring(world, "suspended")
    again = take(world, "reinstate", membership)
    assert (again.joined_on, again.representative) == (membership.joined_on, membership.representative)


def test_an_invitation_is_told_to_the_leads_and_taken_back_once_answered(world: World) -> None:
    membership = world.memberships["invited"]
    notice = Notice.objects.get(kind="membership.invited", subject_id=membership.public_id)
    assert (notice.recipient, notice.withdrawn_at) == (world.people["lead_invited"], None)
    take(world, "accept", membership)
    notice.refresh_from_db()
    assert notice.withdrawn_at is not None


def test_the_coordinator_is_told_the_reason_of_a_decline(world: World) -> None:
    take(world, "decline", world.memberships["invited"])
    told = Notice.objects.get(kind="membership.answered", subject_id=world.memberships["invited"].public_id)
    assert told.recipient == world.people["coordinator"]
    assert told.facts["reason"] == "a reason"


@pytest.mark.parametrize("step", ["suspend", "withdraw"])
def test_the_coordinator_cannot_be_suspended_or_withdrawn(world: World, step: str) -> None:
    with pytest.raises(OutOfTurn):
        take(world, step, world.memberships["municipality"])


@pytest.mark.parametrize("state", ["invited", "active", "suspended"])
def test_an_agency_is_a_member_once_at_a_time(world: World, state: str) -> None:
    membership = bring(world, state)
    with pytest.raises(Invalid) as refused:
        services.invite_member(
            actor=world.actor("coordinator"),
            partnership=membership.partnership,
            agency=membership.agency,
            role="core",
        )
    assert refused.value.field == "agency"


def test_who_comes_back_gets_a_new_membership_with_a_group_of_its_own(world: World) -> None:
    left = world.memberships["former"]
    invited = services.invite_member(
        actor=world.actor("coordinator"), partnership=left.partnership, agency=left.agency, role="core"
    )
    joined = services.accept_invitation(actor=world.actor("lead_former"), membership=invited)
    left.refresh_from_db()
    assert joined.pk != left.pk
    assert joined.group_id != left.group_id
    assert (left.status, joined.status) == ("withdrawn", "active")


def test_nobody_is_invited_as_coordinator(world: World) -> None:
    former = world.memberships["former"]
    for role in ("coordinator", "owner", ""):
        with pytest.raises(Invalid):
            services.invite_member(
                actor=world.actor("coordinator"), partnership=former.partnership, agency=former.agency, role=role
            )


def test_only_public_agencies_found_partnerships(world: World) -> None:
    def found(persona: str) -> None:
        services.found_partnership(
            actor=world.actor(persona),
            name="Another",
            slug="another",
            city="Haven",
            purpose="To see.",
            review_date=clock.today(),
        )

    for persona in ("lead_company", "reader_police", "site_admin"):
        with pytest.raises(NotAllowed):
            found(persona)
    found("staff_police")


def test_an_address_is_taken_once(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        services.found_partnership(
            actor=world.actor("coordinator"), name="Two", slug="haven", city="H", purpose="P", review_date=clock.today()
        )
    assert refused.value.field == "slug"


def name(world: World, persona: str, representative: Person | None, deputy: Person | None) -> Membership:
    return services.name_representatives(
        actor=world.actor(persona),
        membership=world.memberships["police"],
        representative=representative,
        representative_mandate="40 hours a month",
        deputy=deputy,
        deputy_mandate="",
    )


@pytest.mark.parametrize("persona", ["lead_police", "coordinator"])
def test_the_lead_or_the_coordinator_names_who_speaks_for_a_member(world: World, persona: str) -> None:
    named = name(world, persona, world.people["staff_police"], world.people["lead_police"])
    assert (named.representative, named.deputy) == (world.people["staff_police"], world.people["lead_police"])


@pytest.mark.parametrize("persona", ["staff_police", "reader_police", "lead_customs", "lead_elsewhere", "site_admin"])
def test_others_do_not_name_who_speaks_for_a_member(world: World, persona: str) -> None:
    with pytest.raises(NotAllowed):
        name(world, persona, world.people["staff_police"], None)


def test_representatives_are_people_of_the_agency(world: World) -> None:
    robot = world.clients["client_police"].service_account
    for stranger in (world.people["lead_customs"], robot):
        for people in ((stranger, None), (None, stranger)):
            with pytest.raises(Invalid):
                name(world, "lead_police", *people)
    with pytest.raises(Invalid) as refused:
        name(world, "lead_police", world.people["lead_police"], world.people["lead_police"])
    assert refused.value.field == "deputy"


def test_somebody_inactive_does_not_speak_for_a_member(world: World) -> None:
    gone = world.people["staff_police"]
    gone.is_active = False
    gone.save()
    with pytest.raises(Invalid) as refused:
        name(world, "lead_police", gone, None)
    assert refused.value.field == "representative"


def test_a_membership_that_ended_keeps_who_spoke_for_it(world: World) -> None:
    with pytest.raises(Refusal):
        services.name_representatives(
            actor=world.actor("lead_former"),
            membership=world.memberships["former"],
            representative=None,
            representative_mandate="",
            deputy=None,
            deputy_mandate="",
        )


def test_every_step_has_its_row_in_the_history(world: World) -> None:
    membership = bring(world, "suspended")
    take(world, "reinstate", membership)
    take(world, "withdraw", membership)
    steps = MembershipChange.objects.filter(membership=membership).values_list("before", "after", "by", "reason")
    coordinator, lead = world.people["coordinator"].pk, world.people["lead_invited"].pk
    assert list(steps) == [
        ("", "invited", coordinator, ""),
        ("invited", "active", lead, ""),
        ("active", "suspended", coordinator, "a reason"),
        ("suspended", "active", coordinator, "a reason"),
        ("active", "withdrawn", coordinator, "a reason"),
    ]


def test_the_database_refuses_a_second_coordinator(world: World) -> None:
    with database_refuses("membership_one_coordinator"):
        Membership.objects.filter(pk=world.memberships["police"].pk).update(role="coordinator")


def test_the_database_refuses_a_second_live_membership_of_an_agency(world: World) -> None:
    police = world.memberships["police"]
    with database_refuses("membership_one_live_per_agency"):
        Membership.objects.create(
            partnership=police.partnership,
            agency=police.agency,
            group=services.new_group("membership"),
            created_at=clock.now(),
        )


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"status": "withdrawn"}, "membership_left_when_withdrawn"),
        ({"left_on": "2026-01-01"}, "membership_left_when_withdrawn"),
        ({"joined_on": None}, "membership_active_has_joined"),
        ({"status": "expelled"}, "membership_status_known"),
        ({"role": "owner"}, "membership_role_known"),
    ],
)
def test_the_database_refuses_a_membership_that_contradicts_itself(
    world: World, columns: dict[str, str | None], constraint: str
) -> None:
    with database_refuses(constraint):
        Membership.objects.filter(pk=world.memberships["police"].pk).update(**columns)


def test_an_empty_form_asks_before_nobody_speaks_for_a_member(world: World) -> None:
    member = world.memberships["customs"]
    services.name_representatives(
        actor=world.actor("lead_customs"),
        membership=member,
        representative=world.people["staff_customs"],
        representative_mandate="May commit scans",
        deputy=world.people["lead_customs"],
        deputy_mandate="",
    )
    client, address = caller(world, "lead_customs"), f"{member.get_absolute_url()}representatives/"
    empty_ones: list[dict[str, str]] = [{}, {"representative": "", "deputy": "", "representative_mandate": "May do"}]
    for empty in empty_ones:
        page = client.post(address, empty)
        assert page.status_code == 422
        assert "This would take away all that stood here" in page.content.decode()
        member.refresh_from_db()
        assert (member.representative, member.representative_mandate) == (
            world.people["staff_customs"], "May commit scans",
        )  # fmt: skip
    assert client.post(address, {"representative": "", "deputy": "", "means_it": "on"}).status_code == 302
    member.refresh_from_db()
    assert (member.representative, member.deputy) == (None, None)
