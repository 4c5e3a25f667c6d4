"""The portal's clock. Nothing else in the portal asks the machine for the time.

The clock runs with the machine unless it is moved: by `moved` inside a process (tests, demonstration data), or in the
demonstration by a row in the database, so that web and worker agree. All dates are dates in Asia/Shanghai.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from django.conf import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
_frozen: ContextVar[dt.datetime | None] = ContextVar("portal_clock", default=None)
_offset_cache: dict[str, float] = {"read": 0.0, "seconds": 0.0}
_OFFSET_FRESH_SECONDS = 1.0


def now() -> dt.datetime:
    """The present instant, aware, in UTC."""
    frozen = _frozen.get()
    if frozen is not None:
        return frozen
    instant = dt.datetime.now(dt.UTC)  # noqa: TID251 - the one place
    return instant + dt.timedelta(seconds=_offset(instant.timestamp())) if settings.DEMO else instant


def today() -> dt.date:
    """The present date in Shanghai."""
    return local(now()).date()


def local(instant: dt.datetime) -> dt.datetime:
    """The instant as a time in Shanghai."""
    return instant.astimezone(SHANGHAI)


def at(date: dt.date, hour: int = 0, minute: int = 0) -> dt.datetime:
    """The instant of an hour in Shanghai on that date."""
    return dt.datetime(date.year, date.month, date.day, hour, minute, tzinfo=SHANGHAI).astimezone(dt.UTC)


def end_of(date: dt.date) -> dt.datetime:
    """The first instant after that date: a limit "by this date" includes the day to its last second."""
    return at(date + dt.timedelta(days=1))


@contextmanager
def moved(to: dt.datetime | dt.date) -> Iterator[None]:
    """Inside the block the clock stands at that instant (a date means nine o'clock in the morning in Shanghai)."""
    instant = to if isinstance(to, dt.datetime) else at(to, 9)
    token = _frozen.set(instant.astimezone(dt.UTC))
    try:
        yield
    finally:
        _frozen.reset(token)


def _offset(timestamp: float) -> float:
    if timestamp - _offset_cache["read"] > _OFFSET_FRESH_SECONDS:
        from portal.base.models import ClockOffset

        _offset_cache["seconds"] = ClockOffset.current()
        _offset_cache["read"] = timestamp
    return _offset_cache["seconds"]
