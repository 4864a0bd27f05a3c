"""The outbox: carrying notices out by mail.

At least once: mails are leased, sent outside any transaction, then recorded. A worker that dies in between leaves the
lease to run out, and the same mail goes again under the same Message-ID (docs/decisions/0004-outbox.md).
"""

import logging
import random
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from smtplib import SMTPConnectError, SMTPServerDisconnected
from socket import gaierror

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection as database
from django.db import transaction
from django.db.models import F

from foundation import clock
from foundation.notifications import kinds
from foundation.notifications.mails import gathered_mail, mail
from foundation.notifications.models import Delivery, DeliveryState, Notice

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
CHUNK = 200
# below Celery's time limit, which would cut a mail short
ENOUGH = timedelta(minutes=4)
LAST_ATTEMPT = 10
ACCEPTED = "accepted by the mail server"
# Without waiting for the disk, which would take as long as the mail itself: a database server that falls over forgets
# less than a second of these, and those mails go again under the same Message-ID, as after any crash.
SENT = """
    UPDATE notifications_delivery SET state = 'sent', sent_at = %(now)s, answer = %(answer)s
    -- volatile, so it is called; for this transaction alone, which is this statement
    FROM (SELECT set_config('synchronous_commit', 'off', true)) AS lightly
    WHERE id = ANY(%(keys)s) AND state = 'queued'
"""
# The server is away, for all mails alike and perhaps for days: that is no mail's fault, and parks none.
AWAY = (ConnectionError, TimeoutError, gaierror, SMTPServerDisconnected, SMTPConnectError)


def deliver_ready() -> int:
    """Send the mails that are due, chunk by chunk, for a few minutes at most. Returns how many were dealt with."""
    dealt_with, begun = 0, clock.now()
    while (now := clock.now()) - begun < ENOUGH and (chunk := _lease(now)):
        dealt_with += _deliver_while_leased(chunk, since=now)
    return dealt_with


def _lease(now: datetime) -> list[Delivery]:
    with transaction.atomic():
        chunk = list(
            Delivery.objects.ready(now)
            .select_related("notice__recipient")
            .select_for_update(of=("self",), skip_locked=True)[:CHUNK]
        )
        chunk += _gathered_with(chunk, now)
        _name_digests(chunk)
        Delivery.objects.filter(pk__in=[delivery.pk for delivery in chunk]).update(
            not_before=now + LEASE, attempts=F("attempts") + 1
        )
    return chunk


def _gathered_with(chunk: list[Delivery], now: datetime) -> list[Delivery]:
    """Return what goes in the same gathered mails as some of a chunk, but is not in it."""
    people = {delivery.notice.recipient_id for delivery in chunk if delivery.is_gathered}
    if not people:
        return []
    more = Delivery.objects.ready(now).filter(is_gathered=True, notice__recipient_id__in=people)
    return list(
        more.exclude(pk__in=[delivery.pk for delivery in chunk])
        .select_related("notice__recipient")
        .select_for_update(of=("self",), skip_locked=True)
    )


def _name_digests(chunk: list[Delivery]) -> None:
    """Give each new gathered mail its id, once: who was leased together before goes together again."""
    fresh: dict[int, uuid.UUID] = {}
    unnamed = [delivery for delivery in chunk if delivery.is_gathered and delivery.digest_id is None]
    for delivery in unnamed:
        delivery.digest_id = fresh.setdefault(delivery.notice.recipient_id, uuid.uuid4())
    Delivery.objects.bulk_update(unnamed, ["digest_id"])


def _deliver_while_leased(chunk: list[Delivery], *, since: datetime) -> int:
    """Send what is leased, each mail or gathered mail on its own; give back what there is no time for."""
    connection = get_connection()
    done = 0
    try:
        parcels = _parcels(_without_gone(chunk))
        done = len(chunk) - sum(len(parcel) for parcel in parcels)
        for number, parcel in enumerate(parcels):
            if clock.now() - since > LEASE / 2:
                # a slow mail server: in time, before another worker sends them too
                _give_back(delivery for late in parcels[number:] for delivery in late)
                break
            _send(parcel, connection)
            done += len(parcel)
    finally:
        connection.close()
    return done


