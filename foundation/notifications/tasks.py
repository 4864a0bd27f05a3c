"""Celery doors of the outbox."""

import logging

from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from foundation.notifications import sending

logger = logging.getLogger(__name__)


@shared_task(name="notifications.deliver")
def deliver() -> int:
    """Send the mails that are due."""
    return sending.deliver_ready()


def deliver_soon() -> None:
    """Ask a worker to send after this transaction commits; if the broker is away, the next tick does it."""
    transaction.on_commit(_ask_worker, robust=True)


def _ask_worker() -> None:
    try:
        deliver.delay()
    except OperationalError:
        logger.warning("the broker is away; queued mails go out with the next tick")
