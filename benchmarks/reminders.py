"""Reminders: making all that are due in one statement, and carrying their mails out over real SMTP.

Mails are counted against a floor that does nothing but render the same mails and hand them over, on one connection
that stays open, to the same server: no outbox, no lease, no rights asked again, nothing recorded (docs/performance.md).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from django.core.mail import get_connection
from django.db import connection, connections, transaction
from django.test.utils import override_settings

from benchmarks.loading import settle
from benchmarks.measure import Contender, medians
from benchmarks.promises import Promises, promise
from benchmarks.report import PROMISED_AT, Row, Target, WrongAnswer
from benchmarks.sink import Sink
from config.embedded.ports import LOOPBACK
from foundation import clock
from foundation.notifications.mails import mail
from foundation.notifications.models import Notice
from foundation.notifications.sending import deliver_ready
from partnership.commitments.reminders import DUE
from partnership.reminders.claiming import claim_due

CLAIM, CLAIMED = "making what is due", "the same, reminders a second"
AGAIN, MAILS = "making none again", "mails sent a second"
MAILS_EACH, ROUNDS = 2_000, 3
# What is promised at a million commitments.
CLAIM_WITHIN_MS, OF_FLOOR = 5_000.0, 0.5

# The bare insert: as many rows of the same shape, found by the dates alone, into a table that nothing watches.
COPY = "CREATE TABLE bench_reminder (LIKE reminders_reminder INCLUDING DEFAULTS INCLUDING IDENTITY)"
DROP = "DROP TABLE bench_reminder"
BARE = """
    INSERT INTO bench_reminder (source, subject_id, partnership_id, day, rung, recipient_id, notice_id, created_at)
    SELECT 'commitments.due', public_id, partnership_id, due_on, '-7d:doer', person_id, uuidv7(), %(now)s
    FROM commitments_commitment
    WHERE due_on BETWEEN %(first)s AND %(last)s AND status IN ('accepted', 'in_progress', 'blocked')
    ON CONFLICT DO NOTHING
"""
SETTLE = ("reminders_reminder", "notifications_notice", "notifications_delivery")
HOLD = "UPDATE notifications_delivery SET not_before = 'infinity' WHERE state = 'queued'"
RELEASE = """
    UPDATE notifications_delivery SET not_before = now() WHERE id IN (
        SELECT id FROM notifications_delivery WHERE state = 'queued' ORDER BY id LIMIT %(mails)s)
