"""The record: quorum, decisions, commitments made in a meeting; and that nothing of it changes once it is closed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import models, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from foundation import clock
from foundation.errors import Invalid, NotAllowed
from partnership.commitments.models import Commitment
from partnership.meetings import services
from partnership.meetings.models import (
    AgendaItem,
    Attendance,
    CoreMember,
    Decision,
    Dissent,
    Meeting,
    MeetingChange,
    MeetingCommitment,
    Paper,
)
from partnership.meetings.quorum import needed_of, standing
from partnership.membership.services import reinstate_member, suspend_member, withdraw_member
from tests.world import World
from tests.world.attempts import database_refuses
from tests.world.meetings import plan, record_all

ACTIVE = {"municipality", "police", "customs", "tax", "company"}


def sit(world: World, **quorum: Any) -> Meeting:
    """Return a meeting that sits, of which nobody is on record yet."""
    coordinator = world.actor("coordinator")
    meeting = plan(world, "Lock", clock.now() + timedelta(minutes=1), **quorum)
    services.call_meeting(actor=coordinator, meeting=meeting)
    return services.start_meeting(actor=coordinator, meeting=meeting)


def represent(world: World, meeting: Meeting, **statuses: str) -> None:
    rows = [services.Represented(world.memberships[code], status) for code, status in statuses.items()]
    services.record_attendance(actor=world.actor("coordinator"), meeting=meeting, rows=rows)


def decide(world: World, meeting: Meeting, persona: str = "coordinator", **changes: Any) -> Decision:
    asked = {"text": "We look twice", "rule": "consensus", **changes}
    return services.record_decision(actor=world.actor(persona), meeting=meeting, **asked)


def close(world: World, meeting: Meeting) -> Meeting:
    record_all(world, meeting)
    return services.close_meeting(actor=world.actor("coordinator"), meeting=meeting)


# --- quorum --------------------------------------------------------------------------------------
@given(members=st.integers(1, 60), percent=st.integers(1, 100))
def test_the_number_needed_is_the_smallest_that_is_at_least_the_share(members: int, percent: int) -> None:
    needed = needed_of(members, percent)
    assert needed * 100 >= members * percent > (needed - 1) * 100
    assert 1 <= needed <= members


def test_half_of_five_active_members_are_three_and_a_deputy_counts(world: World) -> None:
    meeting = sit(world)
    represent(world, meeting, police="present", customs="deputy", tax="apology", company="absent")
    assert (standing(meeting).represented, standing(meeting).needed, standing(meeting).is_met) == (2, 3, False)
    assert standing(meeting).sentence == "2 of 5 active members are represented; 3 needed."
    represent(world, meeting, municipality="present")
    assert standing(meeting).is_met


def test_before_the_meeting_it_is_a_forecast_of_what_members_announce(world: World) -> None:
    meeting = world.meetings["called"]
    for persona, announced in (("lead_police", "coming"), ("lead_customs", "deputy"), ("lead_tax", "apology")):
        services.answer_call(actor=world.actor(persona), meeting=meeting, announced=announced)
    found = standing(meeting)
    assert (found.is_forecast, found.represented, found.is_met) == (True, 2, False)
    assert found.sentence == "2 of 5 active members say that they come; 3 needed."


def test_named_members_must_all_be_there(world: World) -> None:
    core = [world.memberships["police"], world.memberships["customs"]]
    meeting = sit(world, quorum_rule="named", core_members=core)
    represent(world, meeting, police="present", tax="present", company="present", municipality="present")
    assert (standing(meeting).is_met, standing(meeting).missing) == (False, ("Haven Customs",))
    represent(world, meeting, customs="deputy")
    assert standing(meeting).is_met


def test_who_is_not_active_neither_counts_nor_is_needed(world: World) -> None:
    coordinator = world.actor("coordinator")
    meeting = sit(world)
    represent(world, meeting, police="present", customs="present")
    suspend_member(actor=coordinator, membership=world.memberships["police"], reason="asked")
    assert (standing(meeting).represented, standing(meeting).members, standing(meeting).needed) == (1, 4, 2)
    with pytest.raises(Invalid):
        represent(world, meeting, former="present")


def test_of_named_members_that_have_all_left_there_is_no_quorum(world: World) -> None:
    meeting = sit(world, quorum_rule="named", core_members=[world.memberships["tax"]])
    represent(world, meeting, tax="present", police="present")
    suspend_member(actor=world.actor("coordinator"), membership=world.memberships["tax"], reason="asked")
    assert not standing(meeting).is_met
    assert standing(meeting).sentence == "None of the members named for the quorum is active."


def test_a_closed_meeting_keeps_the_quorum_it_had(world: World) -> None:
    coordinator = world.actor("coordinator")
    suspend_member(actor=coordinator, membership=world.memberships["company"], reason="asked")
    meeting = sit(world)
    record_all(world, meeting, "absent", police="present", customs="present")
    services.close_meeting(actor=coordinator, meeting=meeting)
    meeting.refresh_from_db()
    before = standing(meeting)
    assert (before.represented, before.members, before.is_met) == (2, 4, True)
    reinstate_member(actor=coordinator, membership=world.memberships["company"], reason="settled")
    withdraw_member(actor=coordinator, membership=world.memberships["police"], reason="gone")
    assert standing(meeting) == before


def test_the_closed_meeting_of_the_world_counts_who_was_active_then(world: World) -> None:
    """Two of its members have left since."""
    found = standing(world.meetings["closed"])
    assert (found.members, found.represented) == (7, 5)


def test_it_does_not_close_before_every_active_member_is_on_record(world: World) -> None:
    meeting = sit(world)
    represent(world, meeting, police="present", customs="present", tax="present", municipality="present")
    with pytest.raises(Invalid, match="Haven Terminals"):
        services.close_meeting(actor=world.actor("coordinator"), meeting=meeting)


def test_what_was_not_reached_is_put_off(world: World) -> None:
    meeting = sit(world)
    item = services.propose_item(
        actor=world.actor("coordinator"), meeting=meeting, title="Rail", presenter=world.memberships["tax"]
    )
    close(world, meeting)
    item.refresh_from_db()
    assert item.status == "postponed"


def test_who_came_is_of_the_member_or_is_named(world: World) -> None:
    meeting, coordinator = sit(world), world.actor("coordinator")
    tax = world.memberships["tax"]
    with pytest.raises(Invalid):
        services.record_attendance(
            actor=coordinator,
            meeting=meeting,
            rows=[services.Represented(tax, "present", person=world.people["lead_customs"])],
        )
    with pytest.raises(Invalid):
        services.record_attendance(actor=coordinator, meeting=meeting, rows=[services.Represented(tax, "asleep")])
    services.record_attendance(
        actor=coordinator, meeting=meeting, rows=[services.Represented(tax, "absent", name="Nobody")]
    )
    assert meeting.attendances.get(member=tax).who == ""


# --- decisions -----------------------------------------------------------------------------------
def test_decisions_are_numbered_by_partnership_and_year(world: World) -> None:
    meeting = sit(world)
    taken = Decision.objects.filter(partnership=meeting.partnership, year=timezone.localdate().year).count()
    first, second = decide(world, meeting), decide(world, meeting)
    assert [first.number, second.number] == [taken + 1, taken + 2]
    assert first.label == f"{timezone.localdate().year}-{first.number:02}"
    with database_refuses("decision_number_once"):
        Decision.objects.filter(pk=second.pk).update(number=first.number)


def test_the_first_decision_of_another_year_is_number_one(world: World) -> None:
    with clock.standing_at(clock.now() + timedelta(days=800)):
        assert decide(world, sit(world)).number == 1


def test_a_member_that_decides_alone_is_named_and_only_then(world: World) -> None:
    meeting, police = sit(world), world.memberships["police"]
    assert decide(world, meeting, rule="member_alone", decided_by=police, competence="By-law 5").decided_by == police
    for wrong in (
        {"rule": "member_alone"},
        {"decided_by": police},
        {"rule": "dice"},
        {"rule": "member_alone", "decided_by": world.memberships["former"]},
        {"text": "  "},
        {"item": world.items["patrol"]},
        {"corrects": decide(world, meeting)},
    ):
        with pytest.raises(Invalid):
            decide(world, meeting, **wrong)
    with database_refuses("decision_alone_names_the_member"):
        Decision.objects.filter(meeting=meeting, rule="consensus").update(decided_by=police)


def test_dissent_is_noted_once_per_member_in_its_last_words(world: World) -> None:
    meeting, coordinator = sit(world), world.actor("coordinator")
    decision = decide(world, meeting, rule="member_alone", decided_by=world.memberships["police"])
    for text in ("Too costly", "Far too costly"):
        services.note_dissent(actor=coordinator, decision=decision, member=world.memberships["tax"], text=text)
    assert decision.dissents.get().text == "Far too costly"
    with pytest.raises(Invalid):
        services.note_dissent(actor=coordinator, decision=decision, member=world.memberships["tax"], text=" ")
    with pytest.raises(Invalid):
        services.note_dissent(actor=coordinator, decision=decision, member=world.memberships["police"], text="I")
    with pytest.raises(Invalid):
        services.note_dissent(actor=coordinator, decision=decision, member=world.memberships["elsewhere"], text="I")


def test_a_decision_is_reworded_while_it_sits_and_corrected_by_a_new_one_afterwards(world: World) -> None:
    first, coordinator = sit(world), world.actor("coordinator")
    decision = decide(world, first)
    services.reword_decision(actor=coordinator, decision=decision, text="We look three times", rule="majority")
    close(world, first)
    with pytest.raises(Exception, match="can no longer be done"):
        services.reword_decision(actor=coordinator, decision=decision, text="Never", rule="majority")
    correction = decide(world, sit(world), text="We look once", corrects=decision)
    decision.refresh_from_db()
    assert decision.text == "We look three times"
    assert decision.corrections.get() == correction
    assert decision not in Decision.objects.in_force()
    assert set(Decision.objects.corrected()) == {decision}


def test_a_decision_of_another_partnership_is_not_corrected(world: World) -> None:
    decision = world.decisions["closed"]
    with database_refuses("decision_of_meeting"):
        Decision.objects.filter(pk=world.decisions["sitting"].pk).update(partnership=world.partnerships["hill"])
    with database_refuses("decision_on_item"):
        Decision.objects.filter(pk=world.decisions["sitting"].pk).update(item=world.items["patrol"])
    with database_refuses("decision_taker_in_partnership"):
        Decision.objects.filter(pk=world.decisions["sitting"].pk).update(
            rule="member_alone", decided_by=world.memberships["elsewhere"]
        )
    with database_refuses("decision_corrects_another"):
        Decision.objects.filter(pk=world.decisions["sitting"].pk).update(corrects=models.F("pk"))
    assert decision.corrections.count() == 0


# --- commitments made in a meeting -----------------------------------------------------------------
def promise(world: World, meeting: Meeting, persona: str = "coordinator", **changes: Any) -> Commitment:
    asked = {
        "promise": "To look twice",
        "owner": world.memberships["customs"],
        "due_on": clock.today() + timedelta(days=9),
        "done_when": "Looked at",
        **changes,
    }
    return services.commit_in_meeting(actor=world.actor(persona), meeting=meeting, **asked)


def test_a_commitment_made_in_a_meeting_is_tied_to_its_decision_and_item(world: World) -> None:
    meeting = sit(world)
    item = services.propose_item(
        actor=world.actor("coordinator"), meeting=meeting, title="Rail", presenter=world.memberships["tax"]
    )
    decision = decide(world, meeting, item=item)
    made = promise(world, meeting, decision=decision)
    link = MeetingCommitment.objects.get(commitment=made)
    assert (link.meeting, link.decision, link.item, made.status) == (meeting, decision, item, "proposed")


def test_who_chairs_promises_for_its_own_member_alone(world: World) -> None:
    meeting = sit(world)
    assert promise(world, meeting, "lead_police", owner=world.memberships["police"]).status == "accepted"
    with pytest.raises(NotAllowed):
        promise(world, meeting, "lead_police")
    assert MeetingCommitment.objects.filter(meeting=meeting).count() == 1


def test_a_commitment_refers_to_nothing_of_another_meeting_or_partnership(world: World) -> None:
    meeting = sit(world)
    with pytest.raises(Invalid):
        promise(world, meeting, item=world.items["patrol"])
    with pytest.raises(Invalid):
        promise(world, meeting, decision=world.decisions["sitting"])
    link = MeetingCommitment.objects.get(commitment=promise(world, meeting))
    for constraint, columns in (
        ("made_in_partnership", {"commitment": world.commitments["hill"]}),
        ("made_by_decision", {"decision": world.decisions["sitting"]}),
        ("made_on_item", {"item": world.items["patrol"]}),
    ):
        with database_refuses(constraint):
            MeetingCommitment.objects.filter(pk=link.pk).update(**columns)


# --- frozen ----------------------------------------------------------------------------------------
def closed_with_everything(world: World) -> Meeting:
    core = [world.memberships["police"]]
    meeting, coordinator = sit(world, quorum_rule="named", core_members=core), world.actor("coordinator")
    item = services.propose_item(actor=coordinator, meeting=meeting, title="Rail", presenter=world.memberships["tax"])
    services.add_paper(actor=coordinator, item=item, title="Map", text="North")
    decision = decide(world, meeting, item=item)
    services.note_dissent(actor=coordinator, decision=decision, member=world.memberships["tax"], text="No")
    promise(world, meeting, decision=decision)
    return close(world, meeting)


COLUMNS: dict[type[models.Model], dict[str, Any]] = {
    Decision: {"text": "Forged"},
    Dissent: {"text": "Forged"},
    Attendance: {"status": "absent"},
    AgendaItem: {"outcome": "Forged"},
    Paper: {"text": "Forged"},
    MeetingCommitment: {"decision": None},
    CoreMember: {"member_id": -1},
}


@pytest.mark.parametrize("model", COLUMNS, ids=lambda model: model.__name__)
def test_the_database_lets_nothing_be_changed_added_or_deleted_after_closing(
    world: World, model: type[models.Model]
) -> None:
    meeting = closed_with_everything(world)
    rows = model._base_manager.filter(meeting=meeting)
    row = rows.first()
    assert row is not None
    with database_refuses("meeting has ended|record stays"):
        rows.update(**COLUMNS[model])
    with database_refuses("meeting has ended|record stays"):
        rows._raw_delete(rows.db)
    row.pk = None
    if hasattr(row, "public_id"):
        row.public_id = model._meta.get_field("public_id").get_default()
    with database_refuses("meeting has ended|record stays"):
        row.save(force_insert=True)
    # nor is a row of an open meeting moved into it, or out of it
    with database_refuses("meeting has ended|record stays"):
        rows.update(meeting=world.meetings["sitting"])


def test_the_database_lets_a_closed_meeting_be(world: World) -> None:
    meeting = Meeting.objects.filter(pk=world.meetings["closed"].pk)
    for columns in ({"status": "in_session"}, {"title": "Forged"}, {"starts_at": clock.now()}):
        with database_refuses("meeting has ended|record stays"):
            meeting.update(**columns)
    with database_refuses("meeting has ended|record stays"):
        meeting._raw_delete(meeting.db)
    with database_refuses("meeting has ended|record stays"):
        Meeting.objects.filter(pk=world.meetings["cancelled"].pk).update(status="planned")


def test_the_history_of_a_meeting_only_grows(world: World) -> None:
    changes = MeetingChange.objects.filter(meeting=world.meetings["called"])
    with database_refuses("only grows"):
        changes.update(reason="Forged")
    with database_refuses("only grows"):
        changes.delete()


def test_a_person_can_be_forgotten_and_what_was_decided_stays(world: World) -> None:
    """Erasing somebody empties the columns that named them, also in a closed record, and nothing else."""
    person = world.people["coordinator"]
    recorded = Decision.objects.filter(pk=world.decisions["closed"].pk)
    with transaction.atomic():
        recorded.update(recorded_by=None)
        assert recorded.get().text == "Decision closed"
        MeetingChange.objects.filter(by=person).update(by=None)
        Attendance.objects.filter(meeting=world.meetings["closed"]).update(recorded_by=None, person=None)
    with database_refuses("record stays"):
        recorded.update(recorded_by=person)
    with database_refuses("record stays"):
        recorded.update(recorded_by=None, text="Forged")
