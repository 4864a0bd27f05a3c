"""The reminders that are measured: as many as are due, one for each, and every mail arrives. Never times."""

from datetime import date, timedelta

import pytest
from django.db import connection

from benchmarks import reminders
from benchmarks.corpus import Corpus
from benchmarks.promises import ONE_OF, days_of_one_rung, promise
from benchmarks.reminders import AGAIN, CLAIM, CLAIMED, MAILS, Bench, targets
from benchmarks.report import PROMISED_AT, Row, WrongAnswer
from foundation.notifications.models import Delivery
from partnership.commitments.models import Commitment
from partnership.commitments.reminders import LADDER
from partnership.reminders.claiming import claim_due
from partnership.reminders.models import Reminder
from partnership.reminders.schedule import rungs_due
from tests.world.roles import as_owner

SIZE = 1_000
OWNER = "default"


def row(name: str, ours: float, floor: float | None = None, size: int = PROMISED_AT) -> Row:
    return Row(name=name, size=size, ours=ours, floor=floor)


@pytest.mark.django_db
def test_what_is_due_is_made_once_and_its_mails_arrive() -> None:
    # what the world that tests live in promised, and the mails it made, are not asked about
    Commitment.objects.update(
        status="dropped",
        reason="Not measured",
        blocker=None,
        blocker_words="",
        blocked_reason="",
        verified_by=None,
        asked_due_on=None,
        asked_reason="",
    )
    claim_due()
    Delivery.objects.all().delete()
    before, promised = Reminder.objects.count(), Commitment.objects.count()
    with as_owner():
        Corpus(connection)
        promises = promise(connection, SIZE)
        bench = Bench(promises, owner=OWNER, rounds=1)
        claimed = list(bench.claims())
        assert Reminder.objects.count() - before == Delivery.objects.count() == promises.due == SIZE // ONE_OF
        mails = bench.mails()
    assert [found.name for found in claimed] == [CLAIM, CLAIMED, AGAIN]
    assert (mails.name, mails.unit, mails.size) == (MAILS, "mails/s", SIZE)
    # before the clock starts, and once more
    assert Delivery.objects.filter(state="sent").count() == 2 * bench.mails_each == promises.due
    assert Commitment.objects.count() == promised + SIZE
    assert Delivery.objects.values("notice__recipient").distinct().count() > 1


@pytest.mark.parametrize("ahead", range(0, 366, 5))
def test_on_every_day_there_are_dates_for_which_one_rung_fires(ahead: int) -> None:
    today = date(2026, 1, 1) + timedelta(days=ahead)
    days = days_of_one_rung(today)
    assert days
    assert all(rungs_due(day, today, LADDER, "NL") == [LADDER[0]] for day in days)


@pytest.mark.parametrize(
    ("found", "met"),
    [
        (row(CLAIM, 5_000), [True]),
        (row(CLAIM, 5_001), [False]),
        (row(MAILS, 50, 100), [True]),
        (row(MAILS, 49, 100), [False]),
        (row(CLAIMED, 1, 100), []),
        (row(AGAIN, 9_000), []),
        (row(CLAIM, 9_000, size=10_000), []),
    ],
)
def test_what_is_promised_of_reminders(found: Row, met: list[bool]) -> None:
    assert [target.met for target in targets([found])] == met


def test_another_number_than_is_due_ends_the_run() -> None:
    with pytest.raises(WrongAnswer, match="making what is due: 1 instead of 2"):
        reminders._require(CLAIM, 1, 2)
