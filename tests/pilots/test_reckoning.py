"""Terms with month ends, extensions and pauses, against an arithmetic written apart."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from hypothesis import example, given
from hypothesis import strategies as st

from pilots.models import Pilot
from tests.pilots.reckoning import Life, months_later

DAYS = st.dates(dt.date(2023, 1, 1), dt.date(2030, 12, 31))


def test_month_ends_are_clamped() -> None:
    assert months_later(dt.date(2024, 2, 29), 12) == dt.date(2025, 2, 28)
    assert months_later(dt.date(2025, 8, 31), 6) == dt.date(2026, 2, 28)
    assert months_later(dt.date(2023, 8, 31), 6) == dt.date(2024, 2, 29)
    assert months_later(dt.date(2026, 3, 31), -1) == dt.date(2026, 2, 28)


@given(start=DAYS, extended=st.integers(0, 6), paused=st.integers(0, 400), term=st.sampled_from([12, 24, 36]))
@example(start=dt.date(2024, 2, 29), extended=0, paused=0, term=24)
@example(start=dt.date(2023, 8, 31), extended=6, paused=31, term=24)
def test_the_dates_of_a_term(start: dt.date, extended: int, paused: int, term: int) -> None:
    numbers = {"term_months": term, "midterm_month": 12}
    pilot = SimpleNamespace(
        term_starts_on=start, extended_months=extended, paused_days=paused, parameter=numbers.__getitem__
    )
    Pilot.reckon(pilot)  # type: ignore[arg-type]
    life = Life(start, term, extended=extended, pauses=[(start, start + dt.timedelta(days=paused))])
    assert (pilot.term_ends_on, pilot.midterm_on) == (life.term_end, life.midterm_on)
