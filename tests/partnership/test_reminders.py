"""Reminders of commitments: none lost, none doubled, none to who may no longer know."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.core import mail

from foundation import clock
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.models import Delivery, Notice
from foundation.notifications.preferences import choose
from foundation.notifications.sending import deliver_ready
from partnership.agreements.services import steps
from partnership.commitments.reminders import DUE
from partnership.commitments.services import block_commitment, claim_done, replan_commitment
from partnership.meetings.models import AgendaItem
from partnership.meetings.services.calling import plan_meeting
from partnership.membership.services import name_representatives, suspend_member
from partnership.reminders import services, sources
from partnership.reminders.claiming import claim_due
from partnership.reminders.ladders import Audience, Rung
from partnership.reminders.models import Reminder
from tests.world import World

WEEK_BEFORE, ON_THE_DAY = "-7d:doer", "+0d:doer"
LEAD, COORDINATOR, STEERING = "+5d:lead", "+15d:coordinator", "+30d:steering"


@pytest.fixture(autouse=True)
def quiet_outbox(db: None) -> None:
    """What the world's making queued is not what is asked here."""
    Delivery.objects.all().delete()


def made_for(world: World, name: str) -> list[tuple[str, str]]:
    subject = world.commitments[name].public_id
    rows = Reminder.objects.filter(source="commitments.due", subject_id=subject).select_related("recipient")
    return [(row.rung, row.recipient.name) for row in rows.order_by("pk")]


def due_on(world: World, name: str) -> date:
    world.commitments[name].refresh_from_db()
    return world.commitments[name].due_on


def test_what_is_due_today_and_in_a_week_is_reminded_of_once(world: World) -> None:
    claim_due()
    claim_due()
    assert made_for(world, "check") == [(ON_THE_DAY, "Person staff_police")]
    assert made_for(world, "report") == [(WEEK_BEFORE, "Person staff_customs")]
    notices = Notice.objects.filter(kind="commitments.due_reminder")
    made = Reminder.objects.filter(source="commitments.due")
    assert notices.count() == Delivery.objects.filter(notice__in=notices).count() == made.count()


def test_what_is_only_proposed_or_claimed_done_is_not_reminded_of(world: World) -> None:
    claim_due(today=clock.today() + timedelta(days=25))
    assert made_for(world, "camera") == []
    assert made_for(world, "claimed") == []


@pytest.mark.parametrize("days", [1, 2, 4, 40])
def test_after_days_without_a_worker_the_reminder_is_still_made(world: World, days: int) -> None:
    claim_due(today=clock.today() + timedelta(days=days))
    assert (ON_THE_DAY, "Person staff_police") in made_for(world, "check")


def test_what_is_blocked_is_reminded_of_all_the_same(world: World) -> None:
    block_commitment(
        actor=world.actor("staff_police"),
        commitment=world.commitments["check"],
        reason="No boat",
        blocker_words="The boat",
    )
    claim_due()
    assert made_for(world, "check") == [(ON_THE_DAY, "Person staff_police")]


def test_the_ladder_goes_from_the_doer_to_the_steering_group(world: World) -> None:
    """Each week one look: whoever was reminded on a rung is not reminded on it again."""
    name_representatives(
        actor=world.actor("coordinator"), membership=world.memberships["customs"],
        representative=world.people["staff_customs"], representative_mandate="", deputy=None, deputy_mandate="",
    )  # fmt: skip
    for weeks in range(9):
        claim_due(today=clock.today() + timedelta(weeks=weeks))
    steering = {"Person coordinator", "Person lead_municipality", "Person lead_police", "Person staff_customs",
                "Person lead_tax"}  # fmt: skip
    made = made_for(world, "check")
    assert made[:2] == [(ON_THE_DAY, "Person staff_police"), (LEAD, "Person lead_police")]
    coordinators = {name for rung, name in made if rung == COORDINATOR}
    assert coordinators <= {"Person coordinator", "Person lead_municipality"}
    assert coordinators
    assert {name for rung, name in made if rung == STEERING} <= steering
    assert {"Person lead_police", "Person staff_customs", "Person lead_tax"} <= {
        name for rung, name in made if rung == STEERING
    }
    assert len(made) == len(set(made))


def test_a_suspended_member_is_not_reminded(world: World) -> None:
    suspend_member(actor=world.actor("coordinator"), membership=world.memberships["police"], reason="asked")
    claim_due()
    assert made_for(world, "check") == []


def test_when_the_person_has_left_the_representative_is_reminded(world: World) -> None:
    person = world.people["staff_police"]
    person.is_active = False
    person.save()
    claim_due()
    assert made_for(world, "check") == [(ON_THE_DAY, "Person lead_police")]


