"""Writing many rows: tables that are filled by plain inserts, and serial numbers taken once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Max

from portal.base.counters import next_serial
from portal.base.models import Counter


class Table:
    """Rows of one table on their way into the database, written without the model's own save."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.fields = list(model._meta.local_concrete_fields)
        self.index = {field.attname: n for n, field in enumerate(self.fields)}
        self.key = (model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1
        self.rows: list[list[Any]] = []
        columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in self.fields)
        marks = ", ".join(["%s"] * len(self.fields))
        table = connection.ops.quote_name(model._meta.db_table)
        self._sql = f"INSERT INTO {table} ({columns}) VALUES ({marks})"

    def take_key(self) -> int:
        self.key += 1
        return self.key - 1

    def pattern(self, instance: models.Model) -> tuple[list[Any], list[tuple[int, dt.datetime]]]:
        """A row as the database takes it, and which of its columns are instants."""
        raw = [getattr(instance, field.attname) for field in self.fields]
        instants = [(n, value) for n, value in enumerate(raw) if isinstance(value, dt.datetime)]
        return [self._plain(n, value) for n, value in enumerate(raw)], instants

    def _plain(self, n: int, value: Any) -> Any:
        return self.fields[n].get_db_prep_save(value, connection)

    def add(
        self, pattern: tuple[list[Any], list[tuple[int, dt.datetime]]], shift: dt.timedelta, **changes: Any
    ) -> None:
        """Puts a copy of a pattern in: its instants shifted, some columns (by attname) changed."""
        row, instants = list(pattern[0]), pattern[1]
        for n, instant in instants:
            row[n] = self._plain(n, instant + shift)
        for name, value in changes.items():
            n = self.index[name]
            row[n] = value if isinstance(value, int | None) else self._plain(n, value)
        self.rows.append(row)

    def flush(self) -> None:
        if self.rows:
            with connection.cursor() as cursor:
                cursor.executemany(self._sql, self.rows)
            self.rows = []


class Numbers:
    """Serial numbers by year, taken from the counters once and given back at the end: no gaps."""

    def __init__(self, prefix: str) -> None:
        self._prefix, self._last = prefix, dict[int, int]()

    def next(self, year: int) -> str:
        if year not in self._last:
            with transaction.atomic():
                self._last[year] = int(next_serial(self._prefix, year).rsplit("-", 1)[1]) - 1
        self._last[year] += 1
        return f"{self._prefix}-{year}-{self._last[year]:04d}"

    def settle(self) -> None:
        for year, last in self._last.items():
            Counter.objects.filter(prefix=self._prefix, year=year).update(last=last)
