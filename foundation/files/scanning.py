"""Looking for viruses in what people add, where the city has a scanner (setting CLAMD); without one, nothing does.

A file is kept first and looked at once that is committed: who adds it does not wait. Until then they alone may have it.
What the scanner finds harmful is deleted; that it was there stays on record.
"""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.audit.services import record
from foundation.errors import OutOfTurn
from foundation.files import clamd
from foundation.files.models import Scan, StoredFile
from foundation.files.services import Damaged, read, storage

logger = logging.getLogger(__name__)

HARMFUL = _("The virus scanner found something harmful in this file, so it was deleted.")
WAITS = _("This file waits for the virus scanner; until then only who added it can have it. Try again in some minutes.")

GIVES_UP_AFTER = 3

# what rooms do when a file of theirs was found harmful, within the transaction that says so
_told: list[Callable[[StoredFile], None]] = []


def when_harmful(tell: Callable[[StoredFile], None]) -> Callable[[StoredFile], None]:
    """Register what a room does when a file was found harmful: it looks whether the file is one of its own."""
    _told.append(tell)
    return tell


def is_on() -> bool:
    """Whether there is a scanner."""
    return bool(settings.CLAMD)


def require_given_out(stored: StoredFile, *, ours: bool) -> None:
    """Refuse to give out what is harmful; to others also what was not looked at yet.

    Args:
        ours: whether it is of the people who added it.

    Raises:
        OutOfTurn: with why.
    """
    if stored.scan == Scan.INFECTED:
        raise OutOfTurn(str(HARMFUL))
    if stored.scan == Scan.PENDING and not ours and is_on():
        raise OutOfTurn(str(WAITS))


def look_at(key: int) -> str:
    """Look for viruses in one file that waits for it.

    Returns:
        Its state then; empty if it does not wait, or not any more.

    Raises:
        ScannerAway: it stays as it is, to be looked at later.
    """
    stored = StoredFile.objects.filter(pk=key, scan=Scan.PENDING).first()
    if stored is None:
        return ""
    if not is_on():
        return _decided(stored, Scan.UNSCANNED)
    try:
        found = clamd.found_in(read(stored), address=settings.CLAMD)
    except Damaged:
        # it is not given out either
        logger.warning("file %s cannot be looked at: it is not what was taken", stored.public_id)
        return ""
    return _decided(stored, Scan.INFECTED if found else Scan.CLEAN, found)


def look_at_waiting() -> int:
    """Look at every file that waits; stop when the scanner seems to be away.

    Returns:
        How many were looked at.
    """
    looked = failed = 0
    # in any order: a file that the scanner chokes on must not keep it from the others
    for key in StoredFile.objects.filter(scan=Scan.PENDING).order_by("?").values_list("pk", flat=True):
        try:
            looked += bool(look_at(key))
        except clamd.ScannerAway as away:
            logger.warning("a file waits for the virus scanner: %s", away)
            failed += 1
            if failed == GIVES_UP_AFTER:
                break
    return looked


@transaction.atomic
def _decided(stored: StoredFile, state: str, found: str = "") -> str:
    # whoever comes first; of a file that was removed meanwhile nobody is told
    waiting = StoredFile.objects.filter(pk=stored.pk, scan=Scan.PENDING)
    if not waiting.update(scan=state, scanned_at=clock.now()):
        return ""
    if state == Scan.INFECTED:
        record(verb="files.found_harmful", actor=None, subject=stored, found=found[:100], sha256=stored.sha256)
        for tell in _told:
            tell(stored)
        stored_as = stored.stored_as
        # should this fail, nobody gets it all the same
        transaction.on_commit(lambda: storage().delete(stored_as), robust=True)
    return state
