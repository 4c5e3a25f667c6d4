"""Signs of life of the background work, for the page that says whether it runs."""

from __future__ import annotations

import datetime as dt
import time

from django.core.cache import cache

#: seconds between two signs; a sign older than `STALE` means that the worker or its beat stands still
EVERY, STALE = 30, 180
_last: dict[str, float] = {}


def beat(name: str) -> None:
    """Notes that this job ran, at most twice a minute (the machine's time)."""
    now = time.time()
    if now - _last.get(name, 0.0) >= EVERY:
        _last[name] = now
        cache.set(f"heartbeat:{name}", now, timeout=None)


def last(name: str) -> dt.datetime | None:
    """When the job was last seen to run; None when never."""
    seen = cache.get(f"heartbeat:{name}")
    return dt.datetime.fromtimestamp(seen, dt.UTC) if seen else None


def is_alive(name: str) -> bool:
    """Whether the job ran lately."""
    seen = cache.get(f"heartbeat:{name}")
    return seen is not None and time.time() - seen < STALE
