"""Keyset paging: a page begins after (or before) a row, so that the last page of a long list is as cheap as the first.

Every order ends with the key, so that rows with equal values keep their places. Rows without a value come last.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import BooleanField, F, Field, Func, Model, Q, QuerySet, Value

from portal.base.canonical import plain
from portal.lifecycle.states import Text
from portal.ui.words import COUNT_CAP

SIZES = (20, 50, 100)


@dataclass(frozen=True)
class Sort:
    """An order of a list: a column (a plain field of the model) and its direction; the key breaks ties the same way."""

    id: str
    label: Text
    column: str
    descending: bool = False
    nullable: bool = False


@dataclass(frozen=True)
class Page:
    """One page of rows with the marks of its neighbours (empty where there is none)."""

    rows: list[Any]
    after: str
    before: str
    size: int

    @property
    def alone(self) -> bool:
        return not (self.after or self.before)


class _RowCompare(Func):
    """`(a, b) > (x, y)`: both databases walk an index on (a, b) with it."""

    output_field = BooleanField()
    arity = 4
    conditional = True

    def __init__(self, left: tuple[Any, Any], sign: str, right: tuple[Any, Any]) -> None:
        super().__init__(*left, *right)
        self.sign = sign

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        parts, params = [], []
        for expression in self.source_expressions:
            sql, values = compiler.compile(expression)
            parts.append(sql)
            params.extend(values)
        return f"(({parts[0]}, {parts[1]}) {self.sign} ({parts[2]}, {parts[3]}))", params


def capped_count(rows: QuerySet[Any]) -> int:
    """How many rows there are, counted up to one more than the cap (one query)."""
    return rows.order_by()[: COUNT_CAP + 1].count()


def page(rows: QuerySet[Any], sort: Sort, *, after: str = "", before: str = "", size: int = 50) -> Page:
    """One page of the rows in that order.

    Args:
        after, before: a mark taken from a neighbouring page; a mark that cannot be read gives the first page.
    """
    column = _column(rows.model, sort.column)
    mark, backward = _read(column, before or after), bool(before)
    if mark is None:
        backward = False
    descending = sort.descending != backward
    found = _walk(rows, sort, column, mark, descending, backward, size + 1)
    more, found = len(found) > size, found[:size]
    if backward:
        found.reverse()
    first = _mark(found[0], sort.column) if found else ""
    last = _mark(found[-1], sort.column) if found else ""
    has_next, has_previous = (True, more) if backward else (more, mark is not None and bool(found))
    return Page(found, last if has_next and found else "", first if has_previous else "", size)


def _walk(
    rows: QuerySet[Any],
    sort: Sort,
    column: Field[Any, Any],
    mark: tuple[Any, int] | None,
    descending: bool,
    backward: bool,
    limit: int,
) -> list[Any]:
    """Up to `limit` rows beyond the mark; those without a value are a part of their own, always at the end of the list."""
    prefix = "-" if descending else ""
    if not sort.nullable:
        return list(_beyond(rows, sort, column, mark, descending).order_by(prefix + sort.column, f"{prefix}pk")[:limit])
    filled, empty = rows.filter(**{f"{sort.column}__isnull": False}), rows.filter(**{f"{sort.column}__isnull": True})
    parts = [(filled, True), (empty, False)]
    if backward:
        parts.reverse()
    found: list[Any] = []
    for part, has_value in parts:
        here = mark if mark is not None and (mark[0] is not None) == has_value else None
        passed = mark is not None and here is None and (has_value != backward)
        if passed or len(found) >= limit:
            continue
        if has_value:
            chosen = _beyond(part, sort, column, here, descending).order_by(prefix + sort.column, f"{prefix}pk")
        else:
            chosen = part.order_by(f"{prefix}pk")
            if here is not None:
                chosen = chosen.filter(Q(pk__lt=here[1]) if descending else Q(pk__gt=here[1]))
        found += chosen[: limit - len(found)]
    return found


def _beyond(
    rows: QuerySet[Any], sort: Sort, column: Field[Any, Any], mark: tuple[Any, int] | None, descending: bool
) -> QuerySet[Any]:
    if mark is None:
        return rows
    value = Value(mark[0], output_field=column)
    return rows.filter(_RowCompare((F(sort.column), F("pk")), "<" if descending else ">", (value, Value(mark[1]))))


def _column(model: type[Model], name: str) -> Field[Any, Any]:
    field = model._meta.get_field(name)
    if not isinstance(field, Field):
        raise FieldDoesNotExist(name)
    return field


def _mark(row: Any, column: str) -> str:
    text = json.dumps([getattr(row, column), row.pk], default=plain, ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(column: Field[Any, Any], text: str) -> tuple[Any, int] | None:
    if not text:
        return None
    try:
        value, key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return (None if value is None else column.to_python(value)), int(key)
    except (ValueError, TypeError, binascii.Error, ValidationError):
        return None
