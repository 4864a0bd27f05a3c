"""The groups that audiences are made of follow agencies, people and memberships, whoever changes them."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.people.models import Person
from foundation.errors import Refusal
from partnership.membership import services
from partnership.membership.models import Membership
from tests.world import World
from tests.world.attempts import undone

DUE = """
    SELECT person_id, member_group_id FROM membership_people
    UNION SELECT person_id, partnership_group_id FROM membership_people
"""
HELD = """
    SELECT person_id, group_id FROM people_person_groups
    WHERE group_id IN (SELECT group_id FROM membership_membership UNION SELECT group_id FROM membership_partnership)
"""


def rows(sql: str) -> set[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return set(cursor.fetchall())


def people_of(membership: Membership) -> set[int]:
    return set(membership.group.user_set.values_list("pk", flat=True))


def in_partnership(membership: Membership) -> set[int]:
    """Return the membership's people among those of the whole partnership."""
    people = Person.objects.filter(agency=membership.agency, groups=membership.partnership.group_id)
    return set(people.values_list("pk", flat=True))


def everybody_of(world: World, agency: str) -> set[int]:
    return set(world.agencies[agency].people.filter(is_active=True).values_list("pk", flat=True))


@pytest.mark.parametrize("end", [services.suspend_member, services.withdraw_member])
def test_the_groups_empty_when_a_member_is_suspended_or_withdrawn(world: World, end: object) -> None:
    police = world.memberships["police"]
    assert people_of(police) == in_partnership(police) == everybody_of(world, "police") != set()
    end(actor=world.actor("coordinator"), membership=police, reason="asked")  # type: ignore[operator]
    assert people_of(police) == in_partnership(police) == set()


def test_the_groups_fill_again_when_a_suspension_ends(world: World) -> None:
    suspended = world.memberships["suspended"]
    assert people_of(suspended) == set()
    services.reinstate_member(actor=world.actor("coordinator"), membership=suspended, reason="answered")
    assert people_of(suspended) == in_partnership(suspended) == {world.people["lead_suspended"].pk}


def test_an_invited_agency_is_in_no_group_until_it_accepts(world: World) -> None:
    invited = world.memberships["invited"]
    assert people_of(invited) == in_partnership(invited) == set()
    services.accept_invitation(actor=world.actor("lead_invited"), membership=invited)
    assert people_of(invited) == in_partnership(invited) == {world.people["lead_invited"].pk}


def test_who_is_deactivated_leaves_the_groups_and_returns_with_the_account(world: World) -> None:
    person, police = world.people["staff_police"], world.memberships["police"]
    person.is_active = False
    person.save()
    assert person.pk not in people_of(police) | in_partnership(police)
    person.is_active = True
    person.save()
    assert person.pk in people_of(police) & in_partnership(police)


def test_who_moves_to_another_agency_changes_groups(world: World) -> None:
    person = world.people["staff_police"]
    Person.objects.filter(pk=person.pk).update(agency=world.agencies["customs"])
    assert person.pk not in people_of(world.memberships["police"])
    assert person.pk in people_of(world.memberships["customs"])


def test_groups_that_stand_for_nothing_here_are_left_alone(world: World) -> None:
    person = world.people["staff_police"]
    other = services.new_group("other")
    person.groups.add(other)
    person.is_active = False
    person.save()
    assert list(person.groups.all()) == [other]


CHANGES = ("move", "deactivate", "activate", "hire", "suspend", "reinstate", "withdraw", "invite", "accept")


def change(world: World, what: str, number: int) -> None:
    """Do one thing to somebody or some member, picked by a number."""
    people = list(Person.objects.filter(agency__isnull=False).order_by("pk"))
    agencies = [world.agencies[code] for code in sorted(world.agencies) if code != "municipality"]
    person, agency = people[number % len(people)], agencies[number % len(agencies)]
    partnership = world.partnerships["haven" if number % 3 else "hill"]
    members = Membership.objects.filter(partnership=partnership).order_by("pk").select_related("partnership", "agency")
    member = members[number % len(members)]
    actor = world.actor("coordinator" if number % 3 else "lead_former")
    reason = {"actor": actor, "membership": member, "reason": "at random"}
    match what:
        case "move":
            Person.objects.filter(pk=person.pk).update(agency=agency)
        case "deactivate" | "activate":
            Person.objects.filter(pk=person.pk).exclude(pk=actor.person_id).update(is_active=what == "activate")
        case "hire":
            Person.objects.create_user(f"new-{number}-{len(people)}@haven.example", None, name="New", agency=agency)
        case "suspend":
            services.suspend_member(**reason)
        case "reinstate":
            services.reinstate_member(**reason)
        case "withdraw":
            services.withdraw_member(**reason)
        case "invite":
            services.invite_member(actor=actor, partnership=partnership, agency=agency, role="core")
        case "accept":
            # past the services, as an administrator's shell would
            Membership.objects.filter(pk=member.pk, status="invited").update(status="active", joined_on="2026-01-01")


@settings(max_examples=15, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 40)), min_size=3, max_size=12))
def test_whatever_happens_the_groups_hold_exactly_the_active_people_of_active_members(
    world: World, changes: list[tuple[str, int]]
) -> None:
    with undone():
        for what, number in changes:
            try:
                change(world, what, number)
            except (Refusal, ValueError):
                # not in this state, or by somebody deactivated: nothing happened
                continue
        assert rows(HELD) == rows(DUE)
