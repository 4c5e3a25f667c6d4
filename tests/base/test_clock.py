"""The clock: it can be moved, dates are Shanghai's, a limit includes its last second."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading

import pytest

from portal.base import clock
from portal.base.models import ClockOffset


def test_it_runs_with_the_machine() -> None:
    assert abs(clock.now().timestamp() - dt.datetime.now(dt.UTC).timestamp()) < 2  # noqa: TID251
    assert clock.now().utcoffset() == dt.timedelta(0)


def test_a_date_means_nine_in_the_morning_in_shanghai() -> None:
    with clock.moved(dt.date(2023, 5, 15)):
        assert clock.now() == dt.datetime(2023, 5, 15, 1, tzinfo=dt.UTC)
        assert clock.today() == dt.date(2023, 5, 15)


def test_the_day_changes_at_midnight_in_shanghai() -> None:
    for instant, day in (("2023-05-15T15:59:59", 15), ("2023-05-15T16:00:00", 16)):
        with clock.moved(dt.datetime.fromisoformat(f"{instant}+00:00")):
            assert clock.today() == dt.date(2023, 5, day)
            assert clock.local(clock.now()).tzinfo is clock.SHANGHAI


def test_blocks_nest_and_end_also_after_a_failure() -> None:
    outer, inner = dt.date(2023, 1, 1), dt.date(2024, 1, 1)
    with clock.moved(outer):
        with contextlib.suppress(RuntimeError), clock.moved(inner):
            assert clock.today() == inner
            raise RuntimeError
        assert clock.today() == outer
    assert clock.today() != outer


def test_another_thread_is_not_moved() -> None:
    seen = []
    with clock.moved(dt.date(2023, 1, 1)):
        thread = threading.Thread(target=lambda: seen.append(clock.today()))
        thread.start()
        thread.join()
    assert seen[0].year > 2023


def test_a_limit_includes_its_day_to_the_last_second() -> None:
    day = dt.date(2023, 5, 15)
    last = clock.end_of(day) - dt.timedelta(microseconds=1)
    with clock.moved(last):
        assert clock.today() == day
    with clock.moved(clock.end_of(day)):
        assert clock.today() == day + dt.timedelta(days=1)
    assert clock.at(day, 9, 30) == dt.datetime(2023, 5, 15, 1, 30, tzinfo=dt.UTC)


@pytest.mark.django_db
def test_only_the_demonstration_reads_the_offset(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(clock._offset_cache, "read", 0.0)
    ClockOffset.objects.create(seconds=10 * 86400)
    settings.DEMO = False  # type: ignore[attr-defined]
    ordinary = clock.now()
    settings.DEMO = True  # type: ignore[attr-defined]
    ahead = clock.now()
    monkeypatch.setitem(clock._offset_cache, "read", 0.0)
    monkeypatch.setitem(clock._offset_cache, "seconds", 0.0)
    assert dt.timedelta(days=9, hours=23) < ahead - ordinary < dt.timedelta(days=10, hours=1)
