"""Fills the working calendar from the library of statutory holidays, year by year.

The State Council publishes each year's holidays late in the year before; the library knows the years up to its release.
What an administrator has entered or removed is never overwritten.
"""

from __future__ import annotations

import datetime as dt

import chinese_calendar
from django.utils.translation import gettext as _

from portal.base.models import CalendarDay


def known_years() -> list[int]:
    """The years that the library knows, in order."""
    return sorted({day.year for day in chinese_calendar.holidays})


def load_year(year: int, *, again: bool = False) -> int:
    """Writes the holidays and make-up working days of a year.

    Args:
        year: one of `known_years`. again: fill in missing days, too, where the year has some already.

    Returns:
        How many days were written; none where the year has days already.

    Raises:
        ValueError: the library does not know the year.
    """
    if year not in known_years():
        raise ValueError(_("节假日数据尚不包括 %(year)s 年，请在工作日历中逐日录入。") % {"year": year})
    present = set(CalendarDay.objects.filter(date__year=year).values_list("date", flat=True))
    if present and not again:
        return 0
    days = [day for day in _days_of(year) if day.date not in present]
    CalendarDay.objects.bulk_create(days)
    return len(days)


def _days_of(year: int) -> list[CalendarDay]:
    holidays = {day: _name(name) for day, name in chinese_calendar.holidays.items() if day.year == year}
    workdays = {day: _name(name) for day, name in chinese_calendar.workdays.items() if day.year == year}
    kinds: list[tuple[dict[dt.date, str], str]] = [
        (holidays, CalendarDay.Kind.HOLIDAY),
        (workdays, CalendarDay.Kind.WORKDAY),
    ]
    return [CalendarDay(date=day, kind=kind, name=name) for names, kind in kinds for day, name in sorted(names.items())]


def _name(english: str) -> str:
    """The Chinese name of a holiday; the library keys some by their English one."""
    found = next((holiday for holiday in chinese_calendar.Holiday if holiday.value == english), None)
    return str(found.chinese) if found else english
