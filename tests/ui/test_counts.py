"""Counts in one query; look-ups that are kept only while a page reads."""

from __future__ import annotations

import pytest

from portal.accounts.models import Body, District
from portal.base.memo import kept, reading
from portal.ui.counts import together
from tests.factories import BodyFactory, DistrictFactory

pytestmark = pytest.mark.django_db


def test_many_counts_cost_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    BodyFactory.create_batch(3)
    DistrictFactory()
    wanted = {
        "bodies": Body.objects.order_by("name").distinct(),
        "districts": District.objects.all(),
        "empty": Body.objects.filter(name="没有"),
        "none": Body.objects.none(),
        "number": 7,
        "nothing": None,
    }
    with django_assert_num_queries(1):
        counts = together(wanted)
    assert counts == {"bodies": 3, "districts": 1, "empty": 0, "none": 0, "number": 7, "nothing": 0}
    with django_assert_num_queries(0):
        assert together({}) == {}


def test_look_ups_are_kept_while_reading_only() -> None:
    asked: list[int] = []

    @kept
    def look(body: Body) -> int:
        asked.append(body.pk)
        return len(asked)

    one, two = BodyFactory.create_batch(2)
    assert (look(one), look(one)) == (1, 2)
    with reading():
        assert (look(one), look(one), look(two), look(one)) == (3, 3, 4, 3)
    assert look(one) == 5
