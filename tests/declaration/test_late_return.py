"""A return that ends late brings its own recommending day with it."""

from __future__ import annotations

import pytest

from portal.base import clock
from portal.base.errors import Unmet
from portal.base.workdays import add_workdays
from portal.declaration.duties import reporting_limit, return_limit
from portal.lifecycle.engine import perform
from tests.pilot_data import people_of, pilot_in, put, take

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_core]


def test_a_return_that_ends_on_the_last_day_leaves_time_to_recommend() -> None:
    pilot = pilot_in("submitted")
    people, limit = people_of(pilot), return_limit(pilot)
    with clock.moved(limit):
        perform(
            pilot,
            "send_back",
            actor=people.recommender,
            data={"reason": "请补充实施计划。", "due_on": limit.isoformat()},
        )
        assert reporting_limit(pilot) == add_workdays(limit, 3)
        take(pilot, "submit", people.applicant)
        put(pilot, "sealed_form", people.applicant)
        take(pilot, "note_opinion", people.recommender)
    with clock.moved(add_workdays(limit, 4)), pytest.raises(Unmet):
        take(pilot, "recommend", people.recommender)
    with clock.moved(add_workdays(limit, 3)):
        take(pilot, "recommend", people.recommender)
    assert pilot.state == "recommended"


def test_an_early_return_does_not_prolong_anything() -> None:
    pilot = pilot_in("submitted")
    take(pilot, "send_back", people_of(pilot).recommender)
    assert pilot.return_recommend_until is None
    assert reporting_limit(pilot) == return_limit(pilot)
