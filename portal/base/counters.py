"""Serial numbers without gaps: `SD-2023-0001`."""

from __future__ import annotations

from django.db import transaction

from portal.base.models import Counter


def next_serial(prefix: str, year: int) -> str:
    """The next number of that prefix and year. Must be called inside a transaction, after all other locks."""
    assert transaction.get_connection().in_atomic_block, "serial numbers are given out inside a transaction only"
    Counter.objects.get_or_create(prefix=prefix, year=year)
    counter = Counter.objects.select_for_update().get(prefix=prefix, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{prefix}-{year}-{counter.last:04d}"