def _parcels(deliveries: list[Delivery]) -> list[list[Delivery]]:
    """Return what goes in one mail each."""
    parcels: dict[object, list[Delivery]] = {}
    for delivery in deliveries:
        parcels.setdefault(delivery.digest_id or delivery.pk, []).append(delivery)
    return list(parcels.values())


def _without_gone(chunk: list[Delivery]) -> list[Delivery]:
    """Withdraw what is no longer true or no longer theirs to know, and return the rest. Rights are asked here again.

    Of a poisoned row nobody can say; it is left in, and fails on its own.
    """
    taken_back = set(
        Notice.objects.filter(
            pk__in=[delivery.notice_id for delivery in chunk], withdrawn_at__isnull=False
        ).values_list("pk", flat=True)
    )
    gone = [
        delivery for delivery in chunk if delivery.notice_id in taken_back or not delivery.notice.recipient.is_active
    ]
    gone_keys = {delivery.pk for delivery in gone}
    rest = [delivery for delivery in chunk if delivery.pk not in gone_keys]
    held = _which_hold([delivery.notice for delivery in rest])
    gone += [delivery for delivery in rest if delivery.notice_id not in held]
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in gone], state=DeliveryState.QUEUED).update(
        state=DeliveryState.WITHDRAWN, answer="its cause is gone"
    )
    Notice.objects.filter(pk__in=[delivery.notice_id for delivery in gone], withdrawn_at__isnull=True).update(
        withdrawn_at=clock.now()
    )
    return [delivery for delivery in rest if delivery.notice_id in held]


def _which_hold(notices: list[Notice]) -> set[int]:
    """Return the keys of those that hold, and of those that cannot be asked."""
    try:
        return kinds.which_hold(notices)
    except Exception:  # noqa: BLE001 a room's rule may fail in any way
        if len(notices) == 1:
            # sending fails for the same reason, and is put off there
            return {notices[0].pk}
        return {key for notice in notices for key in _which_hold([notice])}


def _give_back(untried: Iterable[Delivery]) -> None:
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in untried], state=DeliveryState.QUEUED).update(
        not_before=clock.now(), attempts=F("attempts") - 1
    )


def _send(parcel: list[Delivery], connection: BaseEmailBackend) -> None:
    """Send one mail, or put it off. One poisoned row does not hold up the others."""
    try:
        message = gathered_mail(parcel) if parcel[0].is_gathered else mail(parcel[0].notice)
        # kept open for the whole chunk
        connection.open()
        message.connection = connection
        message.send()
    except Exception as error:  # noqa: BLE001 whatever goes wrong with one mail stays with that one
        connection.close()
        _put_off(parcel, error)
    else:
        _record_sent(parcel)


def _put_off(parcel: list[Delivery], error: Exception) -> None:
    attempt = max(delivery.attempts for delivery in parcel) + 1
    answer = type(error).__name__
    logger.exception("mail of notice %s failed, attempt %d", parcel[0].notice.public_id, attempt)
    if attempt >= LAST_ATTEMPT and not isinstance(error, AWAY):
        _record(parcel, state=DeliveryState.PARKED, answer=answer)
    else:
        _record(parcel, not_before=clock.now() + pause_after(attempt), answer=answer)


def _record_sent(parcel: list[Delivery]) -> None:
    with database.cursor() as cursor:
        cursor.execute(SENT, {"now": clock.now(), "answer": ACCEPTED, "keys": [delivery.pk for delivery in parcel]})


def _record(parcel: list[Delivery], **columns: object) -> None:
    keys = [delivery.pk for delivery in parcel]
    Delivery.objects.filter(pk__in=keys, state=DeliveryState.QUEUED).update(**columns)


def pause_after(attempt: int) -> timedelta:
    """Return how long to wait after a failed attempt: doubling from 15 s to an hour, with jitter."""
    return timedelta(seconds=min(15 * 2 ** (attempt - 1), 3600) * random.uniform(0.8, 1.2))  # noqa: S311 not a secret