def test_the_mail_has_a_safe_title_a_link_and_a_stable_message_id(world: World) -> None:
    claim_due()
    deliver_ready()
    deliver_ready()
    [message] = [each for each in mail.outbox if each.to == ["staff_police@haven.example"]]
    notice = Notice.objects.get(kind="commitments.due_reminder", recipient=world.people["staff_police"])
    assert "is due" in message.subject
    assert f"/partnerships/haven/commitments/{world.commitments['check'].public_id}/" in message.body
    assert "Promise check" not in message.subject + message.body
    assert str(notice.public_id) in message.extra_headers["Message-ID"]


def test_what_was_done_between_claim_and_sending_is_not_mailed(world: World) -> None:
    claim_due()
    claim_done(actor=world.actor("staff_police"), commitment=world.commitments["check"], evidence="Report 7")
    deliver_ready()
    assert not [each for each in mail.outbox if "is due" in each.subject and "staff_police" in each.to[0]]


def test_another_date_starts_the_reminders_anew(world: World) -> None:
    claim_due()
    later = clock.today() + timedelta(days=7)
    replan_commitment(
        actor=world.actor("staff_police"), commitment=world.commitments["check"], due_on=later, reason="No boat"
    )
    claim_due()
    assert made_for(world, "check") == [
        (ON_THE_DAY, "Person staff_police"),
        (WEEK_BEFORE, "Person staff_police"),
    ]


def test_a_partnership_chooses_its_own_ladder_and_goes_back(world: World) -> None:
    haven, coordinator = world.partnerships["haven"], world.actor("coordinator")
    services.choose_ladder(
        actor=coordinator, partnership=haven, source=DUE, rungs=[Rung(-30, Audience.LEAD), Rung(0, Audience.LEAD)]
    )
    claim_due()
    assert made_for(world, "check") == [("+0d:lead", "Person lead_police")]
    assert made_for(world, "hill") == [(WEEK_BEFORE, "Person lead_elsewhere")]
    services.choose_ladder(actor=coordinator, partnership=haven, source=DUE, rungs=[])
    claim_due()
    assert made_for(world, "check") == [("+0d:lead", "Person lead_police")]
    services.reset_ladder(actor=coordinator, partnership=haven, source=DUE)
    claim_due()
    assert (ON_THE_DAY, "Person staff_police") in made_for(world, "check")


def test_a_ladder_is_the_coordinators_and_sound(world: World) -> None:
    haven = world.partnerships["haven"]
    for persona in set(world.actors()) - {"coordinator", "lead_municipality"}:
        with pytest.raises(NotAllowed):
            services.choose_ladder(actor=world.actor(persona), partnership=haven, source=DUE, rungs=[])
    twice, far = [Rung(1, Audience.LEAD)] * 2, [Rung(400, Audience.LEAD)]
    many = [Rung(number, Audience.LEAD) for number in range(11)]
    for wrong in (twice, far, many):
        with pytest.raises(Invalid):
            services.choose_ladder(actor=world.actor("coordinator"), partnership=haven, source=DUE, rungs=wrong)


def test_the_coordinator_reminds_by_hand_once_a_day(world: World) -> None:
    commitment = world.commitments["check"]
    asked = {"partnership": world.partnerships["haven"], "source": DUE, "subject_id": commitment.public_id}
    with pytest.raises(NotAllowed):
        services.remind_now(actor=world.actor("lead_customs"), **asked)
    assert services.remind_now(actor=world.actor("coordinator"), **asked) == [world.people["staff_police"]]
    with pytest.raises(OutOfTurn):
        services.remind_now(actor=world.actor("coordinator"), **asked)
    deliver_ready()
    assert [message.to for message in mail.outbox] == [["staff_police@haven.example"]]
    claim_done(actor=world.actor("staff_police"), commitment=commitment, evidence="Report 7")
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1)), pytest.raises(OutOfTurn):
        services.remind_now(actor=world.actor("coordinator"), **asked)


def test_the_coordinator_sees_all_reminders_others_those_of_their_own_people(world: World) -> None:
    claim_due()
    names = {
        persona: {row.recipient.name for row in Reminder.objects.visible_to(actor).select_related("recipient")}
        for persona, actor in world.actors().items()
    }
    assert {"Person staff_police", "Person staff_customs"} <= names["coordinator"]
    assert names["reader_police"] == {"Person staff_police"}
    assert names["lead_tax"] == names["lead_invited"] == names["lead_suspended"] == names["site_admin"] == set()
    # who left Haven coordinates Hill
    assert names["lead_former"] == names["lead_elsewhere"] == {"Person lead_elsewhere"}


