"""Working days and terms, as the portal counts them.

Day 0 is not counted and the last day counts to its last second. Working days follow the editable calendar
(`CalendarDay`); where it says nothing, Monday to Friday are working days.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

from portal.base.models import CalendarDay


@dataclass(frozen=True)
class _Window:
    """The calendar's exceptions between two dates, read at once."""

    exceptions: dict[dt.date, str]

    @classmethod
    def read(cls, first: dt.date, last: dt.date) -> _Window:
        rows = CalendarDay.objects.filter(date__range=(first, last)).values_list("date", "kind")
        return cls(dict(rows))

    def works(self, day: dt.date) -> bool:
        kind = self.exceptions.get(day)
        return day.weekday() < 5 if kind is None else kind == CalendarDay.Kind.WORKDAY


def is_workday(day: dt.date) -> bool:
    """Whether that date is a working day."""
    return _Window.read(day, day).works(day)


def add_workdays(start: dt.date, days: int) -> dt.date:
    """The date that lies `days` working days after `start`; `start` itself is day 0 and is not counted.

    A negative number counts backwards. Zero gives `start`.
    """
    step = dt.timedelta(days=1 if days >= 0 else -1)
    day, end, left = start, start, abs(days)
    while left:
        if day == end:  # one reading is enough unless holidays are very long
            end = day + step * (left * 2 + 40)
            window = _Window.read(*sorted((day, end)))
        day += step
        left -= window.works(day)
    return day


def workdays_between(start: dt.date, end: dt.date) -> int:
    """How many working days lie after `start` up to and including `end`; negative when `end` is earlier."""
    if end < start:
        return -workdays_between(end, start)
    window = _Window.read(start, end)
    return sum(window.works(start + dt.timedelta(days=n)) for n in range(1, (end - start).days + 1))


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of the month `months` later, clamped to the end of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def term_end(start: dt.date, months: int) -> dt.date:
    """The last day of a term of so many months that begins on `start`: start + months - 1 day."""
    return add_months(start, months) - dt.timedelta(days=1)
