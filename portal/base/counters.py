"""Serial numbers without gaps: `SD-2023-0001`."""

from __future__ import annotations

from django.db import connection, transaction

from portal.base.models import Counter

#: counts on in one statement, which also begins a year and holds the row until the transaction ends
_TAKE = (
    f"INSERT INTO {Counter._meta.db_table} AS kept (prefix, year, last) VALUES (%s, %s, %s) "
    "ON CONFLICT (prefix, year) DO UPDATE SET last = kept.last + excluded.last RETURNING last"
)


def next_serial(prefix: str, year: int) -> str:
    """The next number of that prefix and year. Must be called inside a transaction, after all other locks."""
    return next_serials(prefix, year, 1)[0]


def next_serials(prefix: str, year: int, count: int) -> list[str]:
    """As `next_serial`, for so many numbers (at least one) at once; in order, and nobody else's between them."""
    assert transaction.get_connection().in_atomic_block, "serial numbers are given out inside a transaction only"
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [prefix, year, count])
        (last,) = cursor.fetchone()
    return [f"{prefix}-{year}-{number:04d}" for number in range(last - count + 1, last + 1)]
