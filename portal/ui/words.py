"""Numbers and dates in the words that people read."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from portal.base import clock
from portal.base.models import CalendarDay

#: lists are counted up to here and no further
COUNT_CAP = 10_000
#: from so many calendar days before, a due date is shown as near
NEAR_DAYS = 7
#: up to so many calendar days ahead, due dates are told in working days
FAR_DAYS = 31
_FRESH_SECONDS = 60.0


def count(number: int | None) -> str:
    """A count for people: `12`, `10,000+` from the cap on; empty for None."""
    if number is None:
        return ""
    return f"{COUNT_CAP:,}+" if number > COUNT_CAP else f"{number:,}"


def number(value: Decimal | None) -> str:
    """A number without idle zeros: `100`, `98.5`; empty for None."""
    return "" if value is None else f"{value.normalize():f}"


def due(day: dt.date | None, today: dt.date | None = None) -> str:
    """How far a due date (inclusive, Shanghai) is: working days before it, calendar days after it.

    Beyond a month calendar days are told, which needs no calendar.
    """
    if day is None:
        return ""
    today = today or clock.today()
    left = (day - today).days
    if left < 0:
        return _("已逾期 %(days)s 天") % {"days": -left}
    if left == 0:
        return _("今天到期")
    if left > FAR_DAYS:
        return _("还有 %(days)s 天") % {"days": left}
    return _("还有 %(days)s 个工作日") % {"days": _workdays(today, day)}


def due_tone(day: dt.date | None, today: dt.date | None = None) -> str:
    """The colour family of a due date: red when it is over, yellow when it is near."""
    if day is None:
        return "secondary"
    left = (day - (today or clock.today())).days
    return "red" if left < 0 else "yellow" if left <= NEAR_DAYS else "secondary"


@dataclass
class _Ahead:
    """Working days between a date and each of the days that follow it, read once and kept for a minute."""

    start: dt.date = dt.date.min
    read_at: float = 0.0
    counts: list[int] = field(default_factory=list)


_ahead = _Ahead()


def _workdays(start: dt.date, end: dt.date) -> int:
    """Working days after `start` up to `end`; lists ask for many dates, the calendar is read once."""
    if _ahead.start != start or time.monotonic() - _ahead.read_at > _FRESH_SECONDS:
        _ahead.start, _ahead.read_at, _ahead.counts = start, time.monotonic(), cumulated_workdays(start, FAR_DAYS)
    return _ahead.counts[(end - start).days]


def forget_calendar() -> None:
    """Reads the calendar anew at the next question (after it was edited; in tests)."""
    _ahead.start = dt.date.min


def cumulated_workdays(start: dt.date, days: int) -> list[int]:
    """How many working days lie after `start` up to and including each of the next `days` days; index 0 is `start`."""
    last = start + dt.timedelta(days=days)
    exceptions = dict(CalendarDay.objects.filter(date__range=(start, last)).values_list("date", "kind"))
    counts, total = [0], 0
    for n in range(1, days + 1):
        date = start + dt.timedelta(days=n)
        kind = exceptions.get(date)
        total += date.weekday() < 5 if kind is None else kind == CalendarDay.Kind.WORKDAY
        counts.append(total)
    return counts