"""
# Foreign keys are checked at the end of a transaction: brought forward, since what is measured is undone.
CHECK = "SET CONSTRAINTS ALL IMMEDIATE"


def measure(size: int, *, owner: str, rounds: int = ROUNDS) -> list[Row]:
    """Write commitments into the city, make their reminders, send some of the mails; each is measured.

    Args:
        size: how many commitments.
        owner: alias of a connection that row-level security does not bind.

    Raises:
        WrongAnswer: more or fewer were made or sent than are due.
    """
    bench = Bench(promise(connections[owner], size), owner=owner, rounds=rounds)
    return [*bench.claims(), bench.mails()]


class Bench:
    """The commitments, and what is done about them."""

    def __init__(self, promises: Promises, *, owner: str, rounds: int) -> None:
        self.promises, self.owner, self.rounds = promises, owner, rounds
        # everybody takes part once more, before the clock starts
        self.mails_each = min(MAILS_EACH, promises.due // (rounds + 1))

    def claims(self) -> Iterator[Row]:
        """Measure making the reminders, undone each time; then make them for good, and measure making none again."""
        self._by_hand(COPY)
        try:
            times = medians(
                {"ours": Contender(self._claim, within=_undone),
                 "floor": Contender(self._insert, within=partial(_undone, self.owner))},
                rounds=self.rounds,
            )  # fmt: skip
        finally:
            self._by_hand(DROP)
        yield self._row(CLAIM, times["ours"], times["floor"])
        yield self._row(CLAIMED, *(self.promises.due / time * 1000 for time in times.values()), unit="rows/s")
        _require(CLAIM, claim_due(), self.promises.due)
        settle(connections[self.owner], SETTLE)
        again = medians({"ours": Contender(self._claim_none)}, rounds=self.rounds)
        yield self._row(AGAIN, again["ours"])

    def mails(self) -> Row:
        """Measure sending the mails of the reminders."""
        self._by_hand(HOLD)
        with Sink() as sink, override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST=LOOPBACK, EMAIL_PORT=sink.port
        ):  # fmt: skip
            notices = list(
                Notice.objects.filter(kind=DUE.kind.slug, delivery__state="queued")
                .select_related("recipient")
                .order_by("delivery")[: self.mails_each]
            )
            times = medians(
                {"ours": Contender(self._deliver, within=self._released),
                 "floor": Contender(partial(hand_over, notices))},
                rounds=self.rounds,
            )  # fmt: skip
            sent = self.mails_each * (self.rounds + 1)
            # the floor sends the same ones each time, and they are among ours
            _require(MAILS, sink.taken(), (2 * sent, sent))
        ours, floor = (self.mails_each / time * 1000 for time in (times["ours"], times["floor"]))
        return self._row(MAILS, ours, floor, unit="mails/s")

    def _row(self, name: str, ours: float, floor: float | None = None, *, unit: str = "ms") -> Row:
        return Row(name=name, size=self.promises.size, ours=ours, floor=floor, unit=unit)

    def _claim(self) -> None:
        _require(CLAIM, claim_due(), self.promises.due)
        with connection.cursor() as cursor:
            cursor.execute(CHECK)

    def _claim_none(self) -> None:
        _require(AGAIN, claim_due(), 0)

    def _insert(self) -> None:
        found = self._by_hand(BARE, now=clock.now(), first=self.promises.first, last=self.promises.last)
        _require(CLAIM, found, self.promises.due)

    def _deliver(self) -> None:
        _require(MAILS, deliver_ready(), self.mails_each)

    @contextmanager
    def _released(self) -> Iterator[None]:
        _require(MAILS, self._by_hand(RELEASE, mails=self.mails_each), self.mails_each)
        yield

    def _by_hand(self, sql: str, **values: object) -> int:
        with connections[self.owner].cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.rowcount


def hand_over(notices: Sequence[Notice]) -> None:
    """Render mails and hand them over on one connection: as fast as it goes."""
    with get_connection() as server:
        for notice in notices:
            message = mail(notice)
            message.connection = server
            message.send()


def targets(rows: Sequence[Row]) -> Iterator[Target]:
    """Yield each promise about reminders; nothing is promised of other sizes."""
    for row in rows:
        if row.size == PROMISED_AT and row.name in _TARGETS:
            yield _TARGETS[row.name](row)


def _claim_target(row: Row) -> Target:
    return Target(
        name=row.name,
        promised=f"within {CLAIM_WITHIN_MS / 1000:g} s",
        measured=f"{row.ours / 1000:.2f}",
        met=row.ours <= CLAIM_WITHIN_MS,
    )


def _mails_target(row: Row) -> Target:
    share = row.ratio_to_floor or 0.0
    return Target(
        name=row.name,
        promised=f"at least {OF_FLOOR:g} of the floor's rate",
        measured=f"{share:.2f}",
        met=share >= OF_FLOOR,
    )


_TARGETS: dict[str, Callable[[Row], Target]] = {CLAIM: _claim_target, MAILS: _mails_target}


@contextmanager
def _undone(alias: str = "default") -> Iterator[None]:
    with transaction.atomic(using=alias):
        yield
        transaction.set_rollback(True, using=alias)


def _require(what: str, answer: object, wanted: object) -> None:
    if answer != wanted:
        raise WrongAnswer(f"{what}: {answer} instead of {wanted}")
