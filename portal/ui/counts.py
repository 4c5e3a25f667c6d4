"""Many small counts in one query: what stands beside tabs and menu entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value

Counted = QuerySet[Any] | int | None


def together(wanted: Mapping[str, Counted]) -> dict[str, int]:
    """How many rows each queryset has (one query for all of them); numbers are passed through, None gives 0.

    A queryset without rows is not in the answer of the database, hence 0.
    """
    counts = {name: found if isinstance(found, int) else 0 for name, found in wanted.items()}
    parts = [
        found.order_by()
        .annotate(_name=Value(name, output_field=CharField()))
        .values("_name")
        .annotate(_count=Count("pk"))
        .values_list("_name", "_count")
        for name, found in wanted.items()
        if isinstance(found, QuerySet) and not found.query.is_empty()
    ]
    if parts:
        counts.update(dict(parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]))
    return counts
