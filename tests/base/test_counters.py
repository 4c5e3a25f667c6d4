"""Serial numbers: no gap after a rollback, no duplicate under simultaneous use."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

import pytest
from django.db import connection, transaction

from portal.base.counters import next_serial, next_serials
from portal.base.models import Counter


@pytest.mark.django_db
def test_numbers_run_by_prefix_and_year() -> None:
    with transaction.atomic():
        assert [next_serial("SD", 2023) for _ in range(2)] == ["SD-2023-0001", "SD-2023-0002"]
        assert next_serial("SD", 2024) == "SD-2024-0001"
        assert next_serial("SL", 2023) == "SL-2023-0001"
    Counter.objects.filter(prefix="SD", year=2023).update(last=9999)
    with transaction.atomic():
        assert next_serial("SD", 2023) == "SD-2023-10000"


@pytest.mark.django_db
def test_a_rollback_gives_the_number_back() -> None:
    with contextlib.suppress(RuntimeError), transaction.atomic():
        assert next_serial("SD", 2023) == "SD-2023-0001"
        raise RuntimeError
    with transaction.atomic():
        assert next_serial("SD", 2023) == "SD-2023-0001"


@pytest.mark.django_db(transaction=True)
def test_numbers_are_given_inside_a_transaction_only() -> None:
    with pytest.raises(AssertionError):
        next_serial("SD", 2023)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_get_twenty_numbers_without_gap() -> None:
    """Every fifth one is rolled back after it took its number; the very first number is contested too."""
    start, given = threading.Barrier(20), []

    def take(index: int) -> None:
        try:
            start.wait()
            with transaction.atomic():
                number = next_serial("SD", 2023)
                if index % 5 == 0:
                    raise RuntimeError
            given.append(number)
        except RuntimeError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == [f"SD-2023-{n:04d}" for n in range(1, 17)]
    assert Counter.objects.get().last == 16


@pytest.mark.django_db
def test_a_block_of_numbers_is_given_out_at_once(django_assert_num_queries: Any) -> None:
    assert next_serial("SD", 2023) == "SD-2023-0001"
    with django_assert_num_queries(1):
        assert next_serials("SD", 2023, 3) == ["SD-2023-0002", "SD-2023-0003", "SD-2023-0004"]
    assert next_serial("SD", 2023) == "SD-2023-0005"
