"""How often one calendar address is answered. A flood of requests with other tokens is the proxy's to stop.

allauth's own limits leave GET alone, so this counts by itself, in a window of minutes, under the digest of the token.
"""

import time

from django.core.cache import cache

WINDOW = 300  # seconds
MOST = 30  # calendar programs look every few minutes at the most


def wait(digest: str) -> int:
    """Count one more request, and return how many seconds to wait before the next; 0 if this one may be answered."""
    now = int(time.time())
    key = f"calendar-feed:{now // WINDOW}:{digest}"
    cache.add(key, 0, timeout=WINDOW)
    try:
        count = cache.incr(key)
    except ValueError:
        # the window ended in between
        return 0
    return WINDOW - now % WINDOW if count > MOST else 0
