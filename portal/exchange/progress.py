"""How far a check or an import has come, for the page that waits for it.

The cache is shared by all processes. Where it lies in the database itself nothing can be seen of a transaction before its
end, so nothing is written there either: the page then shows that the work is going on, but not how far it is.
"""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.db import connection

_EVERY, _SECONDS = 100, 3600


def note(job: int, done: int, total: int) -> None:
    """Keeps that so many lines of a job are done."""
    if done % _EVERY and done != total:
        return
    if settings.REDIS_URL or not connection.in_atomic_block:
        cache.set(_key(job), (done, total), _SECONDS)


def of(job: int) -> tuple[int, int] | None:
    """Lines done and lines in all; None when it cannot be told."""
    found: tuple[int, int] | None = cache.get(_key(job))
    return found


def forget(job: int) -> None:
    """The work is over."""
    cache.delete(_key(job))


def _key(job: int) -> str:
    return f"import:{job}"
