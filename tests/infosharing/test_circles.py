"""Circles: who is in one is known to its members, and what is shared there is theirs while they are."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from foundation.audit.models import Event
from foundation.errors import Invalid, NotAllowed, Refusal
from foundation.notifications.models import Notice
from infosharing.circles import selectors, services
from infosharing.circles.models import CIRCLE, MEMBER, Circle, CircleMember, Step
from partnership.membership import services as membership
from partnership.membership.sight import sight
from tests.access.callers import caller
from tests.infosharing.test_walls import SIGNED_IN
from tests.world import World
from tests.world.cast import marker
from tests.world.roles import as_owner

POLICE = {"lead_police", "staff_police", "reader_police", "client_police"}
CUSTOMS = {"lead_customs", "staff_customs"}
TAX = {"lead_tax"}
IN_HAVEN = POLICE | CUSTOMS | TAX | {"coordinator", "lead_company", "client_reader"}
# by hand from who is in what: whom the circle is known to, whom its roster, and whom the other two rows
KNOWS = {"watch": IN_HAVEN, "quiet": POLICE | CUSTOMS | TAX}


def rows_known(persona: str) -> set[str]:
    if persona in POLICE | CUSTOMS:
        return {"police", "customs", "tax"}
    return {"tax"} if persona in TAX else set()


def known(world: World) -> set[str]:
    by_key = {circle.pk: name for name, circle in world.circles.items()}
    return {by_key[circle.pk] for circle in Circle.objects.all()}


def names_of_rows(world: World, rows: Any) -> set[str]:
    by_key = {row.pk: name for name, row in world.circle_members.items()}
    return {by_key[row.pk] for row in rows}


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_wall_one_holds_without_wall_two(world: World, persona: str) -> None:
    actor = world.actor(persona)
    with as_owner():
        for name, circle in world.circles.items():
            assert Circle.objects.visible_to(actor).filter(pk=circle.pk).exists() == (persona in KNOWS[name]), name
        quiet = CircleMember.objects.filter(circle=world.circles["quiet"])
        assert names_of_rows(world, quiet.visible_to(actor)) == rows_known(persona)
        assert Step.objects.visible_to(actor).exists() == (persona in POLICE | CUSTOMS)


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_wall_two_holds_without_wall_one(world: World, persona: str) -> None:
    with sight(world.person(persona).pk):
        assert known(world) == {name for name in world.circles if persona in KNOWS[name]}
        quiet = CircleMember.objects.filter(circle=world.circles["quiet"])
        assert names_of_rows(world, quiet) == rows_known(persona)
        assert Step.objects.exists() == (persona in POLICE | CUSTOMS)


def test_without_a_reader_every_query_on_circles_fails(world: World) -> None:
    for model in (Circle, CircleMember, Step):
        with pytest.raises(DatabaseError, match="no reader set"), transaction.atomic():
            list(model._base_manager.all())


def test_who_is_not_the_keeper_writes_nothing_even_past_the_services(world: World) -> None:
    quiet = world.circles["quiet"]
    with sight(world.person("lead_customs").pk):
        assert Circle.objects.filter(pk=quiet.pk).update(name="taken over") == 0
        assert CircleMember.objects.filter(pk=world.circle_members["tax"].pk).update(status="taken_back") == 0
        assert Step.objects.filter(circle=quiet)._raw_delete("default") == 0
        row = CircleMember(
            circle=quiet, partnership=quiet.partnership, membership=world.memberships["company"],
            invited_at=quiet.created_at,
        )  # fmt: skip
        with pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
            CircleMember.objects.bulk_create([row])


def in_group(world: World, persona: str, name: str = "quiet") -> bool:
    return world.person(persona).groups.filter(pk=world.circles[name].group_id).exists()


def test_its_group_holds_the_people_of_its_members_while_these_take_part(world: World) -> None:
    coordinator, customs = world.actor("coordinator"), world.memberships["customs"]
    assert all(in_group(world, persona) for persona in POLICE | CUSTOMS)
    assert not any(in_group(world, persona) for persona in TAX | {"coordinator", "lead_company"})
    membership.suspend_member(actor=coordinator, membership=customs, reason="asked")
    assert not in_group(world, "lead_customs")
    assert in_group(world, "lead_police")
    membership.reinstate_member(actor=coordinator, membership=customs, reason="answered")
    assert in_group(world, "lead_customs")
    with as_owner():
        person = world.people["staff_customs"]
        person.is_active = False
        person.save()
        mover = world.people["lead_tax"]
        mover.agency = world.agencies["customs"]
        mover.save()
    assert not in_group(world, "staff_customs")
    assert in_group(world, "lead_tax")


def leave(world: World, persona: str, name: str = "quiet") -> None:
    with sight(world.person(persona).pk):
        services.leave(actor=world.actor(persona), circle=world.circles[name], reason="Done")


def accept(world: World, persona: str, name: str = "quiet") -> None:
    with sight(world.person(persona).pk):
        services.accept(actor=world.actor(persona), circle=world.circles[name])


def reread(world: World, name: str = "quiet") -> Circle:
    with as_owner():
        return Circle.objects.select_related("keeper").get(pk=world.circles[name].pk)


def test_who_leaves_is_out_at_once_and_the_circle_does_not_exist_for_them(world: World) -> None:
    leave(world, "staff_customs")
    assert not in_group(world, "lead_customs")
    with sight(world.person("lead_customs").pk):
        assert known(world) == {"watch"}
        actor = world.actor("lead_customs")
        assert not Circle.objects.visible_to(actor).filter(pk=world.circles["quiet"].pk).exists()
        # whom it knew while it was in it
        assert selectors.rosters(actor, [world.circles["quiet"].group_id]) == {}


def test_a_keeper_that_leaves_is_followed_by_who_has_been_in_longest_and_the_last_one_ends_it(world: World) -> None:
    accept(world, "lead_tax")
    leave(world, "staff_police")
    assert reread(world).keeper_id == world.memberships["customs"].pk
    leave(world, "staff_customs")
    leave(world, "lead_tax")
    ended = reread(world)
    assert (ended.status, ended.end_reason) == ("ended", "Nobody is left in it.")


def test_who_leaves_the_partnership_leaves_its_circles(world: World) -> None:
    membership.withdraw_member(
        actor=world.actor("coordinator"), membership=world.memberships["customs"], reason="Reorganised"
    )
    with as_owner():
        row = CircleMember.objects.get(pk=world.circle_members["customs"].pk)
    assert row.status == "left"
    membership.withdraw_member(
        actor=world.actor("coordinator"), membership=world.memberships["police"], reason="Reorganised"
    )
    assert reread(world).status == "ended"
    with as_owner():
        assert CircleMember.objects.get(pk=world.circle_members["tax"].pk).status == "taken_back"


def test_only_a_lead_of_the_invited_answers_and_only_the_keeper_invites_and_removes(world: World) -> None:
    quiet = world.circles["quiet"]
    for persona in ("lead_company", "lead_customs", "staff_customs"):
        with sight(world.person(persona).pk), pytest.raises(Refusal):
            services.accept(actor=world.actor(persona), circle=quiet)
    with sight(world.person("lead_customs").pk), pytest.raises(NotAllowed):
        services.invite_member(actor=world.actor("lead_customs"), circle=quiet, membership=world.memberships["company"])
    with sight(world.person("reader_police").pk), pytest.raises(NotAllowed):
        services.end_circle(actor=world.actor("reader_police"), circle=quiet, reason="No")
    with sight(world.person("staff_police").pk):
        actor = world.actor("staff_police")
        with pytest.raises(Invalid, match="already"):
            services.invite_member(actor=actor, circle=quiet, membership=world.memberships["tax"])
        with pytest.raises(Invalid, match="active member"):
            services.invite_member(actor=actor, circle=quiet, membership=world.memberships["suspended"])
        removed = services.remove_member(actor=actor, member=world.circle_members["customs"], reason="Asked")
        taken = services.remove_member(actor=actor, member=world.circle_members["tax"], reason="Asked")
    assert (removed.status, taken.status) == ("removed", "taken_back")
    with sight(world.person("lead_tax").pk):
        assert known(world) == {"watch"}


def test_the_trail_of_a_circle_is_its_own_and_the_general_one_tells_nobody_who_is_in_it(world: World) -> None:
    accept(world, "lead_tax")
    leave(world, "staff_customs")
    events = Event.objects.filter(verb__startswith="circles.")
    assert {event.object_id for event in events} == {world.circles["watch"].public_id}
    assert {event.verb for event in events} == {"circles.made"}
    with sight(world.person("staff_police").pk):
        lines = [line.title for line in selectors.trail(world.actor("staff_police"), world.circles["quiet"])]
    assert lines[:2] == ["Haven Customs left", "Haven Tax Office joined"]
    with sight(world.person("lead_tax").pk):
        lines = [line.title for line in selectors.trail(world.actor("lead_tax"), world.circles["quiet"])]
    assert lines == ["Haven Customs left", "Haven Tax Office joined"]


def test_people_are_told_without_a_name_and_no_longer_than_it_holds(world: World) -> None:
    invited = Notice.objects.filter(kind="circles.invited", recipient=world.people["lead_tax"])
    assert invited.count() == 2
    assert not any(marker(name) in str(notice.facts) for name in ("quiet", "watch") for notice in invited)
    with sight(world.person("staff_police").pk):
        services.end_circle(actor=world.actor("staff_police"), circle=world.circles["quiet"], reason="Done")
    gone = invited.get(subject_id=world.circles["quiet"].public_id)
    assert gone.withdrawn_at
    over = Notice.objects.filter(kind="circles.over", subject_id=world.circles["quiet"].public_id)
    assert [notice.recipient for notice in over] == [world.people["lead_customs"]]


def test_states_are_those_that_the_database_lets_follow(world: World) -> None:
    """Every pair of states, past the services; to the same one is no step."""
    row = world.circle_members["tax"]
    moments = {"invited": (None, None), "declined": (None, "at"), "taken_back": (None, "at"), "member": ("at", None)}
    with as_owner(), connection.cursor() as cursor:
        for before, after in ((one, other) for one in MEMBER for other in MEMBER if one != other):
            since, until = ("at" if part else None for part in moments.get(after, ("at", "at")))
            was_since, was_until = ("at" if part else None for part in moments.get(before, ("at", "at")))
            refused = False
            try:
                with transaction.atomic():
                    cursor.execute("ALTER TABLE circles_circlemember DISABLE TRIGGER hold")
                    _put(cursor, row.pk, before, was_since, was_until)
                    cursor.execute("ALTER TABLE circles_circlemember ENABLE TRIGGER hold")
                    _put(cursor, row.pk, after, since, until)
                    raise Undo
            except DatabaseError:
                refused = True
            except Undo:
                pass
            assert refused == (after not in MEMBER[before]), (before, after)
    assert CIRCLE["ended"] == frozenset()


class Undo(Exception):
    """Leaves a savepoint as if nothing had been."""


def _put(cursor: Any, key: int, status: str, since: str | None, until: str | None) -> None:
    at = "2026-01-01T00:00:00Z"
    cursor.execute(
        "UPDATE circles_circlemember SET status = %s, since = %s, until = %s WHERE id = %s",
        [status, at if since else None, at if until else None, key],
    )
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_pages_show_to_each_what_is_theirs_to_know(world: World) -> None:
    watch, quiet = world.circles["watch"], world.circles["quiet"]
    inside, invited, outside = (caller(world, name) for name in ("staff_customs", "lead_tax", "lead_company"))
    page = inside.get(quiet.get_absolute_url()).content.decode()
    assert "Haven Police" in page
    assert marker("purpose_of_quiet") in page
    assert "Haven Tax Office" in page
    page = invited.get(quiet.get_absolute_url()).content.decode()
    assert "Your agency is invited" in page
    assert "Haven Customs" not in page
    assert outside.get(quiet.get_absolute_url()).status_code == 404
    page = outside.get(watch.get_absolute_url()).content.decode()
    assert marker("watch") in page
    assert "Haven Police" in page
    assert marker("purpose_of_watch") not in page
    assert "Haven Customs" not in page
    assert marker("quiet") not in outside.get("/partnerships/haven/notes/circles/?format=csv").content.decode()
    assert "Haven Customs" not in outside.get(f"{watch.get_absolute_url()}?format=csv").content.decode()


def test_a_circle_is_made_accepted_and_left_through_its_pages(world: World) -> None:
    police, customs = caller(world, "staff_police"), caller(world, "lead_customs")
    body = {
        "name": "Night",
        "purpose": "At night",
        "is_confidential": "on",
        "invited": [world.memberships["customs"].pk],
    }
    made = police.post("/partnerships/haven/notes/circles/new/", body)
    assert made.status_code == 302
    address = made["Location"]
    assert "Answer" in customs.get("/").content.decode()
    assert "We are invited" in customs.get("/partnerships/haven/notes/circles/").content.decode()
    customs.post(f"{address}accept/")
    assert "Who is in it" in customs.get(address).content.decode()
    assert customs.post(f"{address}leave/", {"reason": ""}).status_code == 422
    customs.post(f"{address}leave/", {"reason": "Enough"})
    assert customs.get(address).status_code == 404
    assert police.post(f"{address}end/", {"reason": "Over"}).status_code == 302
