"""The dates of a pilot, reckoned anew from what happened to it: nothing here calls the portal's own arithmetic.

A term of n months that begins on a day ends on the day before the same day n months later; a day that the month lacks is
its last one. Extended months come first, paused days after.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

ONE = dt.timedelta(days=1)


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last day of a shorter month: counted month by month."""
    year, month = day.year, day.month
    for _n in range(abs(months)):
        month += 1 if months > 0 else -1
        if month > 12:
            year, month = year + 1, 1
        elif month < 1:
            year, month = year - 1, 12
    last = day.day
    while True:
        try:
            return dt.date(year, month, last)
        except ValueError:
            last -= 1


def working_days_later(day: dt.date, number: int) -> dt.date:
    """So many days from Monday to Friday after that day: tests keep no calendar."""
    while number:
        day += ONE
        number -= day.isoweekday() <= 5
    return day


@dataclass
class Life:
    """What happened to a pilot, as a test notes it down."""

    start: dt.date
    months: int = 24
    midterm: int = 12
    extended: int = 0
    pauses: list[tuple[dt.date, dt.date]] = field(default_factory=list)
    suspended: dt.date | None = None
    beyond: dt.timedelta = dt.timedelta()

    @property
    def paused(self) -> dt.timedelta:
        """The days of pauses, those `beyond` left out: of pauses that began when the term was over."""
        return sum((last - first for first, last in self.pauses), dt.timedelta()) - self.beyond

    @property
    def term_end(self) -> dt.date:
        return months_later(self.start, self.months + self.extended) - ONE + self.paused

    @property
    def midterm_on(self) -> dt.date:
        return months_later(self.start, self.midterm) - ONE + self.paused

    def stood_still_after(self, day: dt.date) -> dt.timedelta:
        """The days of ended pauses after that day."""
        found = dt.timedelta()
        for first, last in self.pauses:
            if last > day:
                found += last - max(first, day)
        return found
