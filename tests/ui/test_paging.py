"""Keyset paging: every row once, in order, forwards and backwards, ties and empty values included."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.models import Body
from portal.ui.paging import Page, Sort, page

pytestmark = pytest.mark.django_db

DATES = st.one_of(st.none(), st.dates(dt.date(2023, 1, 1), dt.date(2023, 1, 6)))


def _fill(dates: list[dt.date | None]) -> list[Body]:
    Body.objects.all().delete()
    return Body.objects.bulk_create(
        Body(code=f"b{n}", kind=Body.Kind.DEPARTMENT, name=f"部门{n}", valid_from=day) for n, day in enumerate(dates)
    )


def _walk(sort: Sort, size: int) -> tuple[list[int], Page]:
    keys: list[int] = []
    shown = page(Body.objects.all(), sort, size=size)
    assert not shown.before
    while True:
        keys += [row.pk for row in shown.rows]
        if not shown.after:
            return keys, shown
        shown = page(Body.objects.all(), sort, after=shown.after, size=size)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dates=st.lists(DATES, max_size=14), descending=st.booleans(), size=st.integers(1, 5))
def test_every_row_is_met_once_in_order(dates: list[dt.date | None], descending: bool, size: int) -> None:
    bodies = _fill(dates)
    sort = Sort("x", "x", "valid_from", descending=descending, nullable=True)
    filled = sorted((b for b in bodies if b.valid_from), key=lambda b: (b.valid_from, b.pk), reverse=descending)
    empty = sorted((b for b in bodies if not b.valid_from), key=lambda b: b.pk, reverse=descending)
    expected = [body.pk for body in [*filled, *empty]]

    keys, last = _walk(sort, size)
    assert keys == expected

    back = [row.pk for row in last.rows]
    while last.before:
        last = page(Body.objects.all(), sort, before=last.before, size=size)
        assert last.after
        back = [row.pk for row in last.rows] + back
    assert back == expected


def test_a_mark_that_cannot_be_read_gives_the_first_page() -> None:
    _fill([dt.date(2023, 1, 1)] * 3)
    sort = Sort("x", "x", "valid_from", nullable=True)
    for mark in ("…", "bm9uc2Vuc2U", "WzEsMl0", "W251bGwsICJ4Il0"):
        assert len(page(Body.objects.all(), sort, after=mark, size=2).rows) == 2


def test_a_page_costs_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    _fill([dt.date(2023, 1, n % 5 + 1) for n in range(12)])
    sort = Sort("x", "x", "name")
    with django_assert_num_queries(1):
        shown = page(Body.objects.all(), sort, size=5)
    with django_assert_num_queries(1):
        page(Body.objects.all(), sort, after=shown.after, size=5)
