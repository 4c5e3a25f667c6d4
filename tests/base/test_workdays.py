"""Working days and terms against an independent, naive calculation: a walk over the calendar, day by day."""

from __future__ import annotations

import calendar
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.base.models import CalendarDay
from portal.base.workdays import add_months, add_workdays, is_workday, term_end, workdays_between

pytestmark = pytest.mark.django_db

YEAR = 2023
#: the week around 1 May 2023: five days off, two Saturdays and Sundays made up
MAY = {
    dt.date(2023, 4, 23): "workday",
    dt.date(2023, 5, 6): "workday",
    **{dt.date(2023, 4, 29) + dt.timedelta(days=n): "holiday" for n in range(5)},
}
days = st.dates(dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31))
calendars = st.dictionaries(days, st.sampled_from(["holiday", "workday"]), max_size=40)


def mark(exceptions: dict[dt.date, str]) -> None:
    CalendarDay.objects.all().delete()
    CalendarDay.objects.bulk_create(CalendarDay(date=day, kind=kind) for day, kind in exceptions.items())


def works(day: dt.date, exceptions: dict[dt.date, str]) -> bool:
    """The naive rule."""
    return exceptions.get(day, "workday" if day.isoweekday() <= 5 else "holiday") == "workday"


def walk(day: dt.date, count: int, exceptions: dict[dt.date, str]) -> dt.date:
    """The naive way: turn the leaves of the calendar until enough working days have passed."""
    passed = 0
    while passed < abs(count):
        day = dt.date.fromordinal(day.toordinal() + (1 if count > 0 else -1))
        passed += works(day, exceptions)
    return day


@given(calendars, days, st.integers(-30, 60))
@settings(max_examples=120, deadline=None)
def test_adding_is_walking(exceptions: dict[dt.date, str], start: dt.date, count: int) -> None:
    mark(exceptions)
    end = add_workdays(start, count)
    assert end == walk(start, count, exceptions)
    assert is_workday(start) == works(start, exceptions)
    if count:
        assert works(end, exceptions)
    if count > 0:
        assert workdays_between(start, end) == count


@given(calendars, days, days, days)
@settings(max_examples=100, deadline=None)
def test_counting_is_additive_and_signed(exceptions: dict[dt.date, str], a: dt.date, b: dt.date, c: dt.date) -> None:
    mark(exceptions)
    assert workdays_between(a, a) == 0
    assert workdays_between(a, b) == -workdays_between(b, a)
    assert workdays_between(a, b) + workdays_between(b, c) == workdays_between(a, c)


@given(st.dates(dt.date(2000, 1, 1), dt.date(2060, 12, 31)), st.integers(1, 60))
@settings(max_examples=300, deadline=None)
def test_a_term_ends_on_the_day_before_its_anniversary(start: dt.date, months: int) -> None:
    last = term_end(start, months)
    year, month = start.year, start.month
    for _ in range(months):  # turn the months one by one
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    anniversary = dt.date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
    assert last == anniversary - dt.timedelta(days=1)
    assert add_months(start, months) == anniversary
    assert add_months(start, 0) == start


@pytest.mark.parametrize(
    ("start", "days_", "end"),
    [
        ("2023-05-15", 5, "2023-05-22"),  # day 0 is not counted
        ("2023-05-15", 0, "2023-05-15"),
        ("2023-05-13", 1, "2023-05-15"),  # from a Saturday the Monday is the first
        ("2023-04-28", 1, "2023-05-04"),  # over the holiday
        ("2023-04-21", 1, "2023-04-23"),  # the made-up Sunday counts
        ("2023-05-05", 1, "2023-05-06"),
        ("2023-05-04", -1, "2023-04-28"),
    ],
)
def test_known_days(start: str, days_: int, end: str) -> None:
    mark(MAY)
    assert add_workdays(dt.date.fromisoformat(start), days_) == dt.date.fromisoformat(end)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2023-06-30", 24, "2025-06-29"),
        ("2023-08-31", 6, "2024-02-28"),  # 29 February is the clamped anniversary
        ("2024-02-29", 12, "2025-02-27"),
        ("2023-12-01", 1, "2023-12-31"),
        ("2023-01-01", 12, "2023-12-31"),
    ],
)
def test_known_terms(start: str, months: int, end: str) -> None:
    assert term_end(dt.date.fromisoformat(start), months) == dt.date.fromisoformat(end)


def test_a_long_row_of_holidays_is_walked_to_its_end() -> None:
    start = dt.date(2023, 1, 2)
    mark({start + dt.timedelta(days=n): "holiday" for n in range(200)})
    assert add_workdays(start, 3) == walk(start, 3, {start + dt.timedelta(days=n): "holiday" for n in range(200)})


def test_the_calendar_is_read_once(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        add_workdays(dt.date(2023, 1, 2), 60)
