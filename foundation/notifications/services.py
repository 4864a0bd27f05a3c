"""Writing notices, and carrying them out by mail.

The outbox promises at-least-once: a mail is leased, sent outside any transaction, then recorded. A worker that dies
in between leaves the lease to run out, and the same mail goes again under the same Message-ID
(docs/decisions/0004-outbox.md).
"""

import logging
import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.db.models import F
from django.template.loader import render_to_string

from foundation import clock
from foundation.audit.services import Doer
from foundation.notifications import kinds
from foundation.notifications.models import Delivery, DeliveryState, Notice

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
CHUNK = 50
# below Celery's time limit, which would cut a mail short
ENOUGH = timedelta(minutes=4)
LAST_ATTEMPT = 10


def notify(*, kind: kinds.Kind, recipients: Iterable[int], subject: models.Model, occasion: str, **facts: str) -> None:
    """Queue a notice for each recipient, in the caller's transaction.

    Args:
        kind: what it says.
        recipients: ids of people; nobody gets the same kind, subject and occasion twice.
        subject: the record that it is about.
        occasion: what tells this from the next notice of its kind about the same subject.
        facts: what the words are made of; safe in a mail.
    """
    now = clock.now()
    subject_id = subject.public_id  # type: ignore[attr-defined]
    key = f"{kind.slug}:{subject_id}:{occasion}"
    wanted = set(recipients)
    told = Notice.objects.filter(dedupe_key=key, recipient_id__in=wanted).values_list("recipient_id", flat=True)
    notices = Notice.objects.bulk_create(
        Notice(kind=kind.slug, recipient_id=person, subject_id=subject_id, facts=facts, dedupe_key=key, created_at=now)
        for person in sorted(wanted.difference(told))
    )
    Delivery.objects.bulk_create(Delivery(notice=notice, not_before=now) for notice in notices)


def withdraw_notices(*, kind: kinds.Kind, subject: models.Model, recipients: Iterable[int] | None = None) -> int:
    """Take notices back whose cause is gone, read or not; mails not yet sent stay unsent.

    Returns:
        How many were taken back.
    """
    notices = Notice.objects.filter(
        kind=kind.slug,
        subject_id=subject.public_id,  # type: ignore[attr-defined]
        withdrawn_at__isnull=True,
    )
    if recipients is not None:
        notices = notices.filter(recipient_id__in=list(recipients))
    return notices.update(withdrawn_at=clock.now())


def mark_read(*, actor: Doer, notices: models.QuerySet[Notice]) -> int:
    """Mark those of `notices` read that are the actor's. Returns how many changed."""
    return notices.visible_to(actor).unread().update(read_at=clock.now())  # type: ignore[attr-defined]


def deliver_ready() -> int:
    """Send the mails that are due, chunk by chunk, for a few minutes at most. Returns how many were dealt with."""
    dealt_with, begun = 0, clock.now()
    while (now := clock.now()) - begun < ENOUGH and (chunk := _lease(now)):
        dealt_with += _deliver_while_leased(chunk, since=now)
    return dealt_with


def _deliver_while_leased(chunk: list[Delivery], *, since: datetime) -> int:
    for number, delivery in enumerate(chunk):
        if clock.now() - since > LEASE / 2:
            # a slow mail server: in time, before another worker sends them too
            _give_back(chunk[number:])
            return number
        _deliver(delivery)
    return len(chunk)


def _give_back(untried: list[Delivery]) -> None:
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in untried], state=DeliveryState.QUEUED).update(
        not_before=clock.now(), attempts=F("attempts") - 1
    )


def _lease(now: datetime) -> list[Delivery]:
    with transaction.atomic():
        chunk = list(
            Delivery.objects.ready(now)
            .select_related("notice__recipient")
            .select_for_update(of=("self",), skip_locked=True)[:CHUNK]
        )
        Delivery.objects.filter(pk__in=[delivery.pk for delivery in chunk]).update(
            not_before=now + LEASE, attempts=F("attempts") + 1
        )
    return chunk


def _deliver(delivery: Delivery) -> None:
    """Send one mail, or withdraw it, or put it off. One poisoned row does not hold up the others."""
    attempt = delivery.attempts + 1
    try:
        kind = kinds.kind_of(delivery.notice)
        if _is_gone(delivery.notice) or not kind.still_holds(delivery.notice):
            _record(delivery, state=DeliveryState.WITHDRAWN, answer="its cause is gone")
            Notice.objects.filter(pk=delivery.notice_id, withdrawn_at__isnull=True).update(withdrawn_at=clock.now())
            return
        mail(delivery.notice, kind.message(delivery.notice)).send()
    except Exception as error:
        logger.exception("mail of notice %s failed, attempt %d", delivery.notice.public_id, attempt)
        if attempt >= LAST_ATTEMPT:
            _record(delivery, state=DeliveryState.PARKED, answer=type(error).__name__)
        else:
            _record(delivery, not_before=clock.now() + pause_after(attempt), answer=type(error).__name__)
    else:
        _record(delivery, state=DeliveryState.SENT, sent_at=clock.now(), answer="accepted by the mail server")


def _is_gone(notice: Notice) -> bool:
    return not notice.recipient.is_active or Notice.objects.filter(pk=notice.pk, withdrawn_at__isnull=False).exists()


def _record(delivery: Delivery, **columns: object) -> None:
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.QUEUED).update(**columns)


def pause_after(attempt: int) -> timedelta:
    """Return how long to wait after a failed attempt: doubling from 15 s to an hour, with jitter."""
    return timedelta(seconds=min(15 * 2 ** (attempt - 1), 3600) * random.uniform(0.8, 1.2))  # noqa: S311 not a secret


def mail(notice: Notice, message: kinds.Message) -> EmailMultiAlternatives:
    """Return the mail of a notice: a safe title, a sentence and a link, never content; and its attachment.

    The attachment is an alternative of the text, not a file beside it: so calendars take an invitation for one.
    """
    context = {
        "recipient": notice.recipient,
        "message": message,
        "address": settings.CONCORD_URL + message.path,
        "site": settings.CONCORD_URL,
    }
    host = settings.CONCORD_URL.partition("://")[2].partition(":")[0]
    made = EmailMultiAlternatives(
        subject=" ".join(message.title.split()),
        body=render_to_string("notifications/mail.txt", context),
        to=[notice.recipient.email],
        headers={
            # stable per notice, so that a second copy after a crash can be recognised
            "Message-ID": f"<{notice.public_id}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    if message.attachment is not None:
        attachment = message.attachment()
        made.attach_alternative(attachment.content, attachment.content_type)
    return made
