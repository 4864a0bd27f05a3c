"""Groups of people, what they said, and what was done with it."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse

from accounts.people.models import Person
from foundation import clock
from foundation.audit.models import Event
from foundation.errors import Invalid, NotAllowed, OutOfTurn, Refusal
from foundation.notifications.models import Notice
from partnership.commitments.services import claim_done, propose_commitment, verify_commitment
from partnership.engagement import services
from partnership.engagement.models import Group, Input
from partnership.membership.models import Membership
from partnership.membership.services import suspend_member, withdraw_member
from partnership.reminders.claiming import claim_due
from tests.access.callers import caller
from tests.world import World
from tests.world.attempts import database_refuses, undone
from tests.world.engagement import say
from tests.world.work import needs_of

BASE = "/partnerships/haven/engagement/"
MEMBERS = {"coordinator", "lead_police", "staff_police", "reader_police", "lead_customs", "staff_customs", "lead_tax",
           "lead_company", "client_police", "client_reader"}  # fmt: skip
# a program that may write stands for its agency's staff; one that only reads is read-only
WRITERS = MEMBERS - {"reader_police", "client_reader"}
POLICE = {"lead_police", "staff_police", "client_police"}
COORDINATOR = {"coordinator"}


def page(world: World, persona: str, path: str = "", body: dict[str, Any] | None = None) -> HttpResponse:
    client = caller(world, persona)
    return client.get(f"{BASE}{path}") if body is None else client.post(f"{BASE}{path}", body)


def text(world: World, persona: str, path: str = "") -> str:
    return page(world, persona, path).content.decode()


def refused(call: Any, *, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        call()
    assert refusal.value.field == field


# --- who -------------------------------------------------------------------------------------------------
def test_every_member_sees_groups_and_inputs_and_nobody_else(world: World) -> None:
    for persona, actor in world.actors().items():
        for things, name in ((Input.objects, "received"), (Group.objects, "residents")):
            one = world.inputs[name] if name in world.inputs else world.groups[name]
            assert things.visible_to(actor).filter(pk=one.pk).exists() == (persona in MEMBERS), persona


def test_any_member_records_what_was_said(world: World) -> None:
    for persona in world.actors():
        with undone():
            if persona in WRITERS:
                made = say(world, persona)
                assert made.recorded_for.agency_id == world.person(persona).agency_id
                assert (made.status, made.answer_by) == ("received", clock.today() + timedelta(days=30))
            else:
                with pytest.raises(NotAllowed):
                    say(world, persona)


@pytest.mark.parametrize(
    "settle",
    [
        lambda actor, found: services.answer_input(
            actor=actor, found=found, answer="Lamps were put up", answered_on=clock.today()
        ),
        lambda actor, found: services.turn_down_input(actor=actor, found=found, reason="Not ours"),
    ],
    ids=["answer", "turn down"],
)
def test_the_coordinator_or_the_member_to_which_it_was_given_answers_once(world: World, settle: Any) -> None:
    for persona, actor in world.actors().items():
        with undone():
            found = Input.objects.get(pk=world.inputs["received"].pk)
            if persona in POLICE | COORDINATOR:
                settled = settle(actor, found)
                assert settled.settled_by_id == actor.person_id
                with pytest.raises(OutOfTurn):
                    settle(actor, found)
            else:
                with pytest.raises(NotAllowed):
                    settle(actor, found)


@pytest.mark.parametrize(("name", "who"), [("received", POLICE | COORDINATOR), ("answered", COORDINATOR)])
def test_who_recorded_it_corrects_it_until_it_is_answered_and_the_coordinator_always(
    world: World, name: str, who: set[str]
) -> None:
    found = world.inputs[name]
    words = services.Words(
        group=world.groups["shops"], said="It is darker", received_on=found.received_on, way="letter",
        given_to=world.memberships["police"],
    )  # fmt: skip
    for persona, actor in world.actors().items():
        with undone():
            if persona in who:
                corrected = services.correct_input(actor=actor, found=found, words=words)
                assert (corrected.said, corrected.group.name) == ("It is darker", "Group shops")
            else:
                with pytest.raises(NotAllowed):
                    services.correct_input(actor=actor, found=found, words=words)


def test_the_coordinator_keeps_the_groups(world: World) -> None:
    haven = world.partnerships["haven"]
    for persona, actor in world.actors().items():
        with undone():
            if persona in COORDINATOR:
                made = services.add_group(actor=actor, partnership=haven, name=" Dock workers ")
                assert made.name == "Dock workers"
                assert services.revise_group(actor=actor, group=made, name="Dockers").name == "Dockers"
            else:
                with pytest.raises(NotAllowed):
                    services.add_group(actor=actor, partnership=haven, name="Dock workers")
                with pytest.raises(NotAllowed):
                    services.revise_group(actor=actor, group=world.groups["shops"], name="Dockers")


# --- what ------------------------------------------------------------------------------------------------
def test_an_input_holds_together(world: World) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    for more, field in (({"said": "  "}, "said"), ({"received_on": tomorrow}, "received_on")):
        refused(lambda more=more: say(world, "staff_police", **more), field=field)
    for code in ("suspended", "former", "invited", "elsewhere"):
        refused(lambda code=code: say(world, "staff_police", given_to=code), field="given_to")
    elsewhere = services.Words(
        group=world.groups["hill"],
        said="x",
        received_on=clock.today(),
        way="form",
        given_to=world.memberships["police"],
    )
    haven = world.partnerships["haven"]
    refused(
        lambda: services.record_input(actor=world.actor("staff_police"), partnership=haven, words=elsewhere),
        field="group",
    )


def test_an_answer_says_what_was_done_and_when_the_group_was_told(world: World) -> None:
    found, police, today = world.inputs["received"], world.actor("staff_police"), clock.today()
    for answer, day, field in (
        (" ", today, "answer"),
        ("Done", today + timedelta(days=1), "answered_on"),
        ("Done", found.received_on - timedelta(days=1), "answered_on"),
    ):
        refused(
            lambda answer=answer, day=day: services.answer_input(
                actor=police, found=found, answer=answer, answered_on=day
            ),
            field=field,
        )
    refused(lambda: services.turn_down_input(actor=police, found=found, reason=" "), field="reason")


def test_two_groups_of_one_name_are_one_too_many(world: World) -> None:
    coordinator, haven = world.actor("coordinator"), world.partnerships["haven"]
    for name in ("Group residents", " group RESIDENTS "):
        refused(lambda name=name: services.add_group(actor=coordinator, partnership=haven, name=name), field="name")
    refused(
        lambda: services.revise_group(actor=coordinator, group=world.groups["shops"], name="Group residents"),
        field="name",
    )
    services.revise_group(actor=coordinator, group=world.groups["shops"], name="group shops")


def test_the_database_refuses_what_does_not_belong_together(world: World) -> None:
    received, answered = (Input.objects.filter(pk=world.inputs[name].pk) for name in ("received", "answered"))
    for rows, columns, constraint in (
        (received, {"way": "rumour"}, "input_way_known"),
        (received, {"said": ""}, "input_says_something"),
        (received, {"status": "answered"}, "input_answer_fits_its_status"),
        (received, {"answer": "Done"}, "input_answer_fits_its_status"),
        (received, {"status": "not_taken_up", "settled_at": clock.now()}, "input_answer_fits_its_status"),
        (received, {"status": "lost"}, "input_answer_fits_its_status"),
        (answered, {"answered_on": None}, "input_answer_fits_its_status"),
        (answered, {"answered_on": "2020-01-01"}, "input_answered_after_it_was_received"),
        (received, {"group": world.groups["hill"]}, "input_group_in_partnership"),
        (received, {"given_to": world.memberships["elsewhere"]}, "input_given_to_in_partnership"),
        (received, {"recorded_for": world.memberships["elsewhere"]}, "input_recorder_in_partnership"),
    ):
        with database_refuses(constraint):
            rows.update(**columns)
    with database_refuses("group_name_once"):
        Group.objects.filter(pk=world.groups["shops"].pk).update(name="Group residents")


def test_every_step_is_in_the_trail_without_what_was_said(world: World) -> None:
    found = say(world, "staff_police", said="canary words")
    services.correct_input(
        actor=world.actor("staff_police"), found=found,
        words=services.Words(
            group=found.group, said="others", received_on=found.received_on, way="form", given_to=found.given_to
        ),
    )  # fmt: skip
    services.answer_input(actor=world.actor("lead_police"), found=found, answer="canary", answered_on=clock.today())
    events = Event.objects.filter(object_id=found.public_id).order_by("pk")
    assert [event.verb for event in events] == [
        "engagement.input_recorded", "engagement.input_corrected", "engagement.input_answered",
    ]  # fmt: skip
    assert "canary" not in str([event.detail for event in events])


# --- late ------------------------------------------------------------------------------------------------
def needs(world: World, persona: str) -> set[str]:
    return {need.what for need in needs_of(world.actor(persona)) if "/engagement/" in need.url}


def test_what_waits_for_longer_than_thirty_days_is_put_before_the_coordinator(world: World) -> None:
    assert needs(world, "coordinator") == {"Input late"}
    say(world, "staff_customs", said="Just in time", received_on=clock.today() - timedelta(days=30))
    say(world, "staff_customs", said="Too late", received_on=clock.today() - timedelta(days=31))
    assert needs(world, "coordinator") == {"Input late", "Too late"}
    # and before the member that is to answer, from two weeks before the day
    assert needs(world, "staff_police") == {"Just in time", "Too late"}
    assert needs(world, "reader_police") == needs(world, "lead_tax") == set()


def reminded(world: World, day: int) -> dict[str, set[str]]:
    """Return who is reminded of which input so many days from now."""
    with clock.standing_at(clock.now() + timedelta(days=day)):
        claim_due()
    names = {found.public_id: name for name, found in world.inputs.items()}
    told: dict[str, set[str]] = {}
    for notice in Notice.objects.filter(kind="engagement.unanswered_reminder").select_related("recipient"):
        told.setdefault(notice.recipient.email.partition("@")[0], set()).add(names[notice.subject_id])
    return told


def test_the_member_is_reminded_a_week_before_and_the_coordinator_the_day_after(world: World) -> None:
    Membership.objects.filter(pk=world.memberships["municipality"].pk).update(
        representative=world.people["coordinator"]
    )
    # what was not sent in time is made up for: its own lead hears of it too
    # a few days on, that it falls on a working day whatever today is
    assert reminded(world, 5) == {"coordinator": {"late"}, "lead_municipality": {"late"}}
    assert reminded(world, 18)["lead_police"] == {"received"}
    services.turn_down_input(actor=world.actor("lead_police"), found=world.inputs["received"], reason="Not ours")
    assert "received" not in reminded(world, 26)["coordinator"]


def test_the_coordinator_answers_for_a_member_that_takes_no_part_any_more(world: World) -> None:
    suspend_member(actor=world.actor("coordinator"), membership=world.memberships["police"], reason="Asked")
    told = reminded(world, 18)
    assert "received" in told["lead_municipality"]
    assert "lead_police" not in told


def test_a_notice_goes_when_the_input_is_answered(world: World) -> None:
    reminded(world, 18)
    notice = Notice.objects.get(kind="engagement.unanswered_reminder", recipient=world.people["lead_police"])
    services.turn_down_input(actor=world.actor("lead_police"), found=world.inputs["received"], reason="Not ours")
    assert not Notice.objects.visible_to(world.actor("lead_police")).filter(pk=notice.pk).exists()


# --- promises --------------------------------------------------------------------------------------------
def test_a_promise_and_the_input_it_comes_from_name_each_other(world: World) -> None:
    commitment, found = world.commitments["from_input"], world.inputs["answered"]
    assert commitment.promise in text(world, "lead_tax", f"{found.public_id}/")
    shown = caller(world, "lead_tax").get(commitment.get_absolute_url()).content.decode()
    assert found.get_absolute_url() in shown
    answer = caller(world, "client_police").get(f"/api/v1/commitments/{commitment.public_id}").json()
    assert answer["input"] == str(found.public_id)


def test_the_form_of_a_promise_is_filled_in_from_an_input(world: World) -> None:
    found = world.inputs["received"]
    shown = text(world, "staff_police", f"{found.public_id}/")
    link = f"/partnerships/haven/commitments/new/?input={found.public_id}"
    assert link in shown
    form = caller(world, "staff_police").get(link).context["form"]
    assert form["input"].value() == found.public_id
    offered = set(form.fields["input"].queryset)
    assert offered == {world.inputs[name] for name in ("received", "late", "answered")}
    assert link not in text(world, "reader_police", f"{found.public_id}/")
    turned_down = world.inputs["turned_down"]
    assert "commitments/new/" not in text(world, "staff_police", f"{turned_down.public_id}/")


def test_an_input_of_another_partnership_is_no_reason_here(world: World) -> None:
    asked = {
        "actor": world.actor("staff_police"), "partnership": world.partnerships["haven"], "promise": "x",
        "owner": world.memberships["police"], "due_on": clock.today(), "done_when": "x", "input": world.inputs["hill"],
    }  # fmt: skip
    refused(lambda: propose_commitment(**asked), field="input")
    with database_refuses("commitment_input_in_partnership"):
        type(world.commitments["check"]).objects.filter(pk=world.commitments["check"].pk).update(
            input=world.inputs["hill"]
        )


def test_the_next_of_a_series_comes_from_the_same_input(world: World) -> None:
    weekly = propose_commitment(
        actor=world.actor("staff_police"), partnership=world.partnerships["haven"], promise="To walk there",
        owner=world.memberships["police"], due_on=clock.today(), done_when="Walked", rule="FREQ=WEEKLY",
        input=world.inputs["received"],
    )  # fmt: skip
    claim_done(actor=world.actor("staff_police"), commitment=weekly, evidence="Walked")
    verify_commitment(actor=world.actor("lead_tax"), commitment=weekly)
    assert world.inputs["received"].commitments.count() == 2


# --- pages -----------------------------------------------------------------------------------------------
def listed(world: World, query: str = "") -> set[str]:
    rows = caller(world, "lead_tax").get(f"{BASE}?format=csv{query}").content.decode()
    return {name for name, found in world.inputs.items() if found.said in rows}


def test_the_list_is_filtered_by_its_address(world: World) -> None:
    every = {"received", "late", "answered", "turned_down"}
    police, shops = world.memberships["police"].public_id, world.groups["shops"].public_id
    assert listed(world) == every
    assert listed(world, "&state=open") == {"received", "late"}
    assert listed(world, "&state=late") == {"late"}
    assert listed(world, "&state=answered") == {"answered"}
    assert listed(world, "&state=not_taken_up") == {"turned_down"}
    assert listed(world, f"&group={shops}") == {"answered"}
    assert listed(world, f"&member={police}") == {"received", "answered"}
    assert listed(world, "&place=QUAY") == every
    assert listed(world, "&place=elsewhere") == set()
    assert listed(world, "&state=nonsense&group=x") == every


def test_said_recorded_and_answered_by_the_pages(world: World) -> None:
    body = {
        "group": world.groups["shops"].public_id, "received_on": clock.today().isoformat(), "way": "conversation",
        "said": "Break-ins at night", "given_to": world.memberships["police"].pk,
    }  # fmt: skip
    assert page(world, "lead_company", "new/", body).status_code == 302
    found = Input.objects.get(said="Break-ins at night")
    assert "Waiting" in text(world, "lead_tax", f"{found.public_id}/")
    done = {"answer": "Patrols <b>doubled</b>", "answered_on": clock.today().isoformat()}
    assert page(world, "lead_tax", f"{found.public_id}/answer/", done).status_code == 403
    assert page(world, "staff_police", f"{found.public_id}/answer/", done).status_code == 302
    shown = text(world, "lead_tax", f"{found.public_id}/")
    assert "We did" in shown
    assert "Patrols &lt;b&gt;doubled&lt;/b&gt;" in shown
    assert "Patrols" in caller(world, "lead_tax").get("/partnerships/haven/").content.decode()


def test_a_page_offers_what_one_may_do(world: World) -> None:
    path = f"{world.inputs['received'].public_id}/"
    for persona, answers, corrects in (
        ("staff_police", True, True),
        ("coordinator", True, True),
        ("lead_tax", False, False),
        ("reader_police", False, False),
    ):
        shown = text(world, persona, path)
        assert ("answer/" in shown) == answers, persona
        assert ("edit/" in shown) == corrects, persona


def test_groups_say_when_they_were_heard_last(world: World) -> None:
    services.add_group(actor=world.actor("coordinator"), partnership=world.partnerships["haven"], name="Unheard")
    shown = text(world, "lead_tax", "groups/")
    assert "Not yet" in shown
    assert "2 to answer" in shown


def test_an_input_stays_on_record_when_its_recorder_has_left(world: World) -> None:
    withdraw_member(actor=world.actor("coordinator"), membership=world.memberships["customs"], reason="Closed")
    Person.objects.filter(pk=world.people["staff_customs"].pk).update(is_active=False)
    assert "Input late" in text(world, "lead_tax")
    world.memberships["customs"].refresh_from_db()
    with pytest.raises(Refusal):
        say(world, "lead_tax", given_to="customs")