def test_quiet_hours_and_gathered_mail_hold_for_reminders_too(world: World) -> None:
    choose(
        actor=world.actor("staff_police"), cadence="daily", time_zone="UTC", quiet_from=None, quiet_until=None,
        gathered_at=time(8), weekday=0, by_kind={},
    )  # fmt: skip
    choose(
        actor=world.actor("staff_customs"), cadence="never", time_zone="", quiet_from=None, quiet_until=None,
        gathered_at=time(8), weekday=0, by_kind={},
    )  # fmt: skip
    claim_due()
    [gathered] = Delivery.objects.filter(notice__recipient=world.people["staff_police"])
    assert gathered.is_gathered
    assert gathered.not_before.hour == 8
    assert gathered.not_before > clock.now()
    assert made_for(world, "report") == [(WEEK_BEFORE, "Person staff_customs")]
    assert not Delivery.objects.filter(notice__recipient=world.people["staff_customs"]).exists()


def test_an_answer_that_is_awaited_for_five_working_days_is_asked_for(world: World) -> None:
    claim_due(today=clock.today() + timedelta(days=9))
    waiting = set(Reminder.objects.filter(rung="+5w:lead").values_list("source", "recipient__name"))
    assert {
        ("commitments.to_accept", "Person lead_company"),
        ("commitments.to_accept", "Person lead_police"),
        ("responsibilities.to_accept", "Person lead_customs"),
        ("responsibilities.to_accept", "Person lead_company"),
        ("agreements.to_sign", "Person lead_customs"),
        ("agreements.to_sign", "Person lead_municipality"),
        ("competences.to_confirm", "Person lead_customs"),
        ("competences.to_acknowledge", "Person lead_customs"),
        ("competences.to_acknowledge", "Person lead_municipality"),
        ("competences.to_acknowledge", "Person lead_company"),
        ("competences.to_acknowledge", "Person lead_tax"),
    } == waiting


def test_a_signature_given_meanwhile_ends_its_reminder(world: World) -> None:
    claim_due(today=clock.today() + timedelta(days=9))
    steps.sign(
        actor=world.actor("lead_customs"), version=world.versions["sharing"],
        version_hash=world.versions["sharing"].content_hash, function="Director",
        mandate_basis="Decision 12", password="a-long-test-password",
    )  # fmt: skip
    deliver_ready()
    told = [message.to[0] for message in mail.outbox if "waits for a signature" in message.subject]
    assert told == ["lead_municipality@haven.example"]


@pytest.mark.parametrize(
    ("days", "rung"), [(210, "-90d:coordinator"), (270, "-30d:coordinator"), (300, "+0d:coordinator")]
)
def test_the_review_of_an_agreement_is_reminded_of_a_quarter_and_a_month_ahead_and_on_the_day(
    world: World, days: int, rung: str
) -> None:
    claim_due(today=clock.today() + timedelta(days=days))
    found = Reminder.objects.filter(source="agreements.review", subject_id=world.versions["covenant"].public_id)
    assert {(row.rung, row.recipient.name) for row in found.select_related("recipient")} == {
        (rung, "Person coordinator")
    }


def test_every_source_can_be_asked_and_says_something(world: World) -> None:
    for weeks in (1, 2, 26, 30, 39, 43):
        claim_due(today=clock.today() + timedelta(weeks=weeks))
    made = set(Reminder.objects.values_list("source", flat=True))
    assert {"commitments.due", "commitments.to_verify", "agreements.review", "membership.review"} <= made
    for source in sources.all_sources():
        for notice in Notice.objects.filter(kind=source.kind.slug)[:5]:
            message = source.kind.message(notice)
            assert message.title
            assert message.path.startswith("/partnerships/haven/") or "hill" in message.path


def test_what_reaches_the_coordinator_comes_onto_the_next_agenda_once(world: World) -> None:
    begins = clock.now() + timedelta(minutes=5)
    meeting = plan_meeting(
        actor=world.actor("coordinator"), partnership=world.partnerships["haven"], title="Monthly meeting",
        starts_at=begins, ends_at=begins + timedelta(hours=2), chair=world.memberships["police"], place="Town hall",
    )  # fmt: skip
    for weeks in (3, 4, 5):
        claim_due(today=clock.today() + timedelta(weeks=weeks))
    [item] = AgendaItem.objects.filter(about=world.commitments["check"])
    assert (item.meeting, item.title) == (meeting, "Overdue: Promise check")
    assert item.presenter == world.memberships["police"]


def test_who_presents_without_a_paper_is_reminded_five_working_days_ahead(world: World) -> None:
    meeting = world.meetings["called"]
    claim_due(today=meeting.starts_at.date() - timedelta(days=3))
    found = Reminder.objects.filter(source="meetings.papers", subject_id=meeting.public_id)
    presenting = meeting.items.filter(status="open", papers__isnull=True).values("presenter__agency")
    assert found
    assert set(found.values_list("recipient__agency", flat=True)) <= {row["presenter__agency"] for row in presenting}
