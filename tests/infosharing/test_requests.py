"""Requests for information: who asks whom, how each answers for itself, and who is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.people.actor import Actor
from foundation import clock
from foundation.audit.models import Event
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications import kinds
from foundation.notifications.models import Notice
from infosharing.grants.terms import Terms
from infosharing.notes.audiences import Choice
from infosharing.notes.models import Note
from infosharing.notes.services import share_note, withdraw_note
from infosharing.requests import numbers, selectors, services
from infosharing.requests.grounds import Ground
from infosharing.requests.models import Asked, InformationRequest
from infosharing.requests.numbers import FEWEST, without_small
from partnership.agreements.models import Version
from partnership.competences import acting
from partnership.membership import services as membership
from partnership.membership.departures.services import announce_departure
from partnership.membership.sight import sight
from partnership.membership.tasks import let_leave
from partnership.reminders.claiming import claim_due
from partnership.reminders.models import Reminder
from tests.access.callers import caller
from tests.infosharing.test_receiving import agreed as agreed
from tests.infosharing.test_request_walls import row
from tests.world import World
from tests.world.attempts import database_refuses, undone
from tests.world.requests import ask
from tests.world.roles import as_owner


@contextmanager
def reading(world: World, persona: str) -> Iterator[Actor]:
    actor = world.actor(persona)
    with sight(actor.person_id):
        yield actor


def asks(world: World, persona: str, *members: str, **more: Any) -> InformationRequest:
    with reading(world, persona):
        return ask(world, persona, *members, **more)


def answer(world: World, persona: str, request: str, **more: Any) -> Asked:
    with reading(world, persona) as actor:
        return services.answer_request(actor=actor, found=world.requests[request], **{"answer": "Yes", **more})


def refuse(world: World, persona: str, request: str, ground: str = "R1", reason: str = "No law") -> Asked:
    with reading(world, persona) as actor:
        return services.refuse_request(actor=actor, found=world.requests[request], ground=ground, reason=reason)


def take_back(world: World, persona: str, request: str, reason: str = "Found it") -> InformationRequest:
    with reading(world, persona) as actor:
        return services.withdraw_request(actor=actor, found=world.requests[request], reason=reason)


def told(kind: str, found: InformationRequest) -> set[str]:
    """Return who holds a notice of a request that still holds, by their address."""
    notices = Notice.objects.filter(kind=kind, subject_id=found.public_id, withdrawn_at=None)
    hold = kinds.which_hold(list(notices.select_related("recipient__agency")))
    return {notice.recipient.email.partition("@")[0] for notice in notices.filter(pk__in=hold)}


# --- asking ------------------------------------------------------------------------------------------
def test_a_member_asks_others_and_who_speaks_for_them_is_told_at_once(world: World) -> None:
    found = asks(world, "staff_police", "customs", "tax")
    assert told("requests.asked", found) == {"lead_customs", "lead_tax"}
    event = Event.objects.get(verb="requests.asked", object_id=found.public_id)
    assert event.detail == {"tlp": "AMBER", "members": 2}


@pytest.mark.parametrize(
    "persona", ["reader_police", "lead_suspended", "lead_former", "lead_invited", "lead_elsewhere"]
)
def test_who_is_read_only_or_takes_no_part_asks_nobody(world: World, persona: str) -> None:
    with pytest.raises(NotAllowed):
        asks(world, persona, "customs")


@pytest.mark.parametrize("member", ["police", "suspended", "invited"])
def test_nobody_asks_itself_or_who_takes_no_part(world: World, member: str) -> None:
    with pytest.raises(Invalid, match="active members"):
        asks(world, "staff_police", "customs", member)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": " "}, "title"),
        ({"question": ""}, "question"),
        ({"purpose": " "}, "purpose"),
        ({"legal_basis": ""}, "legal_basis"),
        ({"tlp": "RED"}, "tlp"),
        ({"tlp": "GREEN"}, "tlp"),
        ({"due_on": clock.today()}, "due_on"),
        ({"due_on": clock.today() + timedelta(days=400)}, "due_on"),
    ],
)
def test_a_request_says_what_for_on_what_basis_and_until_when(world: World, said: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        asks(world, "staff_police", "customs", **said)
    assert refused.value.field == field


def test_a_private_member_is_asked_only_what_an_agreement_lets_it_receive(world: World, agreed: Version) -> None:
    """It has not signed; public agencies are asked on the marking alone."""
    asks(world, "staff_police", "customs", "tax")
    with pytest.raises(Invalid) as without_category:
        asks(world, "staff_police", "company")
    assert without_category.value.field == "category"
    with pytest.raises(Invalid, match="Haven Terminals") as refused:
        asks(world, "staff_police", "customs", "company", category="place")
    assert refused.value.field == "to"
    asks(world, "staff_police", "company", tlp="CLEAR")


def test_a_private_member_that_asks_gets_in_words_only_what_an_agreement_lets_it_receive(
    world: World, agreed: Version
) -> None:
    found = asks(world, "lead_company", "customs", category="place")
    with reading(world, "staff_customs") as actor:
        with pytest.raises(Invalid, match="Haven Terminals"):
            services.answer_request(actor=actor, found=found, answer="Seen on Monday")
        assert services.refuse_request(actor=actor, found=found, ground="R1", reason="No rule").status == "refused"


# --- answering ---------------------------------------------------------------------------------------
def test_each_member_answers_for_itself_and_the_asker_is_told(world: World) -> None:
    answered = answer(world, "staff_customs", "to_customs")
    assert (answered.status, answered.decided_by.name) == ("answered", "Person staff_customs")
    assert row(world, "to_customs", "company").status == "waiting"
    found = world.requests["to_customs"]
    assert told("requests.decided", found) == {"staff_police"}
    assert told("requests.asked", found) == {"lead_company"}


@pytest.mark.parametrize(
    ("persona", "request_"),
    [
        ("staff_police", "to_customs"),
        ("lead_tax", "to_customs"),
        ("coordinator", "to_customs"),
        ("lead_suspended", "to_customs"),
        ("reader_police", "by_customs"),
        ("lead_elsewhere", "by_customs"),
    ],
)
def test_only_staff_and_leads_of_a_member_that_was_asked_decide(world: World, persona: str, request_: str) -> None:
    for decide in (answer, refuse):
        with pytest.raises(NotAllowed):
            decide(world, persona, request_)


def test_part_of_an_answer_says_what_is_left_out_and_the_rest_can_follow(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        answer(world, "staff_customs", "to_customs", outcome="partly_answered")
    assert refused.value.field == "reason"
    answer(world, "staff_customs", "to_customs", outcome="partly_answered", reason="Names: secrecy")
    assert answer(world, "lead_customs", "to_customs", answer="All of it").reason == ""
    with pytest.raises(OutOfTurn):
        answer(world, "lead_customs", "to_customs")


def test_an_offer_of_something_else_is_no_refusal_and_can_still_become_an_answer(world: World) -> None:
    offered = answer(world, "staff_customs", "to_customs", outcome="counter_offered", answer="Figures by month")
    assert (offered.offer, offered.answer, offered.ground) == ("Figures by month", "", "")
    kept = answer(world, "staff_customs", "to_customs", answer="Here they are")
    assert (kept.status, kept.offer) == ("answered", "Figures by month")


def test_an_answer_is_words_or_a_note_and_not_nothing(world: World) -> None:
    for more, field in (
        ({"answer": "  "}, "answer"),
        ({"outcome": "counter_offered", "answer": ""}, "answer"),
        ({"outcome": "counter_offered", "note": world.notes["by_customs"]}, "note"),
        ({"outcome": "refused"}, "outcome"),
        ({"outcome": "nonsense"}, "outcome"),
    ):
        with pytest.raises(Invalid) as refused:
            answer(world, "staff_customs", "to_customs", **more)
        assert refused.value.field == field


@pytest.mark.parametrize("name", ["customs", "partnership", "named", "by_company"])
def test_a_note_of_another_member_answers_nothing(world: World, name: str) -> None:
    with pytest.raises(Invalid, match="note of your agency"):
        answer(world, "staff_customs", "to_customs", note=world.notes[name])


def test_a_note_that_the_asker_has_not_answers_nothing(world: World) -> None:
    with reading(world, "staff_customs") as actor:
        note = share_note(
            actor=actor, partnership=world.partnerships["haven"], title="Ours", body="Ours", tlp="AMBER",
            audience=Choice("agencies", members=[world.memberships["tax"]]),
            review_on=clock.today() + timedelta(days=9),
        )  # fmt: skip
    with pytest.raises(Invalid, match="that the member that asks can see"):
        answer(world, "staff_customs", "to_customs", note=note)


def test_a_note_answers_from_the_day_on_which_the_asker_has_it(world: World) -> None:
    with reading(world, "staff_customs") as actor:
        note = share_note(
            actor=actor, partnership=world.partnerships["haven"], title="Ours", body="Ours", tlp="AMBER",
            audience=Choice(
                "agencies",
                members=[world.memberships["police"]],
                terms=Terms(not_before=clock.today() + timedelta(days=2)),
            ),
            review_on=clock.today() + timedelta(days=9),
        )  # fmt: skip
    with pytest.raises(Invalid, match="that the member that asks can see"):
        answer(world, "staff_customs", "to_customs", note=note)
    with as_owner(), database_refuses("a note of its own that the asker has"):
        put_note(world, note)
    with clock.standing_at(clock.now() + timedelta(days=3)):
        assert answer(world, "staff_customs", "to_customs", note=note).note == note


def put_note(world: World, note: Note) -> None:
    """Answer with it past every service."""
    Asked.objects.filter(request=world.requests["to_customs"], member=world.memberships["customs"]).update(
        status="answered", note=note, decided_by=world.person("lead_customs"), decided_at=clock.now(),
        decided_on=clock.today(),
    )  # fmt: skip


def test_a_link_to_a_note_shows_no_more_than_the_note(world: World) -> None:
    """Also once it is taken back: the row still says that there was one, and the asker reads nothing of it."""

    def linked() -> list[Note]:
        with reading(world, "staff_police") as actor:
            return list(selectors.shown(actor, [world.requests["answered"]])[0].notes.values())

    assert linked() == [world.notes["by_customs"]]
    with reading(world, "staff_customs") as actor:
        withdraw_note(actor=actor, note=world.notes["by_customs"], reason="Wrong")
    assert linked() == []


def test_of_two_answers_of_one_member_the_first_stands(world: World) -> None:
    """Both read the request while it waited."""
    first, second = world.actor("staff_customs"), world.actor("lead_customs")
    found = world.requests["to_customs"]
    with sight(first.person_id):
        services.answer_request(actor=first, found=found, answer="First")
    with sight(second.person_id), pytest.raises(OutOfTurn):
        services.refuse_request(actor=second, found=found, ground="R1", reason="Second")
    assert row(world, "to_customs", "customs").answer == "First"


# --- refusing ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("ground", Ground.values)
def test_a_refusal_stands_on_a_ground_with_a_reason(world: World, ground: str) -> None:
    with pytest.raises(Invalid):
        refuse(world, "staff_customs", "to_customs", ground, reason=" ")
    refused = refuse(world, "staff_customs", "to_customs", ground)
    assert (refused.status, refused.ground) == ("refused", ground)
    event = Event.objects.get(verb="requests.refused", object_id=world.requests["to_customs"].public_id)
    assert event.detail == {"ground": ground}


def test_there_is_no_other_ground(world: World) -> None:
    for ground in ("", "R0", "R11", "r1"):
        with pytest.raises(Invalid):
            refuse(world, "staff_customs", "to_customs", ground)


# --- taking back, leaving ----------------------------------------------------------------------------
def test_the_asker_takes_it_back_from_those_who_have_not_answered(world: World) -> None:
    answer(world, "staff_customs", "to_customs")
    found = take_back(world, "lead_police", "to_customs")
    assert row(world, "to_customs", "customs").status == "answered"
    assert row(world, "to_customs", "company").status == "withdrawn"
    assert told("requests.asked", found) == set()
    assert told("requests.taken_back", found) == {"lead_company"}
    with pytest.raises(OutOfTurn):
        answer(world, "lead_company", "to_customs")
    with pytest.raises(OutOfTurn):
        take_back(world, "lead_police", "to_customs")


@pytest.mark.parametrize("persona", ["staff_customs", "reader_police", "coordinator", "lead_suspended"])
def test_nobody_else_takes_it_back(world: World, persona: str) -> None:
    with pytest.raises(NotAllowed):
        take_back(world, persona, "to_customs")


def test_an_offer_is_not_kept_once_the_request_is_taken_back(world: World) -> None:
    answer(world, "staff_customs", "to_customs", outcome="counter_offered")
    take_back(world, "lead_police", "to_customs")
    with pytest.raises(OutOfTurn, match="taken back"):
        answer(world, "staff_customs", "to_customs")


def test_nobody_answers_a_member_that_is_suspended_until_it_is_reinstated(world: World) -> None:
    police, actor = world.memberships["police"], world.actor("coordinator")
    membership.suspend_member(actor=actor, membership=police, reason="asked")
    with pytest.raises(OutOfTurn, match="does not take part"):
        answer(world, "staff_customs", "to_customs")
    membership.reinstate_member(actor=actor, membership=police, reason="answered")
    assert answer(world, "staff_customs", "to_customs").status == "answered"


@pytest.mark.parametrize("by_announcement", [True, False])
def test_what_waits_for_or_from_a_member_ends_when_it_leaves(world: World, by_announcement: bool) -> None:
    if by_announcement:
        announce_departure(
            actor=world.actor("lead_police"), membership=world.memberships["police"], effective_on=clock.today(),
            reason="Reorganised", choices={"notes": "stay"},
        )  # fmt: skip
        assert let_leave() == 1
    else:
        membership.withdraw_member(
            actor=world.actor("coordinator"), membership=world.memberships["police"], reason="Reorganised"
        )
    assert row(world, "by_customs", "police").status == "left"
    assert row(world, "to_customs", "customs").status == "withdrawn"
    # what was decided stays with who decided it
    assert row(world, "answered", "customs").status == "answered"
    with as_owner():
        assert "has left" in InformationRequest.objects.get(pk=world.requests["to_customs"].pk).withdrawal_reason
    with pytest.raises(OutOfTurn):
        answer(world, "staff_customs", "to_customs")


# --- reminders ---------------------------------------------------------------------------------------
def remind(days: int) -> dict[str, set[str]]:
    """Return who is reminded of which request by its id, so many days from now."""
    reminded: dict[str, set[str]] = {}
    with undone():
        claim_due(today=clock.today() + timedelta(days=days))
        for reminder in Reminder.objects.filter(source="requests.due").select_related("recipient"):
            reminded.setdefault(str(reminder.subject_id), set()).add(reminder.recipient.email.partition("@")[0])
    return reminded


def test_who_speaks_for_a_member_is_reminded_before_and_on_the_day_until_it_answers(world: World) -> None:
    found = world.requests["to_customs"]
    assert remind(1) == {}
    for days in (12, 14):
        assert remind(days)[str(found.public_id)] == {"lead_customs", "lead_company"}
    answer(world, "staff_customs", "to_customs")
    assert remind(14)[str(found.public_id)] == {"lead_company"}
    # nobody is reminded of what an asker without sight asked
    assert str(world.requests["by_former"].public_id) not in remind(14)


def test_a_reminder_is_seen_by_the_reminded_member_alone_and_its_mail_says_nothing(world: World) -> None:
    claim_due(today=clock.today() + timedelta(days=14))
    seen = Reminder.objects.filter(source="requests.due")
    assert seen.visible_to(world.actor("coordinator")).count() == 0
    assert {reminder.recipient.agency.code for reminder in seen.visible_to(world.actor("staff_customs"))} == {"customs"}
    for notice in Notice.objects.filter(kind="requests.due_reminder"):
        message = kinds.kind_of(notice).message(notice)
        assert "canary" not in f"{message.title} {message.sentence} {notice.facts}"
    assert kinds.which_hold(list(Notice.objects.filter(kind="requests.due_reminder")))


def test_the_coordinator_neither_reminds_by_hand_nor_sets_itself_on_the_ladder(world: World) -> None:
    client = caller(world, "coordinator")
    base = "/partnerships/haven/reminders/requests.due/"
    assert client.post(f"{base}{world.requests['to_customs'].public_id}/now/").status_code == 404
    body = {
        "rung-TOTAL_FORMS": "1", "rung-INITIAL_FORMS": "0", "rung-0-days": "3", "rung-0-unit": "days",
        "rung-0-side": "after", "rung-0-audience": "coordinator",
    }  # fmt: skip
    refused = client.post(base, body)
    assert refused.status_code == 422
    assert "concerns the member alone" in refused.content.decode()


# --- numbers -----------------------------------------------------------------------------------------
def test_a_number_below_three_is_not_shown_and_what_the_coordinator_took_part_in_is_not_counted(world: World) -> None:
    answer(world, "lead_police", "by_customs")
    asks(world, "coordinator", "police", "customs", "tax")
    with reading(world, "coordinator"):
        found = numbers.of_partnership(world.partnerships["haven"])
    shown = {line.label: line.number for line in found.rows}
    assert found.asked == 10
    # hidden, customs, by_customs answered
    assert shown["Answered in time"] == 3
    assert shown["Refused on R5, professional secrecy: counts against nobody"] is None


def test_what_is_late_is_counted_by_its_day(world: World) -> None:
    with clock.standing_at(clock.now() + timedelta(days=20)):
        answer(world, "lead_police", "by_customs")
        with reading(world, "coordinator"):
            found = numbers.of_partnership(world.partnerships["haven"])
    shown = {line.label: line.number for line in found.rows}
    # customs twice, the company and the suspended member
    assert shown["Not answered in time: no refusal"] == 4
    assert shown["Still waiting, in time"] is None


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 6), min_size=1))
def test_no_hidden_number_can_be_worked_out_from_those_that_are_shown(counts: dict[str, int]) -> None:
    shown, total = without_small(counts)
    hidden = [name for name, number in shown.items() if number is None]
    assert all(number is None or number >= FEWEST for number in shown.values())
    if total is None or not hidden:
        return
    assert total >= FEWEST
    rest = total - sum(number for number in shown.values() if number is not None)
    # nothing happened in any of them, or it could have been otherwise
    assert (
        rest == 0
        or (len(hidden) > 1 and any(counts[name] != rest / len(hidden) for name in hidden))
        or (rest < (FEWEST - 1) * len(hidden))
    )


# --- who can act -------------------------------------------------------------------------------------
def test_who_can_act_starts_from_a_request_that_one_sees(world: World, client: Client) -> None:
    haven, found = world.partnerships["haven"], world.requests["to_customs"]
    given_ = {"request": str(found.public_id)}
    with reading(world, "staff_customs") as actor:
        assert acting.start_of(actor, haven, given_).title == found.title
    with reading(world, "lead_tax") as actor:
        assert acting.start_of(actor, haven, given_) is None
        assert acting.start_of(actor, haven, {"request": "nonsense"}) is None
