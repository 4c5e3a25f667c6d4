"""Every state of the front end is reached through the door with real form data."""

from __future__ import annotations

import pytest

from portal.declaration.completeness import problems
from portal.declaration.states import FRONT_END
from portal.lifecycle.consistency import problems as inconsistencies
from portal.lifecycle.history import problems_of_all
from tests.factories import PilotFactory
from tests.pilot_data import WAYS, pilot_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", WAYS)
def test_each_state_is_reached(state: str) -> None:
    pilot = pilot_in(state)
    assert pilot.state == ("recommended" if state == "supplemented" else state)
    assert (pilot.number is None) == (state in ("draft", "lapsed"))
    assert [*problems_of_all(), *inconsistencies()] == []


def test_the_ways_cover_the_front_end() -> None:
    assert {state.id for state in FRONT_END} == set(WAYS) - {"supplemented"}


def test_the_factory_makes_several_under_one_call() -> None:
    first = PilotFactory(state="submitted")
    second = PilotFactory(state="submitted", call=first.call, recommender=first.recommender)
    assert (first.number[-4:], second.number[-4:]) == ("0001", "0002")


@pytest.mark.parametrize("key", [False, True])
def test_the_form_is_complete_without_remarks_that_block(key: bool) -> None:
    assert [f"{p.place} {p.label}: {p.text}" for p in problems(pilot_in(key=key)) if p.blocking] == []
