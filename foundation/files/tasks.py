"""Celery doors of files."""

import logging

from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from foundation.files import scanning, services
from foundation.files.clamd import ScannerAway
from foundation.files.models import Scan, StoredFile

logger = logging.getLogger(__name__)


@shared_task(name="files.sweep")
def sweep() -> int:
    """Delete bytes that no record knows."""
    return services.sweep()


@shared_task(name="files.scan")
def scan(key: int) -> str:
    """Look for viruses in one file; if the scanner is away, a later tick does it."""
    try:
        return scanning.look_at(key)
    except ScannerAway as away:
        logger.warning("a file waits for the virus scanner: %s", away)
        return ""


def scan_soon(stored: StoredFile) -> None:
    """Ask a worker to look at a file after this transaction commits; if the broker is away, the next tick does it."""
    if stored.scan == Scan.PENDING:
        key = stored.pk
        transaction.on_commit(lambda: _ask_worker(key), robust=True)


def _ask_worker(key: int) -> None:
    try:
        scan.delay(key)
    except OperationalError:
        logger.warning("the broker is away; files are looked at with the next tick")


@shared_task(name="files.scan_waiting")
def scan_waiting() -> int:
    """Look for viruses in every file that still waits for it."""
    return scanning.look_at_waiting()
