"""Keeping files, giving them back, and letting them go. Who may is the caller's question, asked before."""

import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import transaction

from foundation import clock
from foundation.errors import Invalid
from foundation.files.kinds import MOST_BYTES, PICTURES, Kind, kind_of
from foundation.files.models import Scan, StoredFile
from foundation.files.names import clean_name
from foundation.files.pictures import drawn_anew

logger = logging.getLogger(__name__)

# a request that is still at work has not committed its row yet
LEFT_ALONE = timedelta(hours=1)


class Damaged(Exception):
    """The bytes in the storage are gone, or are not those that were taken."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that may be kept: its cleaned name, what it is, and its content as it will be kept."""

    name: str
    kind: Kind
    content: bytes


def check(name: str, content: bytes) -> CheckedFile:
    """Look at what somebody sends, before anything is kept of it.

    Raises:
        Invalid: it is empty, too large, of no kind that is taken, or named as something else.
    """
    if not content:
        raise Invalid("This file is empty. Choose another one.")
    if len(content) > MOST_BYTES:
        raise Invalid(TOO_LARGE)
    kind = kind_of(content)
    cleaned = clean_name(name, kind)
    if kind in PICTURES:
        content = drawn_anew(content, kind)
        if len(content) > MOST_BYTES:
            raise Invalid(TOO_LARGE)
    return CheckedFile(cleaned, kind, content)


TOO_LARGE = "This file is too large. Send one of at most 10 MB."


def storage() -> Storage:
    """Return where the bytes are: the storage `files` of the settings, which no address leads to."""
    return storages["files"]


def keep(checked: CheckedFile) -> StoredFile:
    """Keep a file, within the caller's transaction. Rolled back, its bytes are swept away later.

    Where there is a virus scanner it waits for it: `tasks.scan_soon` asks for that.
    """
    at = clock.now()
    # a folder a day: none grows without end, and the name tells nothing but when
    stored_as = storage().save(f"{at:%Y-%m-%d}/{secrets.token_urlsafe(24)}", ContentFile(checked.content))
    return StoredFile.objects.create(
        kind=checked.kind,
        size=len(checked.content),
        sha256=hashlib.sha256(checked.content).hexdigest(),
        stored_as=stored_as,
        stored_at=at,
        scan=Scan.PENDING if settings.CLAMD else Scan.UNSCANNED,
    )


def read(stored: StoredFile) -> bytes:
    """Return the bytes of a file, exactly as they were taken.

    Raises:
        Damaged: they are gone, or are others.
    """
    try:
        with storage().open(stored.stored_as) as opened:
            content: bytes = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise Damaged(str(stored.public_id)) from error
    if hashlib.sha256(content).hexdigest() != stored.sha256:
        raise Damaged(str(stored.public_id))
    return content


def discard(stored: StoredFile) -> None:
    """Let a file go: its row with the caller's transaction, its bytes once that is committed."""
    stored_as = stored.stored_as
    stored.delete()
    # what fails here is swept away later
    transaction.on_commit(lambda: storage().delete(stored_as), robust=True)


def sweep() -> int:
    """Delete bytes that no row knows: of a transaction that was rolled back, of a removal that was cut off.

    Returns:
        How many files.
    """
    store, swept = storage(), 0
    for day in _listed(store, "")[0]:
        named = [f"{day}/{name}" for name in _listed(store, day)[1]]
        known = set(StoredFile.objects.filter(stored_as__in=named).values_list("stored_as", flat=True))
        for name in set(named) - known:
            # the file first, the row again: a row may have been committed in between
            if clock.now() - store.get_modified_time(name) < LEFT_ALONE:
                continue
            if not StoredFile.objects.filter(stored_as=name).exists():
                store.delete(name)
                swept += 1
    if swept:
        logger.info("swept %s files that no record knew", swept)
    return swept


def _listed(store: Storage, folder: str) -> tuple[list[str], list[str]]:
    try:
        return store.listdir(folder)
    except FileNotFoundError:
        # nothing was ever kept
        return [], []
