"""Reminders of commitments: none lost, none doubled, none to who may no longer know."""

from datetime import date, timedelta

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from foundation import clock
from foundation.notifications.models import Delivery, Notice
from foundation.notifications.sending import deliver_ready
from partnership.commitments.models import Reminder, Rule
from partnership.commitments.reminders import claim_due
from partnership.commitments.schedule import WINDOWS, rules_due
from partnership.commitments.services import claim_done, replan_commitment
from partnership.membership.services import suspend_member
from tests.world import World

DUE = date(2026, 12, 12)


@pytest.fixture(autouse=True)
def quiet_outbox(db: None) -> None:
    """What the world's making queued is not what is asked here."""
    Delivery.objects.all().delete()


def made_for(world: World, name: str) -> list[tuple[str, str]]:
    rows = Reminder.objects.filter(commitment=world.commitments[name]).select_related("recipient")
    return [(row.rule, row.recipient.name) for row in rows.order_by("pk")]


@given(days=st.integers(min_value=-400, max_value=400))
def test_a_rule_fires_on_each_day_of_its_window_and_on_no_other(days: int) -> None:
    due = rules_due(due_on=DUE, today=DUE + timedelta(days=days))
    assert due == [window.rule for window in WINDOWS if window.first <= days <= window.last]
    assert len(due) <= 1


def test_what_is_due_today_and_in_a_week_is_reminded_of_once(world: World) -> None:
    claim_due()
    claim_due()
    assert made_for(world, "check") == [(Rule.ON_THE_DAY, "Person staff_police")]
    assert made_for(world, "report") == [(Rule.WEEK_BEFORE, "Person staff_customs")]
    notices = Notice.objects.filter(kind="commitments.reminder")
    assert notices.count() == Delivery.objects.filter(notice__in=notices).count() == Reminder.objects.count()


def test_what_is_only_proposed_or_claimed_done_is_not_reminded_of(world: World) -> None:
    claim_due(today=clock.today() + timedelta(days=25))
    assert made_for(world, "camera") == []
    assert made_for(world, "claimed") == []


def test_after_two_days_without_a_worker_the_reminder_is_still_made(world: World) -> None:
    claim_due(today=clock.today() + timedelta(days=2))
    assert (Rule.ON_THE_DAY, "Person staff_police") in made_for(world, "check")


def test_five_days_overdue_it_goes_to_the_lead(world: World) -> None:
    claim_due(today=clock.today() + timedelta(days=5))
    assert made_for(world, "check") == [(Rule.OVERDUE, "Person lead_police")]


def test_a_suspended_member_is_not_reminded(world: World) -> None:
    suspend_member(actor=world.actor("coordinator"), membership=world.memberships["police"], reason="asked")
    claim_due()
    assert made_for(world, "check") == []


def test_when_the_person_has_left_the_representative_is_reminded(world: World) -> None:
    person = world.people["staff_police"]
    person.is_active = False
    person.save()
    claim_due()
    assert made_for(world, "check") == [(Rule.ON_THE_DAY, "Person lead_police")]


def test_the_mail_has_a_safe_title_a_link_and_a_stable_message_id(world: World) -> None:
    claim_due()
    deliver_ready()
    deliver_ready()
    [message] = [each for each in mail.outbox if each.to == ["staff_police@haven.example"]]
    notice = Notice.objects.get(kind="commitments.reminder", recipient=world.people["staff_police"])
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
        (Rule.ON_THE_DAY, "Person staff_police"),
        (Rule.WEEK_BEFORE, "Person staff_police"),
    ]
