"""Counts wrong secrets, so that guessing one is slow: in a window, per client from an address, and per address."""

import time
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache

WINDOW = 300  # seconds
MOST_PER_CLIENT = 10
MOST_PER_ADDRESS = 50


@dataclass(frozen=True, slots=True)
class Failures:
    """The failures of one client id from one address.

    A client is not locked out everywhere for what somebody does elsewhere: its id is no secret.
    """

    client_id: str
    address: str

    def wait(self) -> int:
        """Return how many seconds to wait before the next try; 0 if it may be now."""
        counts = cache.get_many(self._limits())
        if any(counts.get(key, 0) >= most for key, most in self._limits().items()):
            return WINDOW - int(time.time()) % WINDOW
        return 0

    def count(self) -> None:
        """Count one more."""
        for key in self._limits():
            cache.add(key, 0, timeout=WINDOW)
            try:
                cache.incr(key)
            except ValueError:
                # the window ended in between
                continue

    def _limits(self) -> dict[str, int]:
        window = int(time.time()) // WINDOW
        # hashed: whatever was sent as an id must not shape a key
        client = sha256(self.client_id.encode(errors="replace")).hexdigest()
        return {
            f"token-failures:{window}:{self.address}:{client}": MOST_PER_CLIENT,
            f"token-failures:{window}:{self.address}": MOST_PER_ADDRESS,
        }
