"""Writing notices. `foundation.notifications.sending` carries them out by mail."""

from collections.abc import Iterable

from django.db import models

from foundation import clock
from foundation.audit.services import Doer
from foundation.notifications import kinds
from foundation.notifications.models import Delivery, Notice
from foundation.notifications.preferences import Slot, slots


def notify(*, kind: kinds.Kind, recipients: Iterable[int], subject: models.Model, occasion: str, **facts: str) -> None:
    """Queue a notice for each recipient, in the caller's transaction, and a mail for those who want one.

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
    untold = sorted(wanted.difference(told))
    notices = Notice.objects.bulk_create(
        Notice(kind=kind.slug, recipient_id=person, subject_id=subject_id, facts=facts, dedupe_key=key, created_at=now)
        for person in untold
    )
    chosen, at_once = slots(kind, now, people=untold), Slot(now, is_gathered=False)
    mails = [(notice, chosen.get(notice.recipient_id, at_once)) for notice in notices]
    Delivery.objects.bulk_create(
        Delivery(notice=notice, not_before=slot.not_before, is_gathered=slot.is_gathered)
        for notice, slot in mails
        if slot.not_before is not None
    )


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
