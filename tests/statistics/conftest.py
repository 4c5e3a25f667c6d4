"""An overview over pilots by columns that every dossier has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db.models import Q

from pilots.models import Pilot
from portal.base import clock
from portal.statistics import overviews
from portal.statistics.overviews import Overview
from tests.pilot_data import pilot_in
from tests.reviews.rounds import clone

#: here the rank says that a term was extended, and the note of the state that it is suspended
BY_COLUMNS = Overview(
    "bycolumns",
    "市级标准化试点",
    Pilot,
    running_states=("accepted",),
    overdue_states=("correction",),
    term_field="due_on",
    extended=Q(rank__gte=100),
    suspended=Q(state_note="暂停"),
)
Add = Callable[..., Any]


@pytest.fixture
def overview() -> Iterator[Overview]:
    """The only overview there is."""
    kept = dict(overviews._overviews)
    overviews._overviews.clear()
    overviews.register(BY_COLUMNS)
    yield BY_COLUMNS
    overviews._overviews.clear()
    overviews._overviews.update(kept)


@pytest.fixture
def first(db: None, overview: Overview) -> Any:
    """A running dossier without a term, from which the others are copied."""
    return _settled(pilot_in("accepted", title="第一个试点"), None)


@pytest.fixture
def add(first: Any) -> Add:
    """Another running dossier, whose term ends in so many days; further columns as they are given."""
    numbers = iter(range(2, 1000))

    def wrap(days: int | None, **columns: Any) -> Any:
        return _settled(clone(first, next(numbers)), days, **columns)

    return wrap


def _settled(pilot: Any, days: int | None, *, extended: bool = False, suspended: bool = False, **columns: Any) -> Any:
    ends = None if days is None else clock.today() + dt.timedelta(days=days)
    values = {"due_on": ends, "rank": 100 if extended else 1, "state_note": "暂停" if suspended else "", **columns}
    rows: Any = Pilot.objects.filter(pk=pilot.pk)
    rows.update(**values)
    return Pilot.objects.get(pk=pilot.pk)
